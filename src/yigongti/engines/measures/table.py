"""The cube: every count of every institution and month, made in one scan of each fact.

A fact's filters become truths of its rows, made once; every count is then an aggregate over the rows for which its
filters hold, all in one statement grouped by institution and month. Counts by classes take a scan for each column of
classes; items of returns are added up by item. What does not add up (different persons, medians) is made by `apart`
for each subject and period asked for, again all in one scan.

Tables: facts by name, each with `institution_code`, `month` ("2026-10") and its columns; returns with `item`,
`breakdown`, `value`. The cube is written out as one Arrow table (CUBE); zeros of counted rows are left out of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from yigongti.engines.measures.book import Book, counts_in_use, graded_items
from yigongti.engines.measures.conditions import expression
from yigongti.engines.measures.counting import column_of
from yigongti.engines.measures.definitions import Count, Over
from yigongti.engines.measures.subjects import Period, Subject, months_of

NUMBER = pa.decimal128(38, 6)
CUBE = pa.schema(
    [
        pa.field("fact", pa.string()),
        pa.field("count", pa.string()),  # "" for the institution's rows of the fact at all; "item: …" for an item
        pa.field("institution_code", pa.string()),
        pa.field("month", pa.string()),
        pa.field("class", pa.string()),  # "" where the count is not told apart
        pa.field("value", NUMBER),
    ]
)
APART = pa.schema(
    [
        pa.field("count", pa.string()),
        pa.field("subject", pa.string()),
        pa.field("period", pa.string()),
        pa.field("class", pa.string()),
        pa.field("value", NUMBER),
    ]
)
_SUMMED = "decimal(38,6)"
_KEY = ("institution_code", "month")


def make_cube(
    facts: Mapping[str, Any],
    book: Book,
    *,
    institutions: Collection[str] | None = None,
    months: Collection[str] | None = None,
    only: Collection[str] | None = None,
) -> pa.Table:
    """The cube (CUBE) of all counts that the book's measures read and that can be made.

    institutions, months, only: of these institutions, months and facts only (for one that submits again). Counts whose
    fact is not given, or whose lists nobody maintains, are not in it; their values say so.
    """
    parts = [CUBE.empty_table()]
    for fact, counts in _counts_by_fact(book).items():
        if fact not in facts or (only is not None and fact not in only):
            continue
        rows = facts[fact]
        if institutions is not None:
            rows = rows.filter(rows.institution_code.isin(sorted(institutions)))
        if months is not None:
            rows = rows.filter(rows.month.isin(sorted(months)))
        parts += _scans(fact, rows, counts, book)
    return pa.concat_tables(parts)


def replace_in_cube(
    cube: pa.Table, part: pa.Table, facts: Collection[str], institutions: Collection[str], months: Collection[str]
) -> pa.Table:
    """The cube with `part` in the place of these institutions' and months' own rows of these facts."""
    own = pc.and_(
        pc.is_in(cube["fact"], pa.array(sorted(facts), pa.string())),
        pc.and_(
            pc.is_in(cube["institution_code"], pa.array(sorted(institutions), pa.string())),
            pc.is_in(cube["month"], pa.array(sorted(months), pa.string())),
        ),
    )
    return pa.concat_tables([cube.filter(pc.invert(own)), part])


def _counts_by_fact(book: Book) -> dict[str, list[Count]]:
    found: dict[str, list[Count]] = {}
    for name in counts_in_use(book.measures.values()):
        count = book.count(name)
        if not book.missing_lists(count):
            found.setdefault(count.fact, []).append(count)
    if graded_items(book.measures.values()):
        found.setdefault("returns", [])
    return found


def is_plain_item(count: Count) -> bool:
    """Whether adding up the rows of an item by its breakdown answers the count."""
    plain = count.over in (Over.SUM, Over.LAST, Over.MEAN) and not count.filters
    return bool(count.item) and plain and count.by in ("", "breakdown") and column_of(count) == "value"


def _scans(fact: str, rows: Any, counts: list[Count], book: Book) -> Iterable[pa.Table]:
    """The parts of the cube that one fact gives."""
    by_items = fact == "returns"
    in_months = [each for each in counts if each.over not in (Over.DISTINCT, Over.MEDIAN)]
    if by_items:
        yield _items(fact, rows, book, [each for each in in_months if is_plain_item(each)])
        in_months = [each for each in in_months if not is_plain_item(each)]
    for column in sorted({"", *(each.by for each in in_months)}):
        of_column = [each for each in in_months if each.by == column]
        if of_column or (column == "" and not by_items):
            yield _scan(fact, rows, of_column, column, book)


def _items(fact: str, rows: Any, book: Book, counts: list[Count]) -> pa.Table:
    """Items of returns added up by breakdown, as "item: …"; zeros stay, because a reported 0 is a report."""
    wanted = {each.item for each in _all_item_counts(book)} | set(graded_items(book.measures.values()))
    own = rows.filter(rows.item.isin(sorted(wanted)))
    summed = own.group_by(*_KEY, "item", own.breakdown.fill_null("").name("class")).agg(
        value=own.value.sum().fill_null(0).cast(_SUMMED)
    )
    found = summed.select(
        fact=ibis.literal(fact),
        count=ibis.literal("item: ") + summed.item,
        institution_code=summed.institution_code,
        month=summed.month,
        **{"class": summed["class"]},
        value=summed.value,
    )
    return found.to_pyarrow().cast(CUBE)


def _all_item_counts(book: Book) -> list[Count]:
    return [count for name in counts_in_use(book.measures.values()) if (count := book.count(name)).item]


@dataclass(frozen=True, slots=True)
class _Marked:
    """Rows with a truth for each filter that their counts use, and how a count's rows are told by them."""

    rows: Any
    names: Mapping[tuple[str, str], str]

    def where(self, count: Count) -> Any:
        found = [self.rows[self.names[count.fact, name]] for name in count.filters]
        if count.item:
            found.append((self.rows.item == count.item).fill_null(False))
        where = None
        for each in found:
            where = each if where is None else where & each
        return where


def _marked(rows: Any, counts: list[Count], book: Book, keep: Collection[str]) -> _Marked:
    """The rows with their filters' truths beside the columns that the counts read, and nothing else."""
    names: dict[tuple[str, str], str] = {}
    truths: dict[str, Any] = {}
    for count in counts:
        for each in book.filters_of(count):
            key = each.fact, each.name
            if key not in names:
                names[key] = f"filter_{len(names)}"
                truths[names[key]] = expression(each.where, rows, book.codesets)
    read = {column_of(each) for each in counts} | {each.by for each in counts} | set(keep)
    read |= {"item"} if any(each.item for each in counts) else set()
    columns = {name: rows[name] for name in sorted(read - {""})}
    return _Marked(rows.select(**columns, **truths), names)


def _aggregate(count: Count, marked: _Marked) -> Any:
    rows, where = marked.rows, marked.where(count)
    if count.over is Over.ROWS:
        found = rows.count(where=where)
    elif count.over is Over.DISTINCT:
        column = rows[column_of(count)]
        found = (column.nullif("") if column.type().is_string() else column).nunique(where=where)
    elif count.over is Over.MEDIAN:  # six decimals, so that the mean of two middle ones is told exactly
        return rows[column_of(count)].cast("decimal(18,6)").median(where=where).cast(_SUMMED)
    else:
        found = rows[column_of(count)].sum(where=where).fill_null(0)
    return found.cast(_SUMMED)


def _scan(fact: str, rows: Any, counts: list[Count], by: str, book: Book) -> pa.Table:
    """All counts of a fact that are told apart by the same column, in one statement. The whole of a count by classes
    is the sum of its classes."""
    marked = _marked(rows, counts, book, _KEY)
    keys = [marked.rows[name] for name in _KEY]
    if by:
        keys.append(marked.rows[by].cast("string").fill_null("").name("class"))
    made = {f"c{number}": _aggregate(count, marked) for number, count in enumerate(counts)}
    wide = _answered(marked.rows.group_by(keys).agg(rows=marked.rows.count().cast(_SUMMED), **made))
    names = {f"c{number}": count.name for number, count in enumerate(counts)}
    if not by:
        names["rows"] = ""
    return pa.concat_tables([CUBE.empty_table(), *(_long(fact, wide, column, name) for column, name in names.items())])


def _answered(table: Any) -> pa.Table:
    """Ibis is asked not to melt the steps into one, or each filter would be written out again in every count."""
    melts = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        return table.to_pyarrow()
    finally:
        ibis.options.sql.fuse_selects = melts


def _long(fact: str, wide: pa.Table, column: str, name: str) -> pa.Table:
    own = wide.filter(pc.not_equal(wide[column], pa.scalar(0, NUMBER)))
    size = own.num_rows
    classes = own["class"] if "class" in own.column_names else pa.array([""] * size, pa.string())
    return pa.table(
        [
            pa.array([fact] * size, pa.string()),
            pa.array([name] * size, pa.string()),
            own["institution_code"],
            own["month"],
            classes,
            own[column].cast(NUMBER),
        ],
        schema=CUBE,
    )


def make_apart(
    facts: Mapping[str, Any], book: Book, subjects: Collection[Subject], periods: Collection[Period]
) -> pa.Table:
    """The counts that do not add up (APART), made of the rows of each subject and period: one scan for each fact and
    column of classes. A row is met once for every subject and period that it belongs to."""
    months = sorted({(str(period), month) for period in periods for month in months_of(period)})
    members = sorted({(subject.code, each) for subject in subjects for each in subject.institutions})
    parts = [APART.empty_table()]
    for fact, counts in _counts_by_fact(book).items():
        own = [each for each in counts if each.over in (Over.DISTINCT, Over.MEDIAN)]
        if fact not in facts or not own or not members or not months:
            continue
        parts.append(_apart(facts[fact], own, "", book, members, months))  # classes do not add up to the whole either
        for column in sorted({each.by for each in own} - {""}):
            of_column = [each for each in own if each.by == column]
            parts.append(_apart(facts[fact], of_column, column, book, members, months))
    return pa.concat_tables(parts)


def _apart(
    rows: Any, counts: list[Count], by: str, book: Book, members: list[tuple[str, str]], months: list[tuple[str, str]]
) -> pa.Table:
    marked = _marked(rows, counts, book, _KEY)
    own = ibis.memtable(pa.table({"subject": [s for s, _ in members], "institution_code": [i for _, i in members]}))
    spans = ibis.memtable(pa.table({"period": [p for p, _ in months], "month": [m for _, m in months]}))
    met = _Marked(marked.rows.inner_join(spans, "month").inner_join(own, "institution_code"), marked.names)
    keys = [met.rows.subject, met.rows.period]
    if by:
        keys.append(met.rows[by].cast("string").fill_null("").name("class"))
    wide = _answered(met.rows.group_by(keys).agg(**{f"c{n}": _aggregate(each, met) for n, each in enumerate(counts)}))
    return pa.concat_tables(
        [APART.empty_table(), *(_long_apart(wide, f"c{n}", each.name, by) for n, each in enumerate(counts))]
    )


def _long_apart(wide: pa.Table, column: str, name: str, by: str) -> pa.Table:
    own = wide.filter(pc.is_valid(wide[column]))
    size = own.num_rows
    classes = own["class"] if by else pa.array([WHOLE] * size, pa.string())
    return pa.table(
        [pa.array([name] * size, pa.string()), own["subject"], own["period"], classes, own[column].cast(NUMBER)],
        schema=APART,
    )


WHOLE = "*"
"""In place of a class: of all classes together."""
