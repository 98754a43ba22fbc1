"""The year's clearing replayed: surplus, overrun, distribution and returned deposits of the years of the period.

What is cleared again are the clearings that stand (a draft is enough), from the inputs that they keep: quota, spending,
scores. So only rules of the clearing are replayed; spending is what it was, even when the same change of policy would
have changed what was spent. Only clearings that the asker may see are read: the database says which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from yigongti.engines.fund.public import CasePaymentRules, ClearingRules, DistributionRules
from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.rehearsal.replaying import FUND, Facts, Gathered, OfTheLake, Payer
from yigongti.processes.year_end_clearing.public import ClearingInputs, clear_year, standing_inputs

PAYERS = (
    Payer("kept", Text("结余留用", "Surplus kept"), FUND),
    Payer("borne", Text("超支自担（负数）", "Overrun borne (negative)"), FUND),
    Payer("returned", Text("考核预留返还", "Kept back for the assessment, returned"), FUND),
    Payer("fund_share", Text("超支由基金分担", "Overrun borne by the fund"), FUND),
)
RULES = tuple(
    f"parameters/fund/{beginning}"
    for beginning in (
        "surplus_", "overrun_", "assessment_pass_score.", "distribution_method.", "tier_parts.",
        "institution_weight_", "deposit_", "case_",
    )
)  # fmt: skip
_TEXTS = ("institution_code", "number", "person", "institution", "level", "scheme", "month")


class Clearing(OfTheLake):
    """What institutions are due when the year is cleared."""

    name = "clearing"
    label = Text("年度清算", "Year-end clearing")
    depends_on = RULES
    payers = PAYERS
    counted = Text("家机构", "institutions")
    fund_words = Text("清算应付", "Due at the clearing")
    rows_words = Text("清算项数", "Lines of the clearing")
    persons_words = Text("机构数", "Institutions")
    spread_words = Text("各机构清算应得增减的分布", "How much more or less an institution is due")
    is_drawn = False
    permission = "fund.see"

    def months_read(self, policy: Policy, months: Sequence[Month]) -> tuple[Month, ...]:
        return tuple(months)

    def check(self, policy: Policy, facts_first_on: date, facts_last_on: date) -> None:
        """Reads the rules of each year's last day."""
        for year in range(facts_first_on.year, facts_last_on.year + 1):
            for rules in (ClearingRules, DistributionRules, CasePaymentRules):
                rules.from_policy(policy, on=date(year, 12, 31))

    def gather(self, months: Sequence[Month]) -> Gathered:
        """Raises InvalidInput where no clearing of these years stands."""
        years = sorted({month.year for month in months})
        found = standing_inputs(years)
        if not found:
            raise InvalidInput(
                "rehearsal.no_clearing",
                zh=f"{'、'.join(map(str, years))} 年没有您可见的年度清算，请先在“年度清算”中计算（草稿即可）",
                en="no clearing of these years stands that you may see: compute one first (a draft is enough)",
                where="first_month",
            )
        told = "\n".join(each.digest("") for each in found)
        return Gathered(found, hashlib.sha256(told.encode()).hexdigest())

    def run(self, facts: Facts, policy: Policy) -> pa.Table:
        rows = [row for inputs in facts.gathered[self.name].value for row in _rows(inputs, policy)]
        rows.sort(key=lambda row: (row["institution_code"], row["number"]))
        fields = [(name, pa.string()) for name in _TEXTS] + [(payer.name, pa.int64()) for payer in PAYERS]
        return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _rows(inputs: ClearingInputs, policy: Policy) -> list[dict[str, Any]]:
    """A row for each institution, and one of the community for what the fund bears of its overrun."""
    cleared = clear_year(inputs, policy)
    rows = [
        _row(inputs, due.institution.code, due.institution.tier, kept=due.kept, borne=-due.borne, returned=due.returned)
        for due in cleared.dues
    ]
    whole = _row(inputs, inputs.community_code, "community", fund_share=cleared.clearing.fund_share)
    return [*rows, whole | {"number": f"{whole['number']}/fund"}]


def _row(inputs: ClearingInputs, code: str, level: str, **amounts: Decimal) -> dict[str, Any]:
    return {
        "institution_code": code, "number": f"{inputs.year}/{inputs.community_code}", "person": code,
        "institution": code, "level": level, "scheme": inputs.insurance_type, "month": f"{inputs.year}-12",
        **{payer.name: int(amounts.get(payer.name, Decimal(0)) * 100) for payer in PAYERS},
    }  # fmt: skip
