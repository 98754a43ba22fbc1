"""How the demo county's bills were settled: by the benefit policy in force on the day of discharge, bill after bill in
the order in which they came, with what each person had used of the year before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from yigongti.demo.county.insured_bills import InsuredBill
from yigongti.demo.county.residents import CHRONIC, Residents
from yigongti.engines.benefit.public import (
    Bill,
    Care,
    Level,
    Person,
    Place,
    Referral,
    Rules,
    Settlement,
    Used,
    rules_of,
    settle,
)
from yigongti.foundation.policy import Policy

ALWAYS = (date(1900, 1, 1), date(2999, 12, 31))
_SCHEMES = {310: "310", 390: "390"}
_INSURED = {310: {"310": (ALWAYS,)}, 390: {"390": (ALWAYS,)}}
_APPROVED = {name: ALWAYS for name, *_ in CHRONIC}
_NOTHING = Used()
_MENTAL = next(bit for bit, (name, *_) in enumerate(CHRONIC) if name == "severe_mental_illness")
_POOR = ("low_income",) * 13 + ("extreme_poverty",) * 3 + ("returned_to_poverty",) * 2 + ("marginal",) * 2
_REFERRED_ON = ("up", "down")


def groups_of(residents: Residents, at: int) -> tuple[str, ...]:
    """The groups that benefits vary by, of a resident; () for none. One for each who is entitled to assistance."""
    groups = [_POOR[at * 7 % len(_POOR)]] if residents.assisted[at] else []
    if residents.has(at, _MENTAL):
        groups.append("severe_mental")
    if at % 83 == 17:
        groups.append("severe_disability")
    return tuple(sorted(groups))


class Agreement:
    """Settles bills; remembers what each person has used of a year, and where the last stay ended."""

    def __init__(self, policy: Policy, residents: Residents) -> None:
        self.policy, self.residents = policy, residents
        self._used: dict[int, dict[int, Used]] = {}
        self._rules: dict[tuple[str, date], Rules] = {}
        self._stays: dict[int, tuple[date, Decimal]] = {}

    def forget_before(self, year: int) -> None:
        """Years that no bill falls into any more."""
        self._used = {kept: used for kept, used in self._used.items() if kept >= year}

    def rules(self, bill: InsuredBill) -> Rules:
        key = (self.scheme(bill), bill.ended_on)
        if key not in self._rules:
            self._rules[key] = rules_of(self.policy, *key)
        return self._rules[key]

    def scheme(self, bill: InsuredBill) -> str:
        return _SCHEMES[int(self.residents.insurance_type[bill.resident])]

    def settle(self, bill: InsuredBill, rules: Rules) -> Settlement:
        """What the policy says; the person's year stays as it was until `count`."""
        scheme = int(self.residents.insurance_type[bill.resident])
        account = Decimal(60_000 + bill.resident % 90_000).scaleb(-2) if scheme == 310 else Decimal("0.00")
        person = Person(
            born_on=self.residents.birth_date(bill.resident),
            groups=frozenset(groups_of(self.residents, bill.resident)),
            insured=_INSURED[scheme],
            approvals=_APPROVED,
            personal_account=account,
        )
        a, b, outside = bill.classes
        asked = Bill(
            insurance_type=_SCHEMES[scheme],
            care=Care(bill.care),
            level=Level(bill.level),
            place=Place(bill.place),
            referral=Referral(bill.referral),
            started_on=bill.started_on,
            ended_on=bill.ended_on,
            total=Decimal(a + b + outside).scaleb(-2),
            outside_catalogue=Decimal(outside).scaleb(-2),
            first_share=Decimal((b + 5) // 10).scaleb(-2),
            disease_code=bill.disease,
            transferred_deductible=self._continued(bill, rules),
        )
        return settle(asked, person, self.used(bill, rules), rules)

    def used(self, bill: InsuredBill, rules: Rules) -> Used:
        return self._used.get(rules.year_from.year, {}).get(bill.resident, _NOTHING)

    def count(self, bill: InsuredBill, settled: Settlement, rules: Rules) -> None:
        """The settlement counts in the person's year."""
        self._used.setdefault(rules.year_from.year, {})[bill.resident] = settled.after
        if bill.care in ("inpatient", "major_disease"):
            self._stays[bill.resident] = (bill.ended_on, settled.deductible_of_stay)

    def _continued(self, bill: InsuredBill, rules: Rules) -> Decimal | None:
        """The deductible of the stay that this one continues by referral, settled before it."""
        last = self._stays.get(bill.resident)
        if last is None or bill.care not in ("inpatient", "major_disease") or bill.referral not in _REFERRED_ON:
            return None
        gap = (bill.started_on - last[0]).days
        return last[1] if 0 <= gap <= rules.referral_gap_days else None
