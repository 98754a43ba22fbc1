"""The demo county writes the same month in three vocabularies and three formats: all must be read as the same rows."""

import datetime as dt

import pytest

from yigongti.demo.county.public import generate
from yigongti.facts.public import Lake, commit, connect, dry_run, take_snapshot
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES

OCTOBER = Month(2026, 10)


def load(folder, file_format, layout):
    """Generate, submit every file, and answer the rows of each table in the order of their keys."""
    generate(folder / "county", 12_000, 1, OCTOBER, 7, fee_lines_per_stay=30, file_format=file_format, layout=layout)
    lake = Lake(folder / "lake")
    for number, path in enumerate(sorted((folder / "county" / "submissions" / str(OCTOBER)).glob("*/*"))):
        run = dry_run(path, path.stem, path.parent.name, OCTOBER, lake=lake, folder=folder / f"run{number}")
        assert (run.error_counts, run.unknown_headers) == ((), ())
        commit(lake, run, submission_id=str(number), submitted_by="演示", submitted_at=dt.datetime.now(dt.UTC))
    connection = connect(lake, take_snapshot(lake, [OCTOBER]))
    return {
        name: connection.table(name).order_by(list(table.key)).to_pyarrow().to_pylist()
        for name, table in FACT_TABLES.items()
    }


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return load(tmp_path_factory.mktemp("own"), "parquet", "own")


@pytest.mark.slow
@pytest.mark.parametrize(("file_format", "layout"), [("csv", "pinyin"), ("xlsx", "national"), ("csv", "own")])
def test_the_same_month_in_another_vocabulary_and_format_is_the_same_rows(tmp_path, own, file_format, layout):
    other = load(tmp_path, file_format, layout)
    for name in FACT_TABLES:
        assert len(own[name]) == len(other[name])
        differing = {
            column
            for mine, theirs in zip(own[name], other[name], strict=True)
            for column in mine
            if mine[column] != theirs[column]
        }
        # the national interface has no column for what it does not ask
        without = {column.name for column in FACT_TABLES[name] if layout == "national" and not column.national}
        assert differing <= without, name
