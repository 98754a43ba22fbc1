"""Splink on a table and the reference on a pair reach the same levels, the same weight and the same decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_registrations import WANG, as_table, number
from splink import DuckDBAPI, Linker

from yigongti.engines.identity.batch import CHAIN_RULE, loaded
from yigongti.engines.identity.public import (
    COMPARISONS,
    DIFFERENT,
    Matching,
    Registration,
    deduplicate,
    judge_pair,
    link,
    normalise,
    search_keys,
)
from yigongti.engines.identity.splink_model import level_sql
from yigongti.engines.identity.splink_model import settings as splink_settings

_UNHURRIED = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
_NAMES = ["王国强", "王帼强", "王国伟", "汪国强", "王强", "王伟", "王伟儿", "王 国强", "單国强", "𠮷田强", "A国强", ""]
_NAMES += ["黄飞", "房辉", "尉迟国强", "尉迟国", "买买提·艾力", "买买提艾", "国强王"]
_DAYS = [date(1968, 3, 7), date(1968, 7, 3), date(1968, 3, 9), date(1968, 3, 8), date(1958, 3, 7), date(1968, 12, 30)]
_DAYS += [date(1992, 5, 14), date(1968, 2, 28), date(1968, 2, 29), date(1967, 12, 31), date(1900, 1, 1), None]
_VALID = [number(day, run) for day in _DAYS[:4] for run in ("013", "815")]
_SLIPS = [_VALID[0][:8] + "9" + _VALID[0][9:], _VALID[0][:9] + _VALID[0][10:], _VALID[0][1:], "３" + _VALID[0][1:]]
_NUMBERS = [*_VALID, *_SLIPS, number(_DAYS[0], "013", "609922"), "12345", "PASSPORT1", "0" * 18, ""]
_PHONES = ["19900001234", "+8619900001234", "19900009999", "0577-1234567", "无", ""]
_ADDRESSES = ["东风村12号", "示范县东风村十二号", "东风村三组12号", "东风村", ""]

registrations = st.builds(
    Registration,
    key=st.just(""),
    name=st.one_of(st.sampled_from(_NAMES), st.text(max_size=4)),
    sex=st.sampled_from(["1", "2", "9", ""]),
    birth_date=st.one_of(st.sampled_from(_DAYS), st.dates(date(1900, 1, 1), date(2026, 1, 1))),
    resident_number=st.sampled_from(_NUMBERS),
    phone=st.sampled_from(_PHONES),
    address=st.sampled_from(_ADDRESSES),
    village_code=st.sampled_from(["609921008191", "609921001001", ""]),
    household=st.sampled_from(["H1", "H2", ""]),
    insured_number=st.sampled_from(["0001", "0002", ""]),
)
tables = st.lists(registrations, min_size=2, max_size=20).map(
    lambda rows: [replace(row, key=f"K{place:03d}") for place, row in enumerate(rows)]
)


def _with_shares(rows: list[Registration]) -> dict[str, Registration]:
    """Each with the share of the telephone among the telephones of the table."""
    phones = [normalise(row).phone for row in rows]
    given_ = [phone for phone in phones if phone]
    shares = [given_.count(phone) / len(given_) if phone else 0.0 for phone in phones]
    return {row.key: replace(row, phone_share=share) for row, share in zip(rows, shares, strict=True)}


@given(tables)
@_UNHURRIED
def test_levels_and_weights_are_the_same(matching: Matching, rows: list[Registration]) -> None:
    among = matching.among(len(rows))
    model = splink_settings(among.weights)
    model.blocking_rules_to_generate_predictions = ["1 = 1"]
    with duckdb.connect() as connection, loaded(connection, as_table(rows)) as (table, _):
        linker = Linker(DuckDBAPI(connection).register(table), model, log_level=None)
        predicted = linker.inference.predict().physical_name
        levels = ", ".join(level_sql(comparison.id) for comparison in COMPARISONS)
        query = f"SELECT key_l, key_r, match_weight, match_probability, {levels} FROM {predicted}"
        found = connection.execute(query).fetchall()
    by_key = _with_shares(rows)
    assert len(found) == len(rows) * (len(rows) - 1) // 2
    for left, right, weight, probability, *words in found:
        judged = judge_pair(normalise(by_key[left]), normalise(by_key[right]), among)
        assert dict(zip(judged.levels, words, strict=True)) == judged.levels, (by_key[left], by_key[right])
        assert weight == pytest.approx(judged.weight, abs=1e-6)
        assert probability == pytest.approx(judged.probability, abs=1e-9)


@given(tables)
@_UNHURRIED
def test_decisions_are_the_same_and_no_pair_of_a_block_is_lost(matching: Matching, rows: list[Registration]) -> None:
    among = matching.among(len(rows))
    with duckdb.connect() as connection:
        linking = deduplicate(as_table(rows), matching, connection)
    by_key = _with_shares(rows)
    keys = {row.key: {(key.block, key.values) for key in search_keys(row) if key.block != "phone"} for row in rows}
    expected = {
        (left, right): (judged.decision, judged.rule)
        for left, right in combinations(sorted(by_key), 2)
        if keys[left] & keys[right]
        and (judged := judge_pair(normalise(by_key[left]), normalise(by_key[right]), among)).decision != DIFFERENT
    }
    found = {(row["key_l"], row["key_r"]): (row["decision"], row["rule"]) for row in linking.pairs.to_pylist()}
    assert found.keys() == expected.keys()
    for pair, (decision, rule) in found.items():
        assert rule == CHAIN_RULE or (decision, rule) == expected[pair]


def test_two_tables_are_linked_only_across(matching: Matching, connection: duckdb.DuckDBPyConnection) -> None:
    registered = [replace(WANG, key="A1"), replace(WANG, key="A2")]
    arriving = [replace(WANG, key="B1", resident_number=""), replace(WANG, key="B2", name="李四", resident_number="")]
    linking = link(as_table(registered), as_table(arriving), matching, connection)
    same = {(row["key_l"], row["key_r"]) for row in linking.pairs.to_pylist() if row["decision"] == "same"}
    assert same == {("A1", "B1"), ("A2", "B1")}
