"""Where a rule comes from: the official document by title and number, and whether its wording was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yigongti.foundation.errors import PolicyError, Text


@dataclass(frozen=True, slots=True)
class Source:
    """An official document (or an honest word on where a figure comes from when there is none).

    checked: whether the wording was held against the official document itself. False is shown on every page
    that quotes the source.
    """

    id: str
    title: Text
    number: str
    issuer: Text
    issued_on: date | None
    checked: bool
    note: str


def _text(value: Any, fallback: str = "") -> Text:
    if isinstance(value, Mapping):
        return Text(zh=str(value.get("zh", fallback)), en=str(value.get("en", value.get("zh", fallback))))
    plain = str(value) if value else fallback
    return Text(zh=plain, en=plain)


def read_source(data: Any, where: str) -> Source:
    """A source from its file's content. Raises PolicyError when id, title or `checked` is missing or wrong."""
    if not isinstance(data, Mapping) or not data.get("id") or not data.get("title"):
        raise PolicyError(
            "policy.source_incomplete",
            zh="政策来源文件必须写明 id 与 title",
            en="a source file must have an id and a title",
            where=where,
        )
    checked = str(data.get("checked", "")).lower()
    if checked not in {"yes", "no", "true", "false"}:
        raise PolicyError(
            "policy.source_checked_missing",
            zh="政策来源必须写明 checked: yes 或 no（是否已与官方原文核对）",
            en="a source must say checked: yes or no (whether the wording was held against the document)",
            where=where,
        )
    issued = str(data.get("issued_on") or "")
    try:
        issued_on = date.fromisoformat(issued) if issued else None
    except ValueError as error:
        raise PolicyError(
            "policy.date_not_readable",
            zh=f"“{issued}”不是日期，请写成 2026-01-31",
            en=f"“{issued}” is not a date; write 2026-01-31",
            where=where,
        ) from error
    return Source(
        id=str(data["id"]),
        title=_text(data["title"]),
        number=str(data.get("number") or ""),
        issuer=_text(data.get("issuer")),
        issued_on=issued_on,
        checked=checked in {"yes", "true"},
        note=str(data.get("note") or ""),
    )
