"""A bill as it is brought to the counter, read into values; what is wrong is named by its place.

{"key": "510001-S0001", "institution_code": "510001", "insured_number": "B0000001", "care": "inpatient",
 "referral": "none", "started_on": "2026-10-02", "ended_on": "2026-10-09", "case_id": "…", "diagnosis": "J18.900",
 "lines": [{"item_code": "D010010", "quantity": "7", "amount": "252.00"}]}

Nobody says what the fund pays, nor what of the bill is in policy: a request that does is refused. A bill from outside
the county names where the care was given (`treated_at`), and may be told in sums where there are no lines on paper.
"""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import msgspec

from yigongti.foundation.errors import InvalidInput

CareWord = Literal["inpatient", "outpatient", "two_diseases", "special_disease", "major_disease"]
ReferralWord = Literal["none", "up", "down", "emergency", "filed"]
LevelWord = Literal["village", "township", "county", "city", "province"]
OutsideWord = Literal["prefecture", "province", "country"]

COMPUTED = frozenset({
    "pool_fund", "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash", "deductible",
    "base", "in_policy", "insurance", "patient", "fund", "fund_pays", "outside_catalogue", "above_limits",
    "first_share", "catalogue_class", "limit", "ratio", "steps", "used", "after", "total_cost", "total",
})  # fmt: skip
"""What is computed here: a request that brings one of these is refused."""
MOST_LINES = 20_000
_MOST_YUAN = Decimal(10) ** 9
_FEN = Decimal("0.01")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One charged item. quantity and amount are both negative where a charge was taken back."""

    item_code: str
    quantity: Decimal
    amount: Decimal
    item_name: str = ""


class Sums(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bill on paper from outside the county, as its receipt sums it up."""

    whole: Decimal
    outside: Decimal = Decimal(0)
    over: Decimal = Decimal(0)
    first: Decimal = Decimal(0)


class TreatedAt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where care was given outside the county."""

    code: str
    name: str
    level: LevelWord
    place: OutsideWord


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The bill. key: the caller's own, so that the same request sent again is settled once; empty for a quote.

    continues: "<institution code>/<settlement number>" of the stay from which the person was referred. from_account:
    what may be taken from the personal account. injury: how it happened, where it was one. paid: whether the patient
    pays the own part now. admission: the case that was admitted without deposit is `case_id`.
    """

    insured_number: str
    care: CareWord
    started_on: date
    ended_on: date
    key: str = ""
    institution_code: str = ""
    referral: ReferralWord = "none"
    case_id: str = ""
    disease_code: str = ""
    diagnosis: str = ""
    department_code: str = ""
    continues: str = ""
    from_account: Decimal = Decimal(0)
    injury: str = ""
    paid: bool = False
    lines: list[Line] = []
    sums: Sums | None = None
    treated_at: TreatedAt | None = None

    def content(self) -> str:
        """SHA-256 of what was asked, without the key: the same key with other content is an error."""
        whole = msgspec.json.encode(msgspec.structs.replace(self, key="", paid=False))
        return hashlib.sha256(whole).hexdigest()


_decoder = msgspec.json.Decoder(Asked)


def read(body: bytes) -> Asked:
    """The request. Raises InvalidInput: benefits.amount_not_yours, benefits.not_json, benefits.bill_unreadable, or what
    `checked` finds."""
    try:
        asked = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _told(error, body) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInput("benefits.not_json", zh="内容不是 JSON", en="the body is not JSON") from None
    return checked(asked)


def of_mapping(told: Any) -> Asked:
    """The same from values that are decoded already (a stored request, a form). Raises as `read`."""
    return read(msgspec.json.encode(told))


def as_mapping(asked: Asked) -> dict[str, Any]:
    """The request as JSON values, to be kept."""
    kept: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(asked))
    return kept


def checked(asked: Asked) -> Asked:
    """What types cannot say. Raises InvalidInput."""
    if not asked.insured_number.strip() or len(asked.insured_number) > 32:
        raise _wrong("insured_number", "insured_number", "请填写医保编号", "give the insured number")
    if len(asked.key) > 80 or any(ord(letter) < 33 for letter in asked.key):
        raise _wrong("key", "key", "键最长 80 位，不含空白", "a key has at most 80 characters, none of them blank")
    if asked.ended_on < asked.started_on:
        raise _wrong("days", "ended_on", "结束日期早于开始日期", "the bill ends before it begins")
    for name, most in _LONGEST.items():
        text = getattr(asked, name)
        if len(text) > most or "\0" in text:
            raise _wrong("too_long", name, f"最长 {most} 个字", f"at most {most} characters")
    if not asked.from_account.is_finite() or not 0 <= asked.from_account < _MOST_YUAN:
        raise _wrong("amount", "from_account", "金额须为不小于零的数", "an amount is a number not below zero")
    if asked.sums is not None and asked.treated_at is None:
        raise InvalidInput(
            "benefits.amount_not_yours",
            zh="本县机构须逐项提供费用明细，由系统归类；只有县外票据可以按合计录入",
            en="bring the lines: only a bill from outside the county may be told in sums",
            where="sums",
        )
    if bool(asked.lines) == (asked.sums is not None):
        raise _wrong("lines", "lines", "请提供费用明细", "bring the lines of the bill")
    if len(asked.lines) > MOST_LINES:
        raise _wrong("lines", "lines", f"一张账单最多 {MOST_LINES} 行", f"a bill has at most {MOST_LINES} lines")
    return asked


_LONGEST = {"case_id": 40, "disease_code": 32, "diagnosis": 32, "department_code": 20, "continues": 60, "injury": 2000}


def _told(error: msgspec.ValidationError, body: bytes) -> InvalidInput:
    """The error of a body that does not fit; an amount that is not the caller's to say is told as such."""
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return InvalidInput("benefits.not_json", zh="内容不是 JSON", en="the body is not JSON")
    rows = [told, *(told.get("lines") or [])] if isinstance(told, dict) else []
    for number, row in enumerate(rows):
        named = sorted(COMPUTED & set(row)) if isinstance(row, dict) else []
        if named:
            return InvalidInput(
                "benefits.amount_not_yours",
                zh="基金支付多少、费用属于哪一类由系统计算，请求中不能自带",
                en="what the fund pays and how a line is classed is computed here: a request cannot say it",
                where=f"lines[{number - 1}].{named[0]}" if number else named[0],
            )
    said, _dash, place = str(error).partition(" - at ")
    where = place.strip("`").removeprefix("$.")
    return InvalidInput(
        "benefits.bill_unreadable", zh=f"账单内容有误：{said}", en=f"the bill cannot be read: {said}", where=where
    )


def _wrong(what: str, where: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(f"benefits.{what}_wrong", zh=zh, en=en, where=where)
