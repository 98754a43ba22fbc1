"""Rows that several query sets of one model bring together, each found by an index of its own.

One query set with OR between its conditions leaves the database no index to walk; asked one by one and put together
(UNION ALL of a page from each), every part walks its own. Rows that two parts bring are shown once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from yigongti.kernel.presentation.tables.column import Column, Row
from yigongti.kernel.presentation.tables.sources import Page, QuerySource

BATCH = 2000
"""Rows that an export reads at once."""


class JoinedSource:
    """A source of a table (Source) over several query sources that read the same fields.

    most: as far as rows are counted; `count` answers most + 1 for more. Sorted columns must be numbers, days or
    instants: texts are not in the same order here as in the database.
    """

    def __init__(self, parts: Sequence[QuerySource], *, most: int) -> None:
        self.parts, self.most = list(parts), most

    @property
    def key(self) -> str:
        return self.parts[0].key

    def where(self, *conditions: Q) -> JoinedSource:
        """Only rows for which all conditions hold."""
        parts = [QuerySource(part.query.filter(*conditions), part.fields, part.key) for part in self.parts]
        return JoinedSource(parts, most=self.most)

    def filtered(self, column: Column, text: str) -> JoinedSource:
        return JoinedSource([part.filtered(column, text) for part in self.parts], most=self.most)

    def count(self) -> int:
        """How many rows, exactly up to `most`; most + 1 for more."""
        if not self.parts:
            return 0
        ids = [part.query.order_by().values_list(part.key, flat=True)[: self.most + 1] for part in self.parts]
        return min(len(set(_together(ids))), self.most + 1)

    def sums(self, columns: Sequence[Column]) -> dict[str, Any]:
        return {}  # not over rows that are not counted

    def page(self, order: str, size: int, after: str, before: str) -> Page:
        if not self.parts:
            return Page([], "", "")
        found = _together([part.window(order, size + 1, after, before) for part in self.parts])
        rows = self._sorted({row[self.key]: row for row in found}.values(), order)
        rows = rows[-(size + 1) :] if before else rows[: size + 1]
        return self.parts[0].as_page(rows, order, size, after, before)

    def _sorted(self, rows: Any, order: str) -> list[Row]:
        name, falling = order.lstrip("-"), order.startswith("-")
        filled = [row for row in rows if row[name] is not None]
        empty = [row for row in rows if row[name] is None]
        filled.sort(key=lambda row: (row[name], row[self.key]), reverse=falling)
        empty.sort(key=lambda row: row[self.key], reverse=falling)
        return filled + empty

    def everything(self, order: str) -> Iterator[Row]:
        after = ""
        while True:
            page = self.page(order, BATCH, after, "")
            yield from page.rows
            if not page.after:
                return
            after = page.after


def _together(queries: Sequence[QuerySet[Any]]) -> list[Any]:
    first, *others = queries
    return list(first.union(*others, all=True) if others else first)
