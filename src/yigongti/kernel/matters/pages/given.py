"""What somebody typed into the small form of a step, read into `Given`; and the fields of that form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.kinds import Given, Need, Transition
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.people import people_at
from yigongti.kernel.presentation.numbers import row_number

ARTICLES_AT_ONCE = 3
MOST_WORDS = 5000


@dataclass(frozen=True)
class Asked:
    """A field that a step asks for besides: its name, what is typed there (text, number, date, choice, person), its
    choices as (value, words)."""

    name: str
    label: Text
    kind: str
    choices: tuple[tuple[str, str], ...]
    typed: str
    wrong: str = ""


@dataclass(frozen=True)
class StepForm:
    """The small form of a step. wrong: field → what is wrong there, in words; "" for the step as a whole."""

    step: Transition
    needs: Mapping[str, bool]
    asked: list[Asked]
    articles: list[tuple[str, str]]
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether it is shown opened: something in it must be put right."""
        return bool(self.wrong)

    @property
    def wrong_as_a_whole(self) -> str:
        """What is wrong that belongs to no field."""
        return self.wrong.get("", "")


def form_of(
    step: Transition, matter: Matter, typed: QueryDict | None = None, wrong: Mapping[str, str] | None = None
) -> StepForm:
    """The form of a step of that matter, empty or as it was typed."""
    needs = {need.value: need in step.needs for need in Need}
    articles = list(zip(typed.getlist("article"), typed.getlist("article_part"), strict=False)) if typed else []
    articles += [("", "")] * (ARTICLES_AT_ONCE - len(articles))
    return StepForm(
        step,
        needs,
        [replace(_asked(*each, matter, typed), wrong=(wrong or {}).get(f"ask_{each[0]}", "")) for each in step.ask],
        articles if Need.ARTICLES in step.needs else [],
        {name: typed.get(name, "") for name in ("words", "amount")} if typed else {},
        wrong or {},
    )


def _asked(name: str, label: Text, kind: str, matter: Matter, typed: QueryDict | None) -> Asked:
    kind, _sign, parameter = kind.partition(":")
    choices: tuple[tuple[str, str], ...] = ()
    if kind == "person":
        people = people_at(parameter, matter.institution_id, timezone.localdate(), matter.department_code)
        choices = tuple((str(person.account_id), person.name) for person in people)
    elif parameter:
        value = policy().value(parameter, on=timezone.localdate())
        choices = tuple((str(each), str(each)) for each in (value if isinstance(value, tuple) else (value,)))
    return Asked(name, label, kind, choices, typed.get(f"ask_{name}", "") if typed else "")


def read(request: HttpRequest, step: Transition, matter: Matter, attachments: tuple[int, ...] = ()) -> Given:
    """What was typed. Raises InvalidInput, with the field as its place, for what cannot be a value."""
    typed = request.POST
    return Given(
        words=_words(typed.get("words", "")),
        amount=_amount(typed.get("amount", "")),
        attachments=attachments,
        articles=_articles(typed) if Need.ARTICLES in step.needs else (),
        form_answer=row_number(typed.get("form_answer", "")) or None,
        data={name: _value(name, label, kind, matter, typed) for name, label, kind in step.ask},
    )


def _words(text: str) -> str:
    if len(text) > MOST_WORDS or "\x00" in text:
        raise InvalidInput(
            "matters.words_too_long",
            zh=f"说明最多 {MOST_WORDS} 个字，更多的内容请作为附件上传",
            en=f"at most {MOST_WORDS} characters; attach a longer text as a file",
        )
    return text


def _amount(text: str) -> Decimal | None:
    text = text.replace(",", "").replace("，", "").strip()
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount != round(amount, 2) or abs(amount) >= Decimal(10) ** 14:
        raise InvalidInput(
            "matters.amount_not_readable",
            zh="金额请写成元，最多两位小数，如 1234.50",
            en="give the amount in yuan with at most two decimals, like 1234.50",
        )
    return amount


def _articles(typed: QueryDict) -> tuple[str, ...]:
    """Source ids with the words of the article: "source#第三十八条"."""
    known = policy().sources
    pairs = zip(typed.getlist("article"), typed.getlist("article_part"), strict=False)
    return tuple(f"{name}#{part.strip()[:80]}".rstrip("#") for name, part in pairs if name in known)


def _value(name: str, label: Text, kind: str, matter: Matter, typed: QueryDict) -> Any:
    text = typed.get(f"ask_{name}", "").strip()
    if not text:
        raise InvalidInput(f"matters.ask_{name}", zh=f"请填写“{label.zh}”", en=f"fill in “{label.en}”")
    wrong = InvalidInput(f"matters.ask_{name}", zh=f"“{label.zh}”的内容无法识别", en=f"“{label.en}” cannot be read")
    kind, _sign, parameter = kind.partition(":")
    try:
        if kind == "number":
            number = Decimal(text)
            if not number.is_finite():
                raise wrong
            return str(number)
        if kind == "date":
            return date.fromisoformat(text).isoformat()
    except (InvalidOperation, ValueError):
        raise wrong from None
    if parameter and text not in dict(_asked(name, label, f"{kind}:{parameter}", matter, None).choices):
        raise wrong
    if kind == "person":
        return int(text)
    if len(text) > 500 or "\x00" in text:
        raise wrong
    return text


FIELD_OF = {
    "matters.words_missing": "words", "matters.words_too_long": "words", "matters.amount_missing": "amount",
    "matters.amount_negative": "amount", "matters.amount_not_readable": "amount",
    "matters.evidence_missing": "evidence", "matters.articles_missing": "articles", "matters.form_missing": "form",
}  # fmt: skip
"""Code of an error → the field beside which it is told."""


def field_of(code: str) -> str:
    """The field that an error belongs to; "" for the step as a whole."""
    if code.startswith("matters.ask_"):
        return code.removeprefix("matters.")
    return "evidence" if code.startswith("attachments.") else FIELD_OF.get(code, "")


def sources() -> list[tuple[str, str]]:
    """(id, title) of the documents that an article may be of, those with a number of their own first."""
    found = sorted(policy().sources.values(), key=lambda source: (not source.number, source.title.zh))
    return [(source.id, f"{source.title.zh}{f'（{source.number}）' if source.number else ''}") for source in found]
