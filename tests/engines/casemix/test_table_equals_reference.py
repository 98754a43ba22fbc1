"""The table engine is held to the reference engine: the same answer for every case that can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.engines.casemix.public import GROUPING_COLUMNS, Case, Scheme, group_case, group_table
from yigongti.foundation.errors import InvalidInput

Small = Callable[..., Scheme]
SCHEMA = pa.schema(
    [
        ("case_id", pa.string()),
        ("sex", pa.string()),
        ("age_years", pa.int32()),
        ("age_days", pa.int32()),
        ("birth_weight_g", pa.int32()),
        ("length_of_stay_days", pa.int32()),
        ("discharge_disposition", pa.string()),
        ("diagnoses", pa.list_(pa.string())),
        ("procedures", pa.list_(pa.string())),
    ]
)


def as_rows(cases: Sequence[Case], joined: bool) -> pa.Table:
    rows = [asdict(case) | {"case_id": str(place)} for place, case in enumerate(cases)]
    table = pa.Table.from_pylist(rows, SCHEMA)
    if not joined:
        return table
    for name in ("diagnoses", "procedures"):
        codes = pa.array(["|".join(row[name]) for row in rows], pa.string())
        table = table.set_column(table.schema.get_field_index(name), name, codes)
    return table


def both(cases: Sequence[Case], scheme: Scheme, connection: Any, joined: bool) -> tuple[list[tuple], list[tuple]]:
    grouped = group_table(ibis.memtable(as_rows(cases, joined)), scheme, connection).to_pyarrow().to_pylist()
    table = sorted((int(row["case_id"]), *(row[name] for name in GROUPING_COLUMNS[1:])) for row in grouped)
    reference = []
    for place, case in enumerate(cases):
        one = group_case(case, scheme, alternatives=False)
        reference.append((place, one.mdc, one.adrg, one.drg, one.complication, one.reason))
    return table, reference


def cases_of(diagnoses: Sequence[str], procedures: Sequence[str]) -> st.SearchStrategy[list[Case]]:
    """Cases of the scheme's own codes, with broken ones between them."""
    broken = ["", "X", "é", "I50 ", "i50", "99.9999", "*", "A|"[:1]]
    diagnosis, procedure = st.sampled_from([*diagnoses, *broken]), st.sampled_from([*procedures, *broken])
    return st.lists(
        st.builds(
            Case,
            case_id=st.just("0"),
            sex=st.sampled_from(["1", "2", "0", "9", "", "x", None]),
            age_years=st.sampled_from([None, 0, 0, 1, 17, 18, 60, 120]),
            age_days=st.sampled_from([None, 0, 28, 29, 400, 20_000]),
            birth_weight_g=st.sampled_from([None, 0, 1499, 1500, 1999, 2000, 2499, 2500, 4000]),
            length_of_stay_days=st.sampled_from([None, 1]),
            discharge_disposition=st.just("1"),
            diagnoses=st.lists(diagnosis, max_size=7).map(tuple),
            procedures=st.lists(procedure, max_size=5).map(tuple),
        ),
        min_size=1,
        max_size=60,
    )


DIAGNOSES = [
    "P01",
    "P02",
    "P03",
    "S01",
    "S02",
    "S03",
    "N40",
    "I20",
    "I21",
    "I50",
    "I51",
    "J18",
    "J44",
    "J96",
    "A41",
    "E11",
]
PROCEDURES = ["10.1", "10.2", "10.3", "20.1", "20.2", "30.1", "30.2"]
CHOICES = [
    "",
    "  qy_groups: yes",
    "  mdc_fall_through: no",
    "  unknown_principal_is_ungroupable: no",
    "  adrg_order: as_listed",
    "  surgical_reads: any",
    "  cc_exclusion: none",
    "  endings: {cc: '3'}",
    "  members: patterns",
]
calm = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@pytest.mark.parametrize("choices", CHOICES)
@given(cases=cases_of(DIAGNOSES, PROCEDURES), joined=st.booleans())
@calm
def test_both_engines_agree_on_random_cases(
    small: Small, duck: Any, choices: str, cases: list[Case], joined: bool
) -> None:
    table, reference = both(cases, _made(small, choices), duck, joined)
    assert table == reference


_schemes: dict[str, Scheme] = {}


def _made(small: Small, choices: str) -> Scheme:
    if choices not in _schemes:
        _schemes[choices] = small(choices)
    return _schemes[choices]


def test_both_engines_agree_where_a_principal_diagnosis_has_two_exclusion_groups(small: Small, duck: Any) -> None:
    exclusions = [["principal_code", "exclusion_group"], ["J18", "1"], ["J18", "2"], ["I51", "3"]]
    scheme = small(cc_exclusions_csv=exclusions)
    cases = [
        Case("0", "1", 50, diagnoses=(principal, other))
        for principal in ("J18", "I51")
        for other in ("J96", "I50", "E11", "A41")
    ]
    table, reference = both(cases, scheme, duck, joined=False)
    assert table == reference
    assert [row[4] for row in table] == ["none", "none", "cc", "mcc", "mcc", "cc", "none", "mcc"]


def test_patterns_take_every_code_that_begins_so(small: Small, duck: Any) -> None:
    sets = [
        ["set", "code"],
        ["F.DX", "I20-I22"],
        ["F.DX", "I5*"],
        ["FR1.DX", "I50*"],
        ["E.DX", "J18.9"],
        ["M.DX", "N40"],
    ]
    mdcs = [["mdc", "order", "name", "rule"], ["MDCF", "1", "循环", "ZYZD in {F.DX}"]]
    adrgs = [
        ["mdc", "order", "adrg", "name", "rule", "drgs"],
        ["MDCF", "1", "FR1", "心衰", "ZYZD in {FR1.DX}", "FR19"],
        ["MDCF", "2", "FZ1", "其他", "1", "FZ19"],
    ]
    scheme = small(
        "  members: patterns",
        sets_csv=sets,
        mdc_csv=mdcs,
        adrg_csv=adrgs,
        drg_csv=[["drg", "name"], ["FR19", "a"], ["FZ19", "b"]],
    )
    cases = [Case("0", diagnoses=(code,)) for code in ("I50.900", "I51", "I22.9", "I23", "I19.9", "I5", "I2", "J18.9")]
    table, reference = both(cases, scheme, duck, joined=True)
    assert table == reference
    assert [row[3] for row in table] == ["FR19", "FZ19", "FZ19", "0000", "0000", "FZ19", "0000", "0000"]


def test_null_codes_and_empty_lists_are_cases_without_a_principal_diagnosis(small: Small, duck: Any) -> None:
    rows = as_rows([Case("0"), Case("0"), Case("0", diagnoses=("I50",))], joined=False)
    nulls = pa.array([None, [None, "I50"], ["I50", None, "E11"]], pa.list_(pa.string()))
    rows = rows.set_column(7, "diagnoses", nulls)
    grouped = group_table(ibis.memtable(rows), small(), duck).order_by("case_id").to_pyarrow().to_pylist()
    assert [row["reason"] for row in grouped] == ["no_principal_diagnosis"] * 2 + [""]
    assert grouped[2]["drg"] == "FR13"


def test_cases_of_the_same_number_are_grouped_each_for_itself(small: Small, duck: Any) -> None:
    rows = as_rows([Case("0", diagnoses=("I50", "J96")), Case("0", diagnoses=("I50",))], joined=False)
    rows = rows.set_column(0, "case_id", pa.array(["same", "same"]))
    rows = rows.append_column("institution_code", pa.array(["A", "B"]))
    grouped = group_table(ibis.memtable(rows), small(), duck, keep=("institution_code",)).to_pyarrow().to_pylist()
    assert {(row["institution_code"], row["drg"]) for row in grouped} == {("A", "FR11"), ("B", "FR15")}


def test_a_missing_column_is_named(small: Small, duck: Any) -> None:
    table = ibis.memtable(as_rows([Case("0")], joined=False).drop(["procedures"]))
    with pytest.raises(InvalidInput, match="procedures"):
        group_table(table, small(), duck)
