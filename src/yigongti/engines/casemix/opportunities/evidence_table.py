"""The evidence rules over many stays: the same judgement as `evidence.evidence_gaps`, as Ibis expressions.

Only the distinct codes and item names are looked at in Python (some thousands, whatever the number of stays); rows are
joined to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from yigongti.engines.casemix.opportunities.evidence import EvidenceRule, StayEvidence, Want

KEY = ["institution_code", "case_id"]


def evidence_gap_table(
    cases: Table, fee_lines: Table, rules: Sequence[EvidenceRule], connection: ibis.BaseBackend
) -> Table:
    """One row per case, rule and missing want: institution_code, case_id, rule, want, codes (list of the case's codes).

    cases: institution_code, case_id, diagnoses, procedures (list<string>) and, where there, the fee columns of the
    front page. fee_lines: institution_code, case_id, item_name, fee_item, amount.
    """
    hits = _codes_hit(cases, rules, connection)
    wanted = _rows([(rule.id, want.id) for rule in rules for want in rule.wants], ["rule", "want"])
    asked = hits.inner_join(wanted, "rule")
    asked = asked.drop("rule_right") if "rule_right" in asked.columns else asked
    met = _wants_met(cases, fee_lines, rules, connection)
    return asked.anti_join(met, [*KEY, "rule", "want"])


def _rows(rows: Sequence[tuple[str, ...]], names: list[str]) -> Table:
    return ibis.memtable(
        pa.table({name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)})
    )


def _distinct(table: Table, column: str, connection: ibis.BaseBackend) -> list[str]:
    found: list[Any] = connection.to_pyarrow(table.select(column).distinct())[column].to_pylist()
    return sorted(value for value in found if value)


def _placed_codes(cases: Table) -> Table:
    """institution_code, case_id, kind, code: every code with the kind of rule that reads it."""
    parts = []
    for kind, codes in (
        ("principal", cases.diagnoses[:1]),
        ("complication", cases.diagnoses[1:]),
        ("operation", cases.procedures),
    ):
        parts.append(cases.select(*KEY, kind=ibis.literal(kind), code=codes.unnest()))
    return ibis.union(*parts)


def _codes_hit(cases: Table, rules: Sequence[EvidenceRule], connection: ibis.BaseBackend) -> Table:
    placed = _placed_codes(cases)
    known = [
        (rule.kind, code, rule.id)
        for code in _distinct(placed, "code", connection)
        for rule in rules
        if code.startswith(rule.codes)
    ]
    hit = placed.inner_join(_rows(known, ["kind", "code", "rule"]), ["kind", "code"])
    return hit.group_by([*KEY, "rule"]).aggregate(codes=hit.code.collect(distinct=True).sort())


def _wants_met(cases: Table, fee_lines: Table, rules: Sequence[EvidenceRule], connection: ibis.BaseBackend) -> Table:
    """institution_code, case_id, rule, want: what each case has evidence of, whatever its codes."""
    pairs = [(rule, want) for rule in rules for want in rule.wants]
    parts = []
    names = _meeting(_distinct(fee_lines, "item_name", connection), pairs, lambda name: StayEvidence((name,)))
    parts.append(_joined(fee_lines.select(*KEY, value="item_name"), names))
    fee_items = [(item, rule.id, want.id) for rule, want in pairs for item in sorted(want.fee_items)]
    charged = fee_lines.filter(fee_lines.amount > 0)
    parts.append(_joined(charged.select(*KEY, value="fee_item"), fee_items))
    for column in sorted({item for item, _, _ in fee_items} & set(cases.columns)):
        paid = cases.filter(cases[column] > 0).select(*KEY, value=ibis.literal(column))
        parts.append(_joined(paid, [row for row in fee_items if row[0] == column]))
    done = cases.select(*KEY, value=cases.procedures.unnest())
    codes = _meeting(_distinct(done, "value", connection), pairs, lambda code: StayEvidence(procedures=(code,)))
    parts.append(_joined(done, codes))
    return ibis.union(*parts, distinct=True)


def _meeting(values: list[str], pairs: Sequence[tuple[EvidenceRule, Want]], stay_of: Any) -> list[tuple[str, str, str]]:
    return [(value, rule.id, want.id) for value in values for rule, want in pairs if stay_of(value).meets(want)]


def _joined(rows: Table, known: list[tuple[str, str, str]]) -> Table:
    found = rows.inner_join(_rows(known, ["value", "rule", "want"]), "value")
    return found.select(*KEY, "rule", "want").distinct()
