"""A prescription or bill as another system sends it (JSON), read into the engine's values; what is wrong is named by
its place: bill.lines[2].item_code.

{"institution_code": "500101", "stage": "before", "on": "2026-11-25",
 "bill": {"care_setting": "1", "started_on": "2026-11-25", "sex": "2", "birth_date": "1990-05-01",
          "diagnoses": ["I10.x00"], "lines": [{"item_code": "…", "amount": "35.60", "days_supply": 14}]},
 "history": [ … earlier bills of the same person … ]}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from yigongti.engines.claim_checks.public import Bill, Line
from yigongti.foundation.errors import InvalidInput
from yigongti.systems.claim_checks.month_facts import Place

STAGES = ("before", "during")
MOST_LINES, MOST_BILLS = 500, 200
MOST_TEXT = 200
_DAYS = {"started_on", "ended_on", "birth_date", "died_on", "charged_on"}
_MONEY = {"amount", "fund_amount", "total_cost", "quantity", "unit_price", "daily_dose"}
_WHOLE = {"line_number", "days_supply"}
_LISTS = {"diagnoses", "procedures"}
_SETTINGS = ("1", "2", "3", "4", "5")
_TAKEN = {"institution_code", "stage", "on", "bill", "history"}
_OF_LINES = {field.name for field in fields(Line)}
_OF_BILLS = {field.name for field in fields(Bill)} - {
    "institution_code", "institution_level", "institution_kind", "community", "person", "group",
}  # fmt: skip
_PERSON = "asked"
"""All bills of a question are of one person; who that is nobody asks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. institution_code "": the caller's own."""

    institution_code: str
    stage: str
    on: date | None
    bill: Mapping[str, Any]
    history: tuple[Mapping[str, Any], ...] | None


def read_question(content: Any) -> Asked:
    """The question without its bills read. Raises InvalidInput for anything that is not one."""
    told = _mapping(content, "")
    _require_known(told, _TAKEN, "")
    if "bill" not in told:
        raise _wrong("", "缺少 bill", "there is no bill", "bill_missing")
    stage = told.get("stage", "before")
    if stage not in STAGES:
        raise _wrong("stage", f"只能是 {'、'.join(STAGES)}", f"must be one of {', '.join(STAGES)}", "stage")
    history = told.get("history")
    if history is not None and (not isinstance(history, list) or len(history) > MOST_BILLS):
        raise _wrong(
            "history", f"应为至多 {MOST_BILLS} 份账单", f"must be a list of at most {MOST_BILLS} bills", "history"
        )
    return Asked(
        _text(told.get("institution_code", ""), "institution_code"),
        stage,
        _day(told["on"], "on") if told.get("on") else None,
        _mapping(told["bill"], "bill"),
        None if history is None else tuple(_mapping(one, f"history[{n}]") for n, one in enumerate(history)),
    )


def read_bills(asked: Asked, institution_code: str, place: Place, today: date) -> tuple[Bill, list[Bill] | None]:
    """The bill in question and the earlier ones (None: none were sent, so checks over time are left out)."""
    bill = _bill(asked.bill, "bill", institution_code, place, asked.on or today)
    if asked.history is None:
        return bill, None
    earlier = [
        _bill(one, f"history[{n}]", institution_code, place, asked.on or today) for n, one in enumerate(asked.history)
    ]
    named = [replace(one, case_id=one.case_id or f"history-{n}") for n, one in enumerate(earlier)]
    return bill, named


def _bill(told: Mapping[str, Any], where: str, institution_code: str, place: Place, today: date) -> Bill:
    _require_known(told, _OF_BILLS, where)
    lines = told.get("lines", [])
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        raise _wrong(
            f"{where}.lines", f"应为至多 {MOST_LINES} 行", f"must be a list of at most {MOST_LINES} lines", "lines"
        )
    if told.get("care_setting") not in _SETTINGS:
        raise _wrong(
            f"{where}.care_setting", f"须为 {'、'.join(_SETTINGS)} 之一", "must be one of 1 to 5", "care_setting"
        )
    values = _values(told, where)
    values.pop("lines", None)
    started = values.pop("started_on", None) or today
    ended = values.pop("ended_on", None) or max(started, today)
    if ended < started:
        raise _wrong(f"{where}.ended_on", "早于 started_on", "lies before started_on", "ended_on")
    read = [_line(line, n, f"{where}.lines[{n}]", today) for n, line in enumerate(lines)]
    numbers = [line.line_number for line in read]
    if len(set(numbers)) != len(numbers):
        raise _wrong(f"{where}.lines", "行号 line_number 重复", "two lines have one line_number", "line_twice")
    values.setdefault("total_cost", sum((line.amount for line in read), Decimal(0)))
    values.setdefault("case_id", "")
    return Bill(
        institution_code=institution_code, started_on=started, ended_on=ended, institution_level=place.level,
        institution_kind=place.kind, community=place.community, person=_PERSON, lines=tuple(read), **values,
    )  # fmt: skip


def _line(line: Any, place: int, where: str, today: date) -> Line:
    told = _mapping(line, where)
    _require_known(told, _OF_LINES, where)
    for name, zh, en in _NEEDED:
        if told.get(name) in (None, ""):
            raise _wrong(f"{where}.{name}", zh, en, f"{name}_missing")
    return Line(**{"line_number": place + 1, "charged_on": today, **_values(told, where)})


_NEEDED = (("item_code", "缺少项目编码", "has no item code"), ("amount", "缺少金额", "has no amount"))


def _values(told: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The values as their fields hold them, without what is empty. The place of a value is written only when it is
    wrong: a bill has a thousand of them."""
    return {
        name: _READ.get(name, _text)(value, where, name)
        for name, value in told.items()
        if value is not None and value != ""
    }


def _as_sent(value: Any, *_where: str) -> Any:
    """What is read elsewhere: the lines."""
    return value


def _whole(value: Any, *where: str) -> int:
    number = _number(value, *where)
    if number != number.to_integral_value() or not 0 <= number < 10**6:
        raise _wrong(".".join(where), "应为不大的整数", "must be a whole number, not a large one", "not_whole")
    return int(number)


def _codes(value: Any, *where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 100:
        raise _wrong(".".join(where), "应为编码列表", "must be a list of codes", "not_a_list")
    return tuple(_text(code, *where) for code in value)


def _flag(value: Any, *where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(".".join(where), "应为 true 或 false", "must be true or false", "not_a_flag")
    return value


def _sex(value: Any, *where: str) -> str:
    if value not in ("1", "2"):
        raise _wrong(".".join(where), "应为 1（男）或 2（女）", "must be 1 (male) or 2 (female)", "sex")
    return _text(value, *where)


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong(where or "JSON", "应为一个对象", "must be an object", "not_an_object")
    return value


def _require_known(told: Mapping[str, Any], known: set[str], where: str) -> None:
    if not told.keys() <= known:
        unknown = sorted(str(name)[:40] for name in set(told) - known)
        raise _wrong(where or "JSON", f"不认识 {'、'.join(unknown)}", f"unknown: {', '.join(unknown)}", "unknown_name")


def _text(value: Any, *where: str) -> str:
    if not isinstance(value, str) or len(value) > MOST_TEXT or "\0" in value:
        zh, en = f"应为不超过 {MOST_TEXT} 字的文字", f"must be a text of at most {MOST_TEXT} letters"
        raise _wrong(".".join(where), zh, en, "not_a_text")
    return value


def _day(value: Any, *where: str) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise _wrong(".".join(where), "日期应写成 2026-01-31", "write days as 2026-01-31", "day_not_readable") from None


def _number(value: Any, *where: str) -> Decimal:
    try:
        number = Decimal(value if type(value) in (str, int) else str(value))
        if not number.is_finite() or abs(number) >= _TOO_LARGE:
            raise InvalidOperation
    except (InvalidOperation, ValueError):
        raise _wrong(".".join(where), "应为数字", "must be a number", "not_a_number") from None
    return number


_TOO_LARGE = Decimal(10**10)
_READ: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(_DAYS, _day),
    **dict.fromkeys(_MONEY, _number),
    **dict.fromkeys(_WHOLE, _whole),
    **dict.fromkeys(_LISTS, _codes),
    "readmission_planned": _flag,
    "sex": _sex,
    "lines": _as_sent,
}
"""Field → how its value is read; all others are texts."""


def _wrong(where: str, zh: str, en: str, what: str) -> InvalidInput:
    return InvalidInput(f"claim_checks.preview_{what}", zh=zh, en=en, where=where)
