"""The month's up-coding patterns, found by engines/casemix/opportunities in the codes as they were submitted.

Each pattern becomes one row with the figure seen, the figure that is usual, a sentence, and all cases that show it.
A pattern is a question to the hospital; it convicts nobody. Thresholds: policy, casemix.upcoding_*.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from yigongti.engines.casemix.opportunities.public import (
    UpcodingRules,
    cases_of_group,
    cases_of_swap,
    mcc_shares,
    principal_swaps,
    unpaid_operations,
    weight_jumps,
)
from yigongti.engines.casemix.pricing.public import WeightTable
from yigongti.engines.casemix.public import Scheme, group_table
from yigongti.facts.public import DerivedFile, Lake, Snapshot, connect, write_derived
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

PATTERN_LABELS: dict[str, Text] = {
    "weight_jump": Text(zh="组内权重骤升", en="Weight jump within a group"),
    "mcc_share": Text(zh="严重并发症占比偏高", en="High share of severe complications"),
    "unpaid_operation": Text(zh="有手术编码而无手术费用", en="Operation coded, none charged"),
    "principal_swap": Text(zh="主要诊断选择偏高", en="Dearer principal diagnosis chosen"),
}
_FEES = ("fee_surgical", "fee_anaesthesia", "fee_operation", "fee_surgery_supplies")
_KEPT = ("institution_code", "month", "discharge_department_code", "diagnosis_list", "procedure_list", *_FEES)


@dataclass(frozen=True)
class Signal:
    """One pattern at one institution. evidence: the cases, each with case_id, drg and principal diagnosis."""

    institution_code: str
    pattern: str
    said_zh: str
    said_en: str
    figure: float | None = None
    expected: float | None = None
    department_code: str = ""
    drg: str = ""
    case_id: str = ""
    evidence: list[dict[str, str]] = field(default_factory=list)


def write_signals(
    month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, scheme: Scheme, weights: WeightTable, key: str
) -> DerivedFile:
    """Find the month's patterns against the months before it, and write them as casemix_signals."""
    rules = UpcodingRules.from_policy(policy, on=month.last_day)
    stored = {Month.parse(file.month) for file in lake.files("discharges", snapshot.versions["discharges"])}
    wanted = sorted(m for m in stored if month.plus(-rules.baseline_months) <= m <= month)
    connection = connect(lake, replace(snapshot, months=tuple(wanted) or (month,)))
    try:
        grouped = connection.create_table("grouped", _grouped(connection, scheme, weights), temp=True)
        rows = list(_signals(grouped, month, rules))
    finally:
        connection.disconnect()
    return write_derived(
        lake, "casemix_signals", month, key, _as_table(rows), ["institution_code", "pattern", "drg", "case_id"]
    )


def _grouped(connection: Any, scheme: Scheme, weights: WeightTable) -> Table:
    cases = connection.table("discharges")
    cases = cases.mutate(diagnosis_list=cases.diagnoses, procedure_list=cases.procedures)
    grouped = group_table(cases, scheme, connection, keep=_KEPT)
    weighed = ibis.memtable(
        pa.table(
            {
                "drg": pa.array([weight.drg for weight in weights], pa.string()),
                "relative_weight": pa.array([weight.relative_weight for weight in weights], pa.decimal128(9, 4)),
            }
        )
    )
    table = grouped.left_join(weighed, "drg").drop("drg_right")
    return table.rename(diagnoses="diagnosis_list", procedures="procedure_list")


def _signals(grouped: Table, month: Month, rules: UpcodingRules) -> Iterable[Signal]:
    now = grouped.filter(grouped.month == str(month))
    for row in _rows(weight_jumps(grouped, month, rules)):
        yield Signal(
            row["institution_code"], "weight_jump",
            f"{row['adrg']} 组 {row['cases']} 例平均权重 {row['mean_weight']:.4f}，此前 {row['baseline_cases']} 例平均 "
            f"{row['baseline_weight']:.4f}",
            f"{row['cases']} cases of {row['adrg']} weigh {row['mean_weight']:.4f} on average; the "
            f"{row['baseline_cases']} cases before weighed {row['baseline_weight']:.4f}",
            row["mean_weight"], row["baseline_weight"], drg=row["adrg"],
            evidence=_evidence(cases_of_group(grouped, row["institution_code"], row["adrg"], month)),
        )  # fmt: skip
    for row in _rows(mcc_shares(now, rules)):
        own = now.filter(now.institution_code == row["institution_code"], now.complication == "mcc")
        yield Signal(
            row["institution_code"], "mcc_share",
            f"{row['cases']} 例中 {row['mcc_cases']} 例编有严重并发症，占 {row['share']:.1%}；其他机构同样病例应为 "
            f"{row['expected']:.1%}",
            f"{row['mcc_cases']} of {row['cases']} cases carry a severe complication, {row['share']:.1%}; the others' "
            f"share on the same mix is {row['expected']:.1%}",
            row["share"], row["expected"], evidence=_evidence(own),
        )  # fmt: skip
    for row in _rows(unpaid_operations(now, rules)):
        own = now.filter(now.institution_code == row["institution_code"], now.case_id == row["case_id"])
        yield Signal(
            row["institution_code"], "unpaid_operation",
            f"入 {row['drg']} 组，编有手术 {'、'.join(row['procedures'])}，但没有手术、麻醉或手术材料费用",
            f"in group {row['drg']} with the operation {', '.join(row['procedures'])}, but nothing charged for "
            "surgery, anaesthesia or surgical supplies",
            None if row["relative_weight"] is None else float(row["relative_weight"]), drg=row["drg"],
            case_id=row["case_id"], evidence=_evidence(own),
        )  # fmt: skip
    for row in _rows(principal_swaps(now, rules)):
        yield Signal(
            row["institution_code"], "principal_swap",
            f"{row['principal']} 与 {row['other']} 同时出现的 {row['cases']} 例中，以前者为主要诊断的占 "
            f"{row['share']:.1%}；其他机构为 {row['others_share']:.1%}，且该选择权重更高",
            f"of {row['cases']} pages with {row['principal']} and {row['other']}, {row['share']:.1%} put "
            f"{row['principal']} first; elsewhere {row['others_share']:.1%}, and being first weighs more",
            row["share"], row["others_share"], drg="",
            evidence=_evidence(cases_of_swap(now, row["institution_code"], row["principal"], row["other"])),
        )  # fmt: skip


def _rows(table: Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.get_backend().to_pyarrow(table).to_pylist()
    return found


def _evidence(cases: Table) -> list[dict[str, str]]:
    rows = _rows(cases.select("case_id", "drg", "diagnoses").order_by("case_id"))
    return [
        {"case_id": r["case_id"], "drg": r["drg"], "principal_diagnosis": (r["diagnoses"] or [""])[0]} for r in rows
    ]


def _as_table(signals: list[Signal]) -> pa.Table:
    text = ("institution_code", "pattern", "department_code", "drg", "case_id", "said_zh", "said_en")
    rows = [asdict(signal) for signal in signals]
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in text}
    for name in ("figure", "expected"):
        columns[name] = pa.array([None if r[name] is None else round(r[name], 4) for r in rows], pa.float64())
    columns["evidence"] = pa.array([json.dumps(row["evidence"], ensure_ascii=False) for row in rows], pa.string())
    return pa.table(columns)
