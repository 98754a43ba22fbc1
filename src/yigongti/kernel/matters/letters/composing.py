"""What a letter says, whole: gathered in the transaction of its step, kept with its number, and only drawn afterwards.

So a letter that is made an hour, or a restore, later says what was so when the step was taken; and a value that is
missing stops the step and not the worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from yigongti.foundation.errors import PolicyError, Text
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.kinds import Change, Kind
from yigongti.kernel.matters.letters.wording import LetterKind, filled, names_in

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in a letter: the headings, and the cells row by row (words, Text, Decimal yuan, days)."""

    columns: Sequence[Text]
    rows: Sequence[Sequence[Any]]


def composed(change: Change, kind: Kind, letter: LetterKind, number: str, code: str) -> dict[str, Any]:
    """Everything on the paper, as JSON: each text as {"zh": …, "en": …}.

    Raises PolicyError for a value that the words name and nobody told, and before the words' first day.
    """
    matter, step, on = change.matter, change.step, timezone.localdate(change.at)
    version = letter.on(on)
    told = dict(kind.letter_values(change)) if kind.letter_values else {}
    rows = told.pop(letter.table, None) if letter.table else None
    values = {name: said(value) for name, value in told.items()} | {
        "addressee": said(_named(matter.institution)),
        "office": said(_named(matter.owner)),
        "matter": Text(matter.title_zh, matter.title_en),
        "matter_number": said(matter.number),
        "kind": kind.label,
        "words": said(step.words),
        "date": said(on),
    }
    perhaps = (("amount", matter.amount), ("due_on", step.due_on))
    values |= {name: said(value) for name, value in perhaps if value is not None}
    deadline = version.deadline if step.due_on else None
    _require(
        letter, names_in([version.title, *version.paragraphs, *version.enclosures, *filter(None, [deadline])]), values
    )
    articles = [*version.articles, *(each for each in step.articles if each not in version.articles)]
    return {
        "number": number,
        "code": code,
        "address": f"{settings.PUBLIC_ADDRESS}/letters/{code}",
        "office": _json(values["office"]),
        "addressee": _json(values["addressee"]),
        "title": _json(filled(version.title, values)),
        "paragraphs": [_json(filled(text, values)) for text in version.paragraphs],
        "deadline": _json(filled(deadline, values)) if deadline else None,
        "articles": [_json(_article(each)) for each in articles],
        "table": _table(rows) if rows is not None else None,
        "enclosures": [_json(_enclosure(n, filled(t, values))) for n, t in enumerate(version.enclosures, 1)],
        "seal": _json(version.seal),
        "date": _json(values["date"]),
    }


def said(value: Any) -> Text:
    """A value as a letter says it, in both languages: yuan with two places, days written out."""
    if isinstance(value, Text):
        return value
    if isinstance(value, date):
        return Text(
            f"{value.year}年{value.month}月{value.day}日", f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
        )
    if isinstance(value, Decimal):
        return Text(f"{value:,.2f}", f"{value:,.2f}")
    plain = "".join(sign for sign in str(value) if sign.isprintable() or sign == "\n")  # a paper takes no control signs
    return Text(plain, plain)


def _named(institution: Any) -> Text:
    return Text(institution.in_language("zh-hans"), institution.in_language("en"))


def _require(letter: LetterKind, names: set[str], values: Mapping[str, Text]) -> None:
    if missing := names - set(values):
        raise PolicyError(
            "matters.letter_value",
            zh=f"文书需要的内容“{min(missing)}”没有提供",
            en=f"the letter names “{min(missing)}”, which the matter does not tell",
            where=letter.id,
        )


def _article(named: str) -> Text:
    """An article as it was chosen: "source-id" or "source-id#words of the article"."""
    source_id, _sign, part = named.partition("#")
    source = policy().sources.get(source_id)
    if source is None:
        return Text(f"依据：{named}", f"On the basis of: {named}")
    return Text(f"依据：《{source.title.zh}》{part}", f"On the basis of: {source.title.en} {part}".strip())


def _enclosure(number: int, text: Text) -> Text:
    return Text(f"附件{number}：{text.zh}", f"Enclosure {number}: {text.en}")


def _table(rows: Rows) -> dict[str, Any]:
    return {
        "columns": [_json(column) for column in rows.columns],
        "rows": [[_json(said(cell)) for cell in row] for row in rows.rows],
    }


def _json(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
