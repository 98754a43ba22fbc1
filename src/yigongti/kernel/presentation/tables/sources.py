"""Where the rows of a table come from: a query set, paged by key in the database; or a list, in memory.

Both answer the same four questions: how many rows, their sums, one page, all of them in order.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Q, QuerySet, Sum

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.presentation.tables.column import Column, Row

BIGGEST_LIST = 100_000
"""Rows a list may hold; more belong into the database."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the marks to go on from; empty where there is nothing before or after."""

    rows: list[Row]
    before: str
    after: str


class Source(Protocol):
    """What a table asks of its rows."""

    def filtered(self, column: Column, text: str) -> Source: ...
    def count(self) -> int: ...
    def sums(self, columns: Sequence[Column]) -> dict[str, Any]: ...
    def page(self, order: str, size: int, after: str, before: str) -> Page: ...
    def everything(self, order: str) -> Iterator[Row]: ...


def _bounds(text: str) -> tuple[str, Decimal, Decimal | None]:
    """A filter on numbers: "12" equal, ">12", "<12", "12-20" from to. Raises InvalidInput."""
    match = re.fullmatch(r"\s*(>=|<=|>|<|=)?\s*(-?[\d.,]+)\s*(?:[-~～]\s*(-?[\d.,]+))?\s*%?\s*", text)
    try:
        if not match or (match[1] and match[3]):
            raise InvalidOperation
        first = Decimal(match[2].replace(",", ""))
        last = Decimal(match[3].replace(",", "")) if match[3] else None
    except InvalidOperation:
        raise InvalidInput(
            "table.filter_not_readable",
            zh=f"“{text}”不能用于筛选数字，请写成 12、>12、<12 或 12-20",
            en=f"“{text}” cannot filter numbers; write 12, >12, <12 or 12-20",
        ) from None
    return match[1] or ("-" if last is not None else "="), first, last


def _mark(value: Any, key: Any) -> str:
    kind = "d" if isinstance(value, Decimal) else "t" if isinstance(value, datetime | date) else ""
    text = json.dumps([kind, str(value) if kind else value, str(key) if not isinstance(key, int) else key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unmark(mark: str) -> tuple[Any, Any]:
    try:
        kind, value, key = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        return (Decimal(value) if kind == "d" else value), key
    except (ValueError, TypeError, InvalidOperation):
        raise _not_readable() from None


def _not_readable() -> InvalidInput:
    return InvalidInput(
        "table.place_not_readable",
        zh="页码地址不完整，请从第一页开始",
        en="the page's address is not complete; begin with the first page",
    )


class QuerySource:
    """Rows of a query set, as dicts of the fields that the columns read."""

    def __init__(self, query: QuerySet[Any], fields: Sequence[str], key: str) -> None:
        self.query, self.fields, self.key = query, list(dict.fromkeys([*fields, key])), key

    def filtered(self, column: Column, text: str) -> QuerySource:
        if column.choices:
            if text not in {str(value) for value, _label in column.choices}:  # what nobody offered has no rows
                return QuerySource(self.query.none(), self.fields, self.key)
            condition = Q(**{column.name: text})
        elif column.is_number:
            sign, first, last = _bounds(text)
            lookups = {">": "gt", "<": "lt", ">=": "gte", "<=": "lte", "=": "exact", "-": "gte"}
            condition = Q(**{f"{column.name}__{lookups[sign]}": first})
            if last is not None:
                condition &= Q(**{f"{column.name}__lte": last})
        elif column.kind == "date":
            condition = Q(**{f"{column.name}__icontains": text})
        else:
            condition = Q(**{f"{column.name}__icontains": text})
        try:
            query = self.query.filter(condition)
        except (ValidationError, ValueError, TypeError, ArithmeticError):
            raise InvalidInput(
                "table.filter_not_a_value",
                zh=f"“{text[:40]}”不能用于筛选这一列",
                en=f"“{text[:40]}” cannot be a value of this column",
            ) from None
        return QuerySource(query, self.fields, self.key)

    def count(self) -> int:
        return self.query.count()

    def sums(self, columns: Sequence[Column]) -> dict[str, Any]:
        if not columns:
            return {}
        return self.query.order_by().aggregate(**{f"sum_{c.name}": Sum(c.name) for c in columns}) or {}

    def _ordered(self, order: str, backwards: bool = False) -> QuerySet[Any]:
        name, falling = order.lstrip("-"), order.startswith("-") != backwards
        # empty values stand last in both directions; said only where there may be some, for the index's sake
        nulls = ({"nulls_first": True} if backwards else {"nulls_last": True}) if self._may_be_empty(name) else {}
        first = F(name).desc(**nulls) if falling else F(name).asc(**nulls)
        return self.query.order_by(first, f"{'-' if falling else ''}{self.key}")

    def _may_be_empty(self, name: str) -> bool:
        try:
            return bool(self.query.model._meta.get_field(name).null)
        except FieldDoesNotExist:  # an annotation, or a field of another table
            return True

    def _beyond(self, order: str, mark: str, backwards: bool) -> Q:
        name = order.lstrip("-")
        value, key = _unmark(mark)
        side = "lt" if order.startswith("-") != backwards else "gt"
        next_keys = Q(**{f"{self.key}__{side}": key})
        if value is None:
            same = Q(**{f"{name}__isnull": True}) & next_keys
            return same | Q(**{f"{name}__isnull": False}) if backwards else same
        beyond = Q(**{f"{name}__{side}": value}) | (Q(**{name: value}) & next_keys)
        return beyond if backwards else beyond | Q(**{f"{name}__isnull": True})

    def window(self, order: str, size: int, after: str, before: str) -> QuerySet[Any]:
        """At most `size` rows beyond a mark; before a mark, those next to it come first."""
        name, backwards = order.lstrip("-"), bool(before)
        query = self._ordered(order, backwards)
        if after or before:
            try:
                query = query.filter(self._beyond(order, after or before, backwards))
            except (ValidationError, ValueError, TypeError, ArithmeticError):  # a mark of another column, or forged
                raise _not_readable() from None
        return query.values(*self.fields, *([] if name in self.fields else [name]))[:size]

    def page(self, order: str, size: int, after: str, before: str) -> Page:
        rows = list(self.window(order, size + 1, after, before))
        if before:
            rows.reverse()
        return self.as_page(rows, order, size, after, before)

    def as_page(self, rows: list[Row], order: str, size: int, after: str, before: str) -> Page:
        """The page of rows that stand in the list's own order; one more than the page holds tells that it goes on."""
        name, backwards, more = order.lstrip("-"), bool(before), len(rows) > size
        rows = rows[1:] if backwards and more else rows[:size]
        marks = [_mark(rows[i][name], rows[i][self.key]) for i in (0, -1)] if rows else ["", ""]
        has_before = more if backwards else bool(after)
        has_after = True if backwards else more
        return Page(rows, marks[0] if has_before else "", marks[1] if has_after else "")

    def everything(self, order: str) -> Iterator[Row]:
        return iter(self._ordered(order).values(*self.fields).iterator(chunk_size=2000))


class ListSource:
    """Rows that were computed: dicts in memory."""

    def __init__(self, rows: Sequence[Row], columns: Sequence[Column]) -> None:
        if len(rows) > BIGGEST_LIST:
            raise ValueError(f"{len(rows)} rows are too many for a list; publish them into the database")
        self.rows, self.columns = list(rows), {column.name: column for column in columns}

    def filtered(self, column: Column, text: str) -> ListSource:
        return ListSource([row for row in self.rows if self._holds(column, row, text)], list(self.columns.values()))

    @staticmethod
    def _holds(column: Column, row: Row, text: str) -> bool:
        if column.choices:
            return str(row[column.name]) == text
        value = column.raw(row)
        if not column.is_number:
            return text.lower() in str("" if value is None else value).lower()
        sign, first, last = _bounds(text)
        if value is None:
            return False
        number = Decimal(str(value))
        holds = {">": number > first, "<": number < first, ">=": number >= first, "<=": number <= first}
        return first <= number <= last if last is not None else holds.get(sign, number == first)

    def count(self) -> int:
        return len(self.rows)

    def sums(self, columns: Sequence[Column]) -> dict[str, Any]:
        return {f"sum_{c.name}": sum((r[c.name] for r in self.rows if r[c.name] is not None), 0) for c in columns}

    def _sorted(self, order: str) -> list[Row]:
        name = order.lstrip("-")
        filled = [row for row in self.rows if row[name] is not None]
        empty = [row for row in self.rows if row[name] is None]
        return sorted(filled, key=lambda row: row[name], reverse=order.startswith("-")) + empty

    def page(self, order: str, size: int, after: str, before: str) -> Page:
        rows = self._sorted(order)
        start = 0
        if after or before:
            place = _unmark(after or before)[1]
            if not isinstance(place, int):
                raise _not_readable()
            start = max(0, place if after else place - size)
        end = start + size
        return Page(
            rows[start:end], _mark(None, start) if start else "", _mark(None, end) if end < len(rows) else ""
        )  # fmt: skip

    def everything(self, order: str) -> Iterator[Row]:
        return iter(self._sorted(order))
