"""What is refused before anything is computed: each refusal has its own code and says what to mend.

Nothing is repaired, rounded away or replaced by a default: a bill that cannot be right is not settled.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from yigongti.engines.benefit.bill import Bill, Care, Person, Used
from yigongti.engines.benefit.rules import Rules
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import to_fen

LARGEST_AMOUNT = Decimal("999999999.99")
NEEDS_DISEASE = frozenset({Care.TWO_DISEASES, Care.SPECIAL_DISEASE, Care.MAJOR_DISEASE})

_NAMES = {
    "total": ("总费用", "the total"),
    "outside_catalogue": ("全自费", "outside the catalogue"),
    "above_limits": ("超限价", "above price limits"),
    "first_share": ("先行自付", "first share"),
    "transferred_deductible": ("转诊前起付线", "the transferred deductible"),
    "personal_account": ("个人账户可用额", "the personal account"),
}


def refuse(code: str, zh: str, en: str, where: str = "") -> InvalidInput:
    """The error of a bill that cannot be settled."""
    return InvalidInput(f"benefit.{code}", zh=zh, en=en, where=where)


def fen_of(amount: Decimal, name: str) -> Decimal:
    """The amount with two decimals. Refused: not a number, not finite, beyond ±LARGEST_AMOUNT, parts of a fen."""
    zh, en = _NAMES.get(name, (name, name))
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise refuse("amount_not_a_number", f"{zh}不是一个数：{amount}", f"{en} is not a number: {amount}", name)
    if abs(amount) > LARGEST_AMOUNT:
        raise refuse("amount_too_large", f"{zh}超出 {LARGEST_AMOUNT} 元", f"{en} is beyond {LARGEST_AMOUNT} yuan", name)
    whole = to_fen(amount)
    if whole != amount:
        raise refuse("amount_below_fen", f"{zh}多于两位小数：{amount}", f"{en} has parts of a fen: {amount}", name)
    return whole


def account_of(person: Person) -> Decimal:
    """What may be taken from the account, at least 0."""
    amount = fen_of(person.personal_account, "personal_account")
    if amount < 0:
        raise refuse(
            "mixed_signs", f"个人账户可用额为负：{amount}", f"the account is negative: {amount}", "personal_account"
        )
    return amount


def require_days(bill: Bill, person: Person, rules: Rules) -> None:
    """The days of the bill, the scheme and the rules fit together."""
    if bill.ended_on < bill.started_on:
        raise refuse("end_before_start", "出院日期早于入院日期", "the care ends before it starts", "ended_on")
    if person.born_on is not None and person.born_on > bill.started_on:
        raise refuse(
            "birth_after_start", "出生日期晚于入院日期", "the birth is after the start of the care", "birth_date"
        )
    if bill.insurance_type != rules.insurance_type:
        raise refuse(
            "rules_of_another_scheme",
            f"账单属险种 {bill.insurance_type}，不能按 {rules.insurance_type} 的政策结算",
            f"the bill is of scheme {bill.insurance_type}, the rules of {rules.insurance_type}",
            "insurance_type",
        )
    if not rules.valid_from <= bill.ended_on <= rules.valid_until:
        raise refuse(
            "rules_of_another_day",
            f"出院日 {bill.ended_on} 不在政策的适用期（{rules.valid_from} 至 {rules.valid_until}）内",
            f"the discharge on {bill.ended_on} is outside the rules' days ({rules.valid_from} to {rules.valid_until})",
            "ended_on",
        )


def require_entitled(bill: Bill, person: Person, rules: Rules) -> None:
    """The person is insured on the day of discharge under this scheme alone, and the disease is one that is covered."""
    on = bill.ended_on
    schemes = [scheme for scheme, spans in person.insured.items() if any(_holds(span, on) for span in spans)]
    if bill.insurance_type not in schemes:
        raise refuse(
            "not_insured",
            f"{on} 不在险种 {bill.insurance_type} 的参保期内",
            f"not insured under scheme {bill.insurance_type} on {on}",
            "insured",
        )
    if len(schemes) > 1:
        named = "、".join(sorted(schemes))
        raise refuse(
            "insured_twice",
            f"{on} 同时参加两个险种（{named}），先终止其一",
            f"insured twice on {on} ({', '.join(sorted(schemes))}): end one of them first",
            "insured",
        )
    if bill.care not in rules.care_covered:
        raise refuse(
            "care_not_covered",
            f"险种 {bill.insurance_type} 没有“{bill.care.value}”待遇",
            f"scheme {bill.insurance_type} does not cover {bill.care.value}",
            "care",
        )
    if bill.care in NEEDS_DISEASE and bill.disease_code not in rules.diseases_of(bill.care):
        raise refuse(
            "disease_unknown",
            f"病种“{bill.disease_code}”不在该待遇的病种目录内",
            f"“{bill.disease_code}” is not among the diseases of this benefit",
            "disease_code",
        )
    if bill.care in rules.approval_needed:
        approval = person.approvals.get(bill.disease_code)
        if approval is None or not _holds(approval, on):
            raise refuse(
                "approval_missing",
                f"病种“{bill.disease_code}”在 {on} 没有有效的审批",
                f"there is no approval for “{bill.disease_code}” on {on}",
                "approvals",
            )


def require_parts(total: Decimal, outside: Decimal, above: Decimal, first_share: Decimal) -> None:
    """The total is at least 0, no part is negative, and the parts do not exceed the total."""
    if total < 0:
        raise refuse("total_negative", f"总费用为负：{total}", f"the total is negative: {total}", "total")
    for name, part in (("outside_catalogue", outside), ("above_limits", above), ("first_share", first_share)):
        if part < 0:
            zh, en = _NAMES[name]
            raise refuse("mixed_signs", f"{zh}为负：{part}", f"{en} is negative: {part}", name)
    if outside + above + first_share > total:
        raise refuse(
            "parts_exceed_total",
            f"全自费、超限价与先行自付之和超过总费用 {total}",
            f"outside, above limits and first share exceed the total {total}",
            "total",
        )


def require_used(used: Used) -> None:
    """Counters of the year are never negative, and assistance has not paid more than what counted for it."""
    sums = (
        *used.pool.values(),
        *used.disease_pool.values(),
        *used.disease_deductible.values(),
        used.outpatient_deductible,
        used.burden,
        used.critical,
        used.assisted,
        used.tilted,
        used.assistance_base - used.assisted,
    )
    if used.admissions < 0 or any(not amount >= 0 for amount in sums):
        raise refuse("used_negative", "年度累计为负，先核对累计", "a yearly counter is negative: mend it first", "used")


def _holds(span: tuple[date, date], on: date) -> bool:
    return span[0] <= on <= span[1]
