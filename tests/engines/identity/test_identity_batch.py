"""A county's registrations are de-duplicated: stable clusters, no merging by a chain, the planted truth found."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from invented_registrations import BORN, WANG, as_table, number

from yigongti.demo.county.county_files import write_residents
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.residents import draw_residents
from yigongti.demo.county.second_registrations import plant_duplicates, plant_look_alikes
from yigongti.engines.identity.public import DOUBTFUL, SAME, Matching, deduplicate, measure_detection
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month


def _persons(clusters: pa.Table) -> dict[str, str]:
    return dict(zip(clusters["key"].to_pylist(), clusters["person"].to_pylist(), strict=True))


def test_registrations_of_one_person_are_one_cluster_named_by_its_smallest_key(matching, connection) -> None:
    rows = [
        replace(WANG, key="Z"),
        replace(WANG, key="M", resident_number=""),
        replace(WANG, key="B", name="王帼强"),
        replace(WANG, key="C", name="李四", resident_number="", phone="", birth_date=date(1990, 1, 2)),
    ]
    linking = deduplicate(as_table(rows), matching, connection)
    assert _persons(linking.clusters) == {"B": "B", "M": "B", "Z": "B"}
    assert linking.registrations == 4


def test_the_order_of_the_rows_changes_nothing(matching, connection) -> None:
    rows = [replace(WANG, key=f"K{place}", phone=f"1990000{place:04d}") for place in range(12)]
    first = deduplicate(as_table(rows), matching, connection)
    random.Random(3).shuffle(rows)
    second = deduplicate(as_table(rows), matching, connection)
    assert first.clusters == second.clusters
    assert first.pairs.drop(["weight", "probability"]) == second.pairs.drop(["weight", "probability"])


def test_two_certain_persons_are_not_merged_by_what_stands_between(matching, connection) -> None:
    born = date(1968, 5, 10)
    between = replace(WANG, key="between", resident_number="", birth_date=date(1968, 5, 7))
    rows = [
        replace(WANG, key="one"),
        between,
        replace(WANG, key="two", birth_date=born, resident_number=number(born, "213")),
        replace(WANG, key="two again", birth_date=born, resident_number=number(born, "213"), phone=""),
    ]
    linking = deduplicate(as_table(rows), matching, connection)
    decided = {(row["key_l"], row["key_r"]): row["decision"] for row in linking.pairs.to_pylist()}
    persons = _persons(linking.clusters)
    assert persons.get("one", "one") != persons.get("two", "two")
    assert decided["between", "one"] == DOUBTFUL


def test_nothing_is_left_behind_in_the_connection(matching, connection) -> None:
    deduplicate(as_table([WANG, replace(WANG, key="B")]), matching, connection)
    assert connection.execute("SELECT table_name FROM information_schema.tables").fetchall() == []


@pytest.mark.parametrize("rows", [[], [WANG]])
def test_a_table_of_one_row_or_none_has_no_pairs(matching, connection, rows) -> None:
    linking = deduplicate(as_table(rows), matching, connection)
    assert (linking.pairs.num_rows, linking.clusters.num_rows) == (0, 0)


def test_columns_that_are_not_there_say_nothing(matching, connection) -> None:
    table = as_table([WANG, replace(WANG, key="B")]).select(["key", "name", "birth_date", "resident_number"])
    [pair] = deduplicate(table, matching, connection).pairs.to_pylist()
    assert (pair["phone"], pair["place"], pair["decision"]) == ("missing", "missing", SAME)


def test_a_table_without_keys_is_refused(matching, connection) -> None:
    with pytest.raises(InvalidInput, match="key_missing"):
        deduplicate(as_table([WANG]).drop(["key"]), matching, connection)


def test_names_with_quotes_are_only_text(matching, connection) -> None:
    rows = [replace(WANG, key="'; DROP TABLE x; --", name="王'强\""), replace(WANG, key='"B"', name="王'强\"")]
    assert deduplicate(as_table(rows), matching, connection).clusters.num_rows == 2


def test_a_number_that_a_crowd_shares_names_nobody(matching, connection) -> None:
    surnames, crowd = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐", "123456789012345678"
    rows = [
        replace(
            WANG, key=f"K{place}", name=f"{surname}国强", resident_number="123456789012345678", phone="", address=""
        )
        for place, surname in enumerate(surnames)
    ]
    linking = deduplicate(as_table(rows), matching, connection)
    assert linking.stand_ins == ((crowd, len(rows)),)
    assert linking.clusters.num_rows == 0


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory):
    """30,000 residents of a seed that no weight was trained on."""
    plan = CountyPlan(30_000, 1, Month(2026, 10), 4711)
    people = draw_residents(plan)
    duplicates = plant_duplicates(plan, people)
    look_alikes = plant_look_alikes(plan, people, len(people) + len(duplicates))
    folder: Path = tmp_path_factory.mktemp("identity")
    write_residents(folder, people, duplicates + look_alikes)
    table = pa.parquet.read_table(folder / "residents.parquet")
    names = {"resident_id": "key"}
    return table.rename_columns([names.get(name, name) for name in table.column_names]), duplicates, look_alikes


@pytest.fixture(scope="module")
def linking(county, matching: Matching):
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        return deduplicate(county[0], matching, connection)


def test_precision_and_recall_on_a_county_that_was_not_trained_on(county, linking) -> None:
    _, duplicates, _ = county
    same = [(r["key_l"], r["key_r"]) for r in linking.pairs.to_pylist() if r["decision"] == SAME]
    found = measure_detection(same, [(one.of, one.resident_id, one.what) for one in duplicates])
    assert found.wrong == ()
    assert found.recall >= 0.95


def test_what_is_missed_is_put_to_a_person(county, linking) -> None:
    _, duplicates, _ = county
    pairs = [(r["key_l"], r["key_r"]) for r in linking.pairs.to_pylist()]
    assert measure_detection(pairs, [(one.of, one.resident_id, one.what) for one in duplicates]).missed == ()


def test_look_alikes_are_not_merged(county, linking) -> None:
    _, _, look_alikes = county
    persons = _persons(linking.clusters)
    assert not [one for one in look_alikes if persons.get(one.resident_id) == persons.get(one.of, one.of)]


def test_no_cluster_is_larger_than_its_registrations(county, linking) -> None:
    persons = list(_persons(linking.clusters).values())
    assert max(map(persons.count, persons)) == 2


def test_the_number_of_a_twin_decides(matching, connection) -> None:
    rows = [WANG, replace(WANG, key="twin", name="王国伟", resident_number=number(BORN, "815"))]
    assert deduplicate(as_table(rows), matching, connection).pairs.num_rows == 0
