"""The table of a page: reads the view from the address, asks the source, hands rows and links to the template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from yigongti.kernel.presentation.tables.column import Column, Row
from yigongti.kernel.presentation.tables.export import as_csv, as_workbook
from yigongti.kernel.presentation.tables.sources import ListSource, QuerySource, Source

SIZES = (50, 100, 200)
BATCH = 500
"""Rows that an export completes at once."""


@dataclass(frozen=True)
class Heading:
    """A column's head: its name, whether it is sorted, and the sort that a click asks for."""

    column: Column
    sorted: str
    next_sort: str
    filter: str


@dataclass(frozen=True)
class Cell:
    """A cell ready to be shown."""

    text: str
    is_number: bool
    is_negative: bool
    link: str
    mark: str
    beside: str = ""

    def markup(self) -> str:
        """The cell as HTML, everything in it escaped."""
        inner: str = conditional_escape(self.text)
        if self.link:
            link, beside = conditional_escape(self.link), conditional_escape(self.beside)
            opens = ""
            if beside:
                opens = f' hx-get="{link}" hx-target="#{beside}" hx-select="#{beside}"'
                opens += ' hx-swap="outerHTML" hx-push-url="true"'
            inner = f'<a href="{link}"{opens}>{inner}</a>'
        if self.mark:
            inner = f'<span class="mark mark-{conditional_escape(self.mark)}">{inner}</span>'
        number = f' class="number{" negative" if self.is_negative else ""}"' if self.is_number else ""
        return f"<td{number}>{inner}</td>"


@dataclass(frozen=True)
class Shown:
    """What the template draws."""

    name: str
    headings: list[Heading]
    rows: list[tuple[str, list[Cell]]]
    totals: list[str]
    count: int
    before: str
    after: str
    choices: list[tuple[Column, bool]]
    filters: dict[str, str]
    size: int
    is_filtered: bool
    sort: str
    keep: list[tuple[str, str]]

    @property
    def body(self) -> SafeString:
        """The rows as HTML. Not in the template: a thousand cells there cost more than the rest of the page."""
        found = []
        for place, (link, cells) in enumerate(self.rows):
            leads = f' data-href="{conditional_escape(link)}"' if link else ""
            found.append(f'<tr tabindex="{-1 if place else 0}"{leads}>')
            found += [cell.markup() for cell in cells]
            found.append("</tr>")
        return mark_safe("".join(found))


class Table:
    """The columns of a table and how it begins. row_link: where a row leads (Enter, double click). prepare: completes a
    batch of rows before they are shown or exported, with what one query can tell of all of them."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        *,
        key: str = "id",
        order: str,
        fields: Sequence[str] = (),
        row_link: Callable[[Row], str] | None = None,
        size: int = 50,
        prepare: Callable[[list[Row]], list[Row]] | None = None,
    ) -> None:
        self.name, self.columns, self.key, self.order = name, list(columns), key, order
        self.prepare = prepare or (lambda rows: rows)
        self.fields, self.row_link, self.size = list(fields), row_link, size
        self._by_name = {column.name: column for column in columns}

    # ---- the view, read from the address

    def _sort(self, request: HttpRequest) -> str:
        asked = request.GET.get("sort", "")
        column = self._by_name.get(asked.lstrip("-"))
        return asked if column and column.sortable else self.order

    def _columns(self, request: HttpRequest) -> list[Column]:
        asked = [name for part in request.GET.getlist("columns") for name in part.split(",")]
        chosen = [column for column in self.columns if column.name in asked]
        return chosen or [column for column in self.columns if not column.hidden]

    def _filters(self, request: HttpRequest) -> dict[str, str]:
        asked = {column.name: request.GET.get(f"where_{column.name}", "").strip() for column in self.columns}
        return {name: text for name, text in asked.items() if text and self._by_name[name].filterable}

    def _source(self, request: HttpRequest, rows: QuerySet[Any] | Sequence[Row]) -> Source:
        source: Source
        if isinstance(rows, QuerySet):
            named = {field.name for field in rows.model._meta.get_fields()} | set(rows.query.annotations)
            own = [c.name for c in self.columns if "__" in c.name or c.name in named or not c.value]
            extra = [field for column in self.columns for field in column.fields]
            source = QuerySource(rows, [*own, *extra, *self.fields], self.key)
        else:
            source = ListSource(rows, self.columns)
        for name, text in self._filters(request).items():
            source = source.filtered(self._by_name[name], text)
        return source

    # ---- answers

    def shown(self, request: HttpRequest, rows: QuerySet[Any] | Sequence[Row]) -> Shown:
        """One page of the table for the template presentation/table.html (context name: `table`)."""
        source, columns, sort = self._source(request, rows), self._columns(request), self._sort(request)
        asked_size = request.GET.get("size", "")
        size = int(asked_size) if asked_size in map(str, SIZES) else self.size
        page = source.page(sort, size, request.GET.get("after", ""), request.GET.get("before", ""))
        sums = source.sums([column for column in columns if column.total])
        filters = self._filters(request)
        return Shown(
            name=self.name,
            headings=[self._heading(column, sort, filters) for column in columns],
            rows=[
                (self.row_link(row) if self.row_link else "", [self._cell(column, row) for column in columns])
                for row in self.prepare(page.rows)
            ],
            totals=[c.written(sums.get(f"sum_{c.name}")) if c.total else "" for c in columns] if sums else [],
            count=source.count(),
            before=page.before,
            after=page.after,
            choices=[(column, column in columns) for column in self.columns],
            filters=filters,
            size=size,
            is_filtered=bool(filters),
            sort=sort,
            keep=[
                (name, value)
                for name in request.GET
                if name not in {"columns", "export", "after", "before"} and not name.startswith("where_")
                for value in request.GET.getlist(name)
            ],
        )

    def respond(
        self,
        request: HttpRequest,
        rows: QuerySet[Any] | Sequence[Row],
        template: str,
        context: dict[str, Any],
    ) -> HttpResponse:
        """The page, or with ?export=csv or ?export=xlsx the file of all rows."""
        wanted = request.GET.get("export", "")
        if wanted in {"csv", "xlsx"}:
            source, columns = self._source(request, rows), self._columns(request)
            everything = self._prepared(source.everything(self._sort(request)))
            if wanted == "csv":
                return as_csv(self.name, columns, everything)
            return as_workbook(self.name, columns, everything, source.count())
        return render(request, template, {**context, "table": self.shown(request, rows)})

    def _prepared(self, rows: Iterator[Row]) -> Iterator[Row]:
        while batch := list(islice(rows, BATCH)):
            yield from self.prepare(batch)

    @staticmethod
    def _heading(column: Column, sort: str, filters: dict[str, str]) -> Heading:
        falling = sort == f"-{column.name}"
        state = "descending" if falling else "ascending" if sort == column.name else ""
        # numbers are first asked for from the largest
        first = f"-{column.name}" if column.is_number else column.name
        other = column.name if column.is_number else f"-{column.name}"
        next_sort = "" if not column.sortable else other if sort == first else first
        return Heading(column, state, next_sort, filters.get(column.name, ""))

    @staticmethod
    def _cell(column: Column, row: Row) -> Cell:
        value = column.raw(row)
        return Cell(
            text=column.written(value),
            is_number=column.is_number,
            is_negative=column.is_number and value is not None and value < 0,
            link=column.link(row) if column.link else "",
            mark=column.mark(row) if column.mark else "",
            beside=column.beside,
        )
