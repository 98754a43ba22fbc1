"""Versions, replacement, snapshots and derived results."""

import datetime as dt
import shutil
import threading
from decimal import Decimal

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from yigongti.facts.public import (
    Lake,
    Snapshot,
    commit,
    connect,
    derived_path,
    lake_schema,
    load_dry_run,
    read_derived,
    take_snapshot,
    write_derived,
)
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
HEADER = ["case_id", "discharged_at", "total_cost", "diagnoses"]


def discharges(*cases, month="10", cost="10"):
    return [HEADER, *([case, f"2026-{month}-05", cost, "I10.x00"] for case in cases)]


def cases_in(table):
    return sorted(table.column("case_id").to_pylist())


def test_a_receipt_says_rows_amount_and_digest(write, land):
    receipt = land(write(discharges("c1", "c2")))
    assert (receipt.rows, receipt.amount, len(receipt.digest)) == (2, Decimal("20.00"), 64)
    assert (receipt.submitted_by, receipt.replaced_version) == ("演示员", None)


def test_a_second_submission_replaces_the_month_and_the_first_stays_readable(lake, write, land):
    first = land(write(discharges("c1", "c2")))
    second = land(write(discharges("c3")))
    assert second.replaced_version == first.version
    assert cases_in(lake.read("discharges", "H001", OCTOBER)) == ["c3"]
    assert cases_in(lake.read("discharges", "H001", OCTOBER, first.version)) == ["c1", "c2"]


def test_other_months_and_institutions_are_untouched(lake, write, land):
    land(write(discharges("c1")))
    land(write(discharges("c2", month="11")), month=NOVEMBER)
    land(write(discharges("c3")), institution="H002")
    land(write(discharges("c4")))
    assert cases_in(lake.read("discharges", "H001", OCTOBER)) == ["c4"]
    assert cases_in(lake.read("discharges", "H001", NOVEMBER)) == ["c2"]
    assert cases_in(lake.read("discharges", "H002", OCTOBER)) == ["c3"]


def test_the_history_tells_every_submission_the_latest_first(lake, write, land):
    land(write(discharges("c1")))
    land(write(discharges("c2")))
    assert [receipt.submission_id for receipt in lake.submissions("discharges", "H001", OCTOBER)] == ["s1", "s0"]


def test_a_lake_that_has_read_the_history_sees_what_another_process_lands(lake, write, land):
    other = Lake(lake.root)
    first = land(write(discharges("c1")))
    assert [r.version for r in other.submissions("discharges")] == [first.version]
    second = land(write(discharges("c2")), institution="H002")
    third = land(write(discharges("c3")))
    assert [r.version for r in other.submissions("discharges")] == [third.version, second.version, first.version]
    assert other.in_force("discharges", "H001", OCTOBER).submission_id == third.submission_id


def test_a_lake_that_was_put_back_from_a_backup_forgets_what_was_read_of_the_other(lake, write, land, tmp_path):
    land(write(discharges("c1")))
    backup = tmp_path / "backup"
    shutil.copytree(lake.root, backup)
    land(write(discharges("c2")))
    assert len(lake.submissions("discharges")) == 2
    shutil.rmtree(lake.root)
    shutil.copytree(backup, lake.root)
    assert [r.rows for r in lake.submissions("discharges")] == [1]


def test_the_files_of_a_version_stay_those_of_that_version(lake, write, land):
    first = land(write(discharges("c1")))
    before = lake.files("discharges", first.version)
    second = land(write(discharges("c2")))
    assert lake.files("discharges", first.version) == before
    assert lake.files("discharges", second.version) == lake.files("discharges") != before


def test_the_same_file_again_is_recognised_and_makes_no_version(lake, write, land):
    first = land(write(discharges("c1")))
    again = land(write(discharges("c1")))
    assert again.unchanged and again.version == first.version
    assert len(lake.submissions("discharges")) == 1


def test_going_back_to_an_earlier_file_is_a_new_version(lake, write, land):
    land(write(discharges("c1")))
    land(write(discharges("c2")))
    assert land(write(discharges("c1"))).version == lake.version("discharges")
    assert cases_in(lake.read("discharges", "H001", OCTOBER)) == ["c1"]


def test_a_file_with_errors_is_not_committed(lake, write, land):
    land(write(discharges("c1")))
    with pytest.raises(InvalidInput, match=r"has_errors"):
        land(write([*discharges("c2"), ["c3", "gestern", "1", ""]]))
    assert cases_in(lake.read("discharges", "H001", OCTOBER)) == ["c1"]


def test_a_dry_run_is_committed_later_by_another_process(lake, write, run):
    answer = run(write(discharges("c1")))
    kept = load_dry_run(answer.folder)
    assert kept == answer
    commit(Lake(lake.root), kept, submission_id="later", submitted_by="甲", submitted_at=dt.datetime.now(dt.UTC))
    assert cases_in(lake.read("discharges", "H001", OCTOBER)) == ["c1"]


def test_a_commit_after_somebody_else_replaced_the_month_is_a_conflict(lake, write, run, land):
    looked_at = run(write(discharges("c1"), name="a.csv"))
    land(write(discharges("c2"), name="b.csv"))
    with pytest.raises(Conflict, match=r"replaced_meanwhile"):
        commit(lake, looked_at, submission_id="late", submitted_by="乙", submitted_at=dt.datetime.now(dt.UTC))
    assert cases_in(lake.read("discharges", "H001", OCTOBER)) == ["c2"]


def test_a_dry_run_whose_rows_were_touched_is_refused(lake, write, run):
    answer = run(write(discharges("c1")))
    with (answer.folder / "accepted.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(InvalidInput, match=r"dry_run_lost"):
        commit(lake, answer, submission_id="s", submitted_by="甲", submitted_at=dt.datetime.now(dt.UTC))


def together(lake, runs):
    """Commit all at the same moment; what each came to."""
    gate, outcomes = threading.Barrier(len(runs)), {}

    def one(number, answer):
        gate.wait()
        try:
            outcomes[number] = commit(
                Lake(lake.root),
                answer,
                submission_id=f"t{number}",
                submitted_by="甲",
                submitted_at=dt.datetime.now(dt.UTC),
            )
        except Conflict as conflict:
            outcomes[number] = conflict

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcomes[number] for number in range(len(runs))]


def test_institutions_that_commit_at_the_same_moment_all_land(lake, write, run):
    runs = [run(write(discharges(f"c{n}"), name=f"{n}.csv"), institution=f"H{n:03d}") for n in range(6)]
    together(lake, runs)
    assert [cases_in(lake.read("discharges", f"H{n:03d}", OCTOBER)) for n in range(6)] == [[f"c{n}"] for n in range(6)]


def test_of_two_files_of_the_same_month_at_the_same_moment_one_lands_and_the_other_is_told(lake, write, run):
    runs = [run(write(discharges(f"c{n}"), name=f"{n}.csv")) for n in range(4)]
    outcomes = together(lake, runs)
    landed = [number for number, outcome in enumerate(outcomes) if not isinstance(outcome, Conflict)]
    assert len(landed) == 1
    assert cases_in(lake.read("discharges", "H001", OCTOBER)) == [f"c{landed[0]}"]


def test_two_clicks_on_the_same_button_make_one_version(lake, write, run):
    answer = run(write(discharges("c1")))
    outcomes = together(lake, [answer, answer, answer])
    assert not any(isinstance(outcome, Conflict) for outcome in outcomes)
    assert len(lake.submissions("discharges")) == 1


def test_a_snapshot_keeps_its_rows_while_the_month_is_replaced(lake, write, land):
    land(write(discharges("c1")))
    snapshot = Snapshot.from_json(take_snapshot(lake, [OCTOBER]).to_json())
    land(write(discharges("c2")))
    assert cases_in(connect(lake, snapshot).table("discharges").to_pyarrow()) == ["c1"]
    assert cases_in(connect(lake, take_snapshot(lake, [OCTOBER])).table("discharges").to_pyarrow()) == ["c2"]


def test_a_snapshots_digest_does_not_move_with_other_months(lake, write, land):
    land(write(discharges("c1")))
    before = take_snapshot(lake, [OCTOBER]).digest
    land(write(discharges("c2", month="11")), month=NOVEMBER)
    assert take_snapshot(lake, [OCTOBER]).digest == before
    land(write(discharges("c9")))
    assert take_snapshot(lake, [OCTOBER]).digest != before


def test_a_connection_shows_only_the_months_asked_for(lake, write, land):
    land(write(discharges("c1")))
    land(write(discharges("c2", month="11")), month=NOVEMBER)
    table = connect(lake, take_snapshot(lake, [NOVEMBER])).table("discharges").to_pyarrow()
    assert (cases_in(table), table["month"].to_pylist()) == (["c2"], ["2026-11"])


def test_tables_without_rows_have_all_their_columns(lake):
    connection = connect(lake, take_snapshot(lake, [OCTOBER]))
    for table in FACT_TABLES.values():
        view = connection.table(table.name)
        assert view.columns == (*(column.name for column in table), "month")
        assert view.to_pyarrow().num_rows == 0


def test_a_view_has_the_types_of_the_schema(lake, write, land):
    empty = connect(lake, take_snapshot(lake, [OCTOBER])).table("discharges").schema()
    land(write(discharges("c1")))
    filled = connect(lake, take_snapshot(lake, [OCTOBER])).table("discharges").schema()
    assert filled == empty
    assert (str(filled["total_cost"]), str(filled["diagnoses"])) == ("decimal(14, 2)", "array<string>")


def test_a_version_that_there_is_not_is_not_found(lake):
    with pytest.raises(NotFound):
        lake.read("discharges", "H001", OCTOBER, version=99)


@pytest.mark.parametrize("threads", [1, 2])
def test_derived_results_have_the_same_bytes_whatever_order_the_rows_came_in(lake, write, land, threads):
    land(write(discharges(*(f"c{n:04d}" for n in range(2000)))))
    connection = connect(lake, take_snapshot(lake, [OCTOBER]), threads=threads)
    view = connection.table("discharges").select("case_id", "total_cost", "diagnoses")
    first = write_derived(lake, "grouping", OCTOBER, "k", view.order_by(view.case_id.desc()), ["total_cost"])
    second = write_derived(lake, "grouping", OCTOBER, "k", view.to_pyarrow(), ["total_cost"])
    assert first == second
    assert read_derived(lake, "grouping", OCTOBER, "k")["case_id"].to_pylist()[:2] == ["c0000", "c0001"]


def test_a_derived_result_that_fails_leaves_the_earlier_one(lake):
    good = write_derived(lake, "weights", OCTOBER, "k", pa.table({"a": [1]}), ["a"])
    with pytest.raises(Exception, match="nope"):
        write_derived(lake, "weights", OCTOBER, "k", pa.table({"a": [2]}), ["nope"])
    assert read_derived(lake, "weights", OCTOBER, "k")["a"].to_pylist() == [1]
    assert [path.name for path in good.path.parent.iterdir()] == ["k.parquet"]


def test_a_derived_result_cannot_be_named_out_of_the_lake(lake):
    with pytest.raises(InvalidInput, match=r"name_shape"):
        derived_path(lake, "../x", OCTOBER, "k")


def test_processes_that_open_a_new_lake_at_the_same_moment_all_get_it(tmp_path):
    gate, opened = threading.Barrier(6), []

    def open_it():
        gate.wait()
        opened.append(Lake(tmp_path / "new").read("discharges", "H001", OCTOBER).num_rows)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [0] * 6


def test_a_lake_of_an_earlier_schema_gains_the_new_columns_and_keeps_its_rows(tmp_path):
    older = pa.schema([field for field in lake_schema(FACT_TABLES["discharges"]) if field.name != "ventilator_hours"])
    rows = pa.Table.from_pylist(
        [{"institution_code": "H001", "month": "2026-10", "case_id": "old", "diagnoses": ["I10.x00"]}], schema=older
    )
    path = tmp_path / "lake" / "facts" / "discharges"
    write_deltalake(path, rows, partition_by=["month", "institution_code"])
    lake = Lake(tmp_path / "lake")
    table = connect(lake, take_snapshot(lake, [OCTOBER])).table("discharges").to_pyarrow()
    assert (cases_in(table), table["ventilator_hours"].to_pylist()) == (["old"], [None])
    assert cases_in(lake.read("discharges", "H001", OCTOBER)) == ["old"]


def test_a_lake_whose_column_has_another_type_is_refused(tmp_path):
    wrong = pa.table({"institution_code": ["H"], "month": ["2026-10"], "case_id": [1]})
    write_deltalake(tmp_path / "lake" / "facts" / "discharges", wrong, partition_by=["month", "institution_code"])
    with pytest.raises(InvalidInput, match=r"column_changed"):
        Lake(tmp_path / "lake")


def test_work_larger_than_the_memory_goes_to_the_disk_and_is_gone_afterwards(lake):
    connection = connect(lake, take_snapshot(lake, [OCTOBER]), memory_limit="60MB", threads=1)
    connection.raw_sql("CREATE TABLE big AS SELECT range AS n, repeat('y' || range, 20) AS text FROM range(1000000)")
    assert list((lake.root / "spill").rglob("*.tmp"))
    connection.disconnect()
    assert list((lake.root / "spill").rglob("*")) == []


OLD_FEE_LINES = [
    "institution_code", "case_id", "line_number", "item_code", "item_name", "fee_item", "charged_on", "unit_price",
    "quantity", "amount", "department_code", "physician", "insurance_class",
]  # fmt: skip
"""The columns of fee lines before those of the claim checks were added."""


@pytest.fixture
def old_lake(tmp_path, monkeypatch):
    """A lake as the version before the claim checks made it: narrower fee lines, neither visits nor stock moves."""
    from dataclasses import replace

    from yigongti.facts import connections, lake, snapshots

    wide = FACT_TABLES["fee_lines"]
    narrow = replace(wide, columns=tuple(wide[name] for name in OLD_FEE_LINES), _by_name={})
    old = {"discharges": FACT_TABLES["discharges"], "fee_lines": narrow}
    with monkeypatch.context() as at_that_time:
        for module in (lake, snapshots, connections):
            at_that_time.setattr(module, "FACT_TABLES", old)
        made = Lake(tmp_path / "old")
        row = {"institution_code": ["H001"], "case_id": ["c1"], "line_number": [1], "item_code": ["A"],
               "charged_on": [dt.date(2026, 10, 5)], "amount": [Decimal("7.00")], "month": ["2026-10"]}  # fmt: skip
        schema = lake_schema(narrow)
        rows = pa.table([pa.array(row.get(f.name, [None]), f.type) for f in schema], schema=schema)
        write_deltalake(made.table_path("fee_lines"), rows, mode="append")
        snapshot = take_snapshot(made, [OCTOBER])
    return made.root, snapshot


def test_a_lake_made_before_the_columns_of_the_claim_checks_opens_with_them(old_lake):
    root, _ = old_lake
    columns = pa.schema(Lake(root).delta_table("fee_lines").schema().to_arrow()).names
    assert {"care_setting", "prescription_number", "fund_amount"} <= set(columns)
    assert Lake(root).version("visits") == 0


def test_a_snapshot_of_old_versions_reads_the_new_columns_as_empty(old_lake):
    root, snapshot = old_lake
    connection = connect(Lake(root), snapshot)
    [line] = connection.table("fee_lines").to_pyarrow().to_pylist()
    assert line["amount"] == Decimal("7.00") and line["care_setting"] is None and line["fund_amount"] is None


def test_a_snapshot_taken_before_a_kind_existed_reads_no_rows_of_it(old_lake, write, land):
    root, snapshot = old_lake
    assert set(snapshot.versions) == {"discharges", "fee_lines"}
    assert connect(Lake(root), snapshot).table("visits").count().execute() == 0


def test_old_and_new_fee_lines_are_read_together(old_lake, write, run):
    lake = Lake(old_lake[0])
    header = ["case_id", "line_number", "item_code", "charged_on", "amount", "care_setting"]
    file = write([header, ["v1", "1", "B", "2026-10-06", "3", "1"]])
    commit(lake, run(file, kind="fee_lines", institution="H002"), submission_id="n", submitted_by="甲",
           submitted_at=dt.datetime.now(dt.UTC))  # fmt: skip
    lines = connect(lake, take_snapshot(lake, [OCTOBER])).table("fee_lines").to_pyarrow().to_pylist()
    assert {(line["case_id"], line["care_setting"]) for line in lines} == {("c1", None), ("v1", "1")}
