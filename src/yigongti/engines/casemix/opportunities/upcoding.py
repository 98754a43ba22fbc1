"""Patterns that the insurance office looks at for up-coding (高编高套): each gives figures and leads to its cases.

A pattern compares; it does not convict. Thresholds are policy (casemix.upcoding_*). The figures here are statistics in
floating point; money and weights are exact elsewhere.

Input `grouped`: grouped, weighted discharges with institution_code, case_id, month ("2026-10"), adrg, drg,
complication, relative_weight, diagnoses, procedures (list<string>) and, for unpaid_operations, the front page's fee
columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import Table, Value

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

OPERATION_FEES = ("fee_surgical", "fee_anaesthesia", "fee_operation", "fee_surgery_supplies")


@dataclass(frozen=True)
class UpcodingRules:
    """minimum_cases: below it nothing is compared. z_limit: the standard score from which a difference is shown.
    baseline_months: months before the one looked at. share_ratio: how many times the others' share.
    operation_chapters: first two places of procedures that cost an operation."""

    minimum_cases: int
    z_limit: float
    baseline_months: int
    share_ratio: float
    operation_chapters: tuple[str, ...]

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> UpcodingRules:
        """The rules in force on a day. Raises PolicyError where a parameter is missing."""

        def text(name: str) -> str:
            return str(policy.value(f"casemix.upcoding_{name}", on=on))

        chapters = policy.value("casemix.upcoding_operation_chapters", on=on)
        return cls(
            minimum_cases=int(text("minimum_cases")),
            z_limit=float(text("z_limit")),
            baseline_months=int(text("baseline_months")),
            share_ratio=float(text("share_ratio")),
            operation_chapters=tuple(str(code) for code in chapters) if isinstance(chapters, tuple) else (),
        )


def weight_jumps(grouped: Table, month: Month, rules: UpcodingRules) -> Table:
    """ADRGs of an institution whose mean weight in a month is far above its own in the months before.

    z = (mean now − mean before) ÷ (standard deviation of cases before ÷ √cases now). Within one ADRG the weight only
    moves by the degree of complication, so a jump means that more complications are coded. Columns: institution_code,
    adrg, cases, mean_weight, baseline_cases, baseline_weight, z. A group without spread before has z null and is shown
    when its mean rose.
    """
    weighed = grouped.filter(grouped.relative_weight.notnull())
    weighed = weighed.mutate(weight=weighed.relative_weight.cast("float64"))
    earlier = [str(month.plus(-back)) for back in range(1, rules.baseline_months + 1)]
    now = weighed.filter(weighed.month == str(month))
    now = now.group_by(["institution_code", "adrg"]).aggregate(cases=now.count(), mean_weight=now.weight.mean())
    past = weighed.filter(weighed.month.isin(earlier))
    past = past.group_by(["institution_code", "adrg"]).aggregate(
        baseline_cases=past.count(), baseline_weight=past.weight.mean(), spread=past.weight.std(how="sample")
    )
    both = now.inner_join(past, ["institution_code", "adrg"])
    both = both.filter(both["cases"] >= rules.minimum_cases, both.baseline_cases >= rules.minimum_cases)
    rise = both.mean_weight - both.baseline_weight
    # a spread of rounding dust is no spread
    error = ibis.cases((both.spread > 1e-9, both.spread / both["cases"].cast("float64").sqrt()))
    both = both.mutate(z=rise / error, rise=rise)
    shown = both.filter((both.z >= rules.z_limit) | (both.z.isnull() & (both.rise > 1e-9)))
    columns = ["institution_code", "adrg", "cases", "mean_weight", "baseline_cases", "baseline_weight", "z"]
    return shown.select(*columns).order_by([ibis.desc("z"), "institution_code", "adrg"])


def _proportion_z(share: Value, expected: Value, cases: Value) -> Value:
    """The standard score of a share against the expected one; null where the expected share is 0 or 1."""
    variance = expected * (1 - expected) / cases.cast("float64")
    return ibis.cases((variance > 0, (share - expected) / variance.sqrt()))


def mcc_shares(grouped: Table, rules: UpcodingRules) -> Table:
    """Institutions that code far more severe complications (MCC) than all the others, ADRG by ADRG.

    expected: the others' share, by this institution's own mix of ADRGs. Columns: institution_code, cases, mcc_cases,
    share, expected, z. Cases of ADRGs that no other institution has are not compared.
    """
    table = grouped.filter(grouped.complication.isin(["mcc", "cc", "none"]))
    table = table.mutate(mcc=ibis.cases((table.complication == "mcc", 1), else_=0))
    own = table.group_by(["institution_code", "adrg"]).aggregate(cases=table.count(), mcc=table.mcc.sum())
    every = table.group_by("adrg").aggregate(all_cases=table.count(), all_mcc=table.mcc.sum())
    both = own.inner_join(every, "adrg")
    both = both.mutate(others=both.all_cases - both["cases"], others_mcc=both.all_mcc - both.mcc)
    both = both.filter(both.others > 0)
    both = both.mutate(expected_mcc=both["cases"] * both.others_mcc.cast("float64") / both.others)
    unit = both.group_by("institution_code").aggregate(
        cases=both["cases"].sum(), mcc_cases=both.mcc.sum(), expected_mcc=both.expected_mcc.sum()
    )
    unit = unit.filter(unit["cases"] >= rules.minimum_cases)
    unit = unit.mutate(share=unit.mcc_cases.cast("float64") / unit["cases"], expected=unit.expected_mcc / unit["cases"])
    unit = unit.mutate(z=_proportion_z(unit.share, unit.expected, unit["cases"]))
    shown = unit.filter(
        ((unit.z >= rules.z_limit) & (unit.share >= unit.expected * rules.share_ratio))
        | ((unit.expected <= 0) & (unit.mcc_cases >= rules.minimum_cases))
    )
    columns = ["institution_code", "cases", "mcc_cases", "share", "expected", "z"]
    return shown.select(*columns).order_by([ibis.desc("z"), "institution_code"])


def unpaid_operations(grouped: Table, rules: UpcodingRules) -> Table:
    """Cases in a surgical ADRG, with an operation on the page, whose bill shows no fee for surgery, anaesthesia or
    surgical supplies. Columns: institution_code, case_id, adrg, drg, procedures, relative_weight."""
    fees = ibis.literal(False)
    for column in OPERATION_FEES:
        fees = fees | (grouped[column].fill_null(0) > 0)
    partition = grouped.adrg.substr(1, 1)
    operated = grouped.procedures.filter(lambda code: code.left(2).isin(rules.operation_chapters)).length() > 0
    shown = grouped.filter(partition.between("A", "J"), operated, ~fees)
    columns = ["institution_code", "case_id", "adrg", "drg", "procedures", "relative_weight"]
    return shown.select(*columns).order_by(["institution_code", "case_id"])


def _principal_category(table: Table) -> Value:
    """The category of the principal diagnosis; Spark refuses to read the first place of an empty list."""
    return ibis.cases((table.diagnoses.length() > 0, table.diagnoses[0].left(3)), else_="")


def principal_swaps(grouped: Table, rules: UpcodingRules) -> Table:
    """Pairs of diagnoses of which an institution puts the dearer first far more often than the others do.

    For every pair of ICD-10 categories that stand together on pages as principal and secondary: how often `principal`
    is the first of the two here and elsewhere, and what pages weigh on average with either first (over the county).
    Columns: institution_code, principal, other, cases, share, others_cases, others_share, weight_when_first,
    weight_when_second, z. Only pairs where being first weighs more.
    """
    table = grouped.filter(grouped.relative_weight.notnull(), grouped.diagnoses.length() > 1)
    pages = table.select(
        "institution_code",
        "case_id",
        weight=table.relative_weight.cast("float64"),
        first=_principal_category(table),
        other=table.diagnoses[1:].unnest().left(3),
    )
    pages = pages.filter(pages.first != pages.other).distinct()
    # every page is seen from both sides of the pair, so that each category is once the candidate for first place
    seen = ibis.union(
        pages.select("institution_code", "weight", principal="first", other="other", chosen=ibis.literal(1)),
        pages.select("institution_code", "weight", principal="other", other="first", chosen=ibis.literal(0)),
    )
    pair = ["principal", "other"]
    own = seen.group_by(["institution_code", *pair]).aggregate(cases=seen.count(), first=seen.chosen.sum())
    every = seen.group_by(pair).aggregate(
        all_cases=seen.count(),
        all_first=seen.chosen.sum(),
        weight_when_first=seen.weight.mean(where=seen.chosen == 1),
        weight_when_second=seen.weight.mean(where=seen.chosen == 0),
    )
    both = own.inner_join(every, pair)
    both = both.mutate(others_cases=both.all_cases - both["cases"], others_first=both.all_first - both.first)
    both = both.filter(both["cases"] >= rules.minimum_cases, both.others_cases >= rules.minimum_cases)
    both = both.mutate(
        share=both.first.cast("float64") / both["cases"],
        others_share=both.others_first.cast("float64") / both.others_cases,
    )
    both = both.mutate(z=_proportion_z(both.share, both.others_share, both["cases"]))
    shown = both.filter(
        both.weight_when_first > both.weight_when_second,
        (both.z >= rules.z_limit) | (both.z.isnull() & (both.others_share <= 0)),
        both.share >= both.others_share * rules.share_ratio,
        both.first > 0,
    )
    columns = [
        "institution_code", *pair, "cases", "share", "others_cases", "others_share", "weight_when_first",
        "weight_when_second", "z",
    ]  # fmt: skip
    return shown.select(*columns).order_by([ibis.desc("z"), "institution_code", *pair])


def cases_of_group(grouped: Table, institution_code: str, adrg: str, month: Month) -> Table:
    """The cases behind a weight jump."""
    return grouped.filter(
        grouped.institution_code == institution_code, grouped.adrg == adrg, grouped.month == str(month)
    )


def cases_of_swap(grouped: Table, institution_code: str, principal: str, other: str) -> Table:
    """The cases behind a swap: `principal` first and `other` among the rest."""
    others = grouped.diagnoses[1:].filter(lambda code: code.left(3) == other)
    return grouped.filter(
        grouped.institution_code == institution_code, _principal_category(grouped) == principal, others.length() > 0
    )
