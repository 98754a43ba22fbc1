"""Claim checks replayed: what would be found in the months' bills, by check, and how many yuan each counts.

The same judging as the monthly close, with what this installation has signed and taken over laid on the checks of
either policy. Findings come and go with the policy, so the two runs are joined by key. What is found is a question to
the institution, not a refusal: neither the fund nor a patient pays otherwise before somebody has ruled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from yigongti.facts.public import take_snapshot
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.rehearsal.replaying import COUNT, FUND, Facts, Gathered, OfTheLake, Payer
from yigongti.systems.claim_checks import public as claim_checks

STRENGTHS = ("violation", "doubtful", "clue")
PAYERS = (
    Payer("violation", Text("违规金额", "Violations"), FUND),
    Payer("doubtful", Text("可疑金额", "Doubtful"), FUND),
    Payer("clue", Text("线索金额", "Clues"), FUND),
    Payer("findings", Text("发现条数", "Findings"), COUNT),
)
LOOKBACK = "claim_checks.lookback_months"
_TEXTS = ("institution_code", "number", "person", "institution", "level", "department", "check", "care", "month")


class ClaimChecks(OfTheLake):
    """What the checks find in the months' bills."""

    name = "claim_checks"
    label = Text("费用审核", "Claim checks")
    depends_on = ("checks/claim_checks/", "parameters/claim_checks/lookback_months.yaml")
    payers = PAYERS
    counted = Text("张账单", "bills")
    fund_words = Text("发现金额", "Amount found")
    rows_words = Text("调整前后发现数", "Findings under either policy")
    persons_words = Text("涉及账单数", "Bills with findings")
    spread_words = Text("每张账单发现金额增减的分布", "How much more or less is found in a bill")
    same_keys = False
    permission = "claim_checks.see"

    def months_read(self, policy: Policy, months: Sequence[Month]) -> tuple[Month, ...]:
        """The period and the months before it in which person checks look for the same person."""
        back = int(policy.value(LOOKBACK, on=months[0].last_day))  # type: ignore[arg-type]
        return tuple(months[0].plus(-number) for number in range(back, 0, -1)) + tuple(months)

    def check(self, policy: Policy, facts_first_on: date, facts_last_on: date) -> None:
        claim_checks.require_readable(policy)
        policy.value(LOOKBACK, on=facts_last_on)

    def gather(self, months: Sequence[Month]) -> Gathered:
        own = claim_checks.installed()
        return Gathered(own, own.digest)

    def run(self, facts: Facts, policy: Policy) -> pa.Table:
        own = facts.gathered[self.name]
        rows: list[dict[str, Any]] = []
        for month in facts.months:
            snapshot = take_snapshot(facts.lake, [month])
            found = claim_checks.findings_again(month, facts.lake, snapshot, policy, own.value)
            rows += _rows(found, month, own.value.places)
        rows.sort(key=lambda row: (row["institution_code"], row["number"]))
        fields = [(name, pa.string()) for name in _TEXTS] + [(payer.name, pa.int64()) for payer in PAYERS]
        return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _rows(found: Iterable[Mapping[str, Any]], month: Month, places: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each finding. Its person is its bill; a finding about an institution as a whole stands for itself."""
    return [_row(each, month, places) for each in found]


def _row(each: Mapping[str, Any], month: Month, places: Mapping[str, Any]) -> dict[str, Any]:
    code, case = each["institution_code"], each["case_id"]
    line = "" if each["line_number"] is None else str(each["line_number"])
    known = places.get(code)
    return {
        "institution_code": code, "number": f"{month}/{case}/{line}/{each['check']}",
        "person": f"{code}/{month}/{case}", "institution": code, "level": known.level if known else "",
        "department": f"{code}/{each['department_code']}", "check": each["check"], "care": each["care_setting"],
        "month": str(month),
        **{name: int(each["counted"] * Decimal(100)) if each["strength"] == name else 0 for name in STRENGTHS},
        "findings": 100,
    }  # fmt: skip
