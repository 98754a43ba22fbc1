"""Searches: the rows that answer one, in a stable order, page by page, and what is included with them.

A page continues behind the last key of the page before it, so that nothing is told twice or left out when others write
meanwhile. The next page's address carries that key, signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core import signing

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.records.definitions.public import SUPPORTED, Clause, ReferenceValue, Search, Sort
from yigongti.kernel.records.index_rows import parameter_number
from yigongti.kernel.records.panel import panel_of
from yigongti.kernel.records.search_sql import Where, Writer
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import heads

USUAL_COUNT = 50
LONGEST_MILLISECONDS = 20_000  # a search that is too wide is ended, and its sender told so
_SALT = "yigongti.records.page"
_OWN_RECORD = ("subject", "patient", "beneficiary", "for")  # elements that say whose record, and are single


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a page in order; the key of the next page, empty at the end; the total if it is known."""

    rows: tuple[int, ...]
    next_page: str = ""
    total: int | None = None


def find(search: Search, actor: Actor, *, page: str = "", using: str = "default") -> Found:
    """The page of a search that begins behind `page` (empty: the first). To be called in the actor's scope.

    Raises InvalidInput for a page that is not of this search.
    """
    count = USUAL_COUNT if search.count is None else search.count
    where = _where(search, actor, using)
    if where is None:
        return Found((), total=0)
    run(f"SET LOCAL statement_timeout = {LONGEST_MILLISECONDS}", using=using)
    total = _total(where, using) if search.total in {"accurate", "estimate"} or search.summary == "count" else None
    if search.summary == "count" or count == 0:
        return Found((), total=_total(where, using) if total is None else total)
    rows = run(*_statement(search, where, page, count + 1), using=using, prepare=where.narrow or where.in_panel)
    more = len(rows) > count
    kept = rows[:count]
    if total is None and not page and not more:
        total = len(kept)
    return Found(tuple(row[0] for row in kept), _signed(search, kept[-1]) if more else "", total)


def find_rows(search: Search, actor: Actor, *, most: int, using: str = "default") -> list[int]:
    """Up to so many rows that a search finds, for conditional interactions."""
    where = _where(search, actor, using)
    if where is None:
        return []
    statement = f"SELECT r.id FROM records_resource r WHERE {where.sql} LIMIT {int(most)}"
    return [row for (row,) in run(statement, where.values, using=using, prepare=where.narrow or where.in_panel)]


def _total(where: Where, using: str) -> int:
    statement = f"SELECT count(*) FROM records_resource r WHERE {where.sql}"
    return int(run(statement, where.values, using=using, prepare=where.narrow or where.in_panel)[0][0])


def _where(search: Search, actor: Actor, using: str) -> Where | None:
    """The conditions of a search, None if nothing can answer it."""
    where, resident = Where(), None
    named = _patients_named(search)
    known = heads([("Patient", fhir_id) for fhir_id in named], using=using) if named else {}
    if named:
        residents = {who for _row, who in known.values()}
        if not known:
            return None
        resident = residents.pop() if len(residents) == 1 else None
    where.narrow = resident is not None or _names_one(search)
    where.add("r.type = %s AND NOT r.deleted", search.type)
    owners = None if resident is None else [resident]
    if resident is not None:
        where.add("r.resident_id = %s", resident)
    elif SUPPORTED[search.type].is_personal:
        owners = _within_panel(search.type, actor, where, using)
    rows = {fhir_id: row for (_, fhir_id), (row, _) in known.items()}
    Writer(owners, rows).conditions(search.type, "r", search.clauses, where)
    return where


def _names_one(search: Search) -> bool:
    """Whether the search is for somebody or something by its number."""
    clauses = [clause for clause in search.clauses if isinstance(clause, Clause) and not clause.modifier]
    return any(clause.parameter in {"identifier", "_id"} for clause in clauses)


def _patients_named(search: Search) -> list[str]:
    """The ids of the patients in whose record alone the search looks; empty if it may find others'."""
    path = SUPPORTED[search.type].patient
    if len(path) != 1 or path[0] not in _OWN_RECORD:
        return []
    for clause in search.clauses:
        if not (isinstance(clause, Clause) and clause.kind == "reference" and clause.parameter in _OWN_RECORD):
            continue
        if clause.modifier:
            continue
        values = [value for value in clause.values if isinstance(value, ReferenceValue)]
        if all(value.id and value.type == "Patient" for value in values):
            return [value.id for value in values]
    return []


def _within_panel(type_name: str, actor: Actor, where: Where, using: str) -> list[int] | None:
    """A small clinic's patients are named to the database: the row policies alone leave it no index to begin with.

    The answer is whose index rows can belong to what is found, None if that cannot be said.
    """
    panel = panel_of(actor, using=using)
    if panel is None:
        return None
    public = SUPPORTED[type_name].category == "public_health" and bool(actor.spans.get("public_health"))
    ways = "r.resident_id = ANY(%s::bigint[]) OR r.resident_id IS NULL"
    where.add(f"({ways} OR r.category = 'public_health')" if public else f"({ways})", panel)
    where.in_panel = True
    own = [-number for first, end in actor.spans.get("caring", ()) for number in range(first, end)]
    return None if public or len(own) > 100 else [*panel, *own]


# ---- order and pages


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of the order: its SQL, whether it falls, how its value travels."""

    sql: str
    values: tuple[Any, ...]
    falls: bool
    cast: str


_VALUES = {
    # the least value of a rising key, the greatest of a falling one; without a value always last
    "token": ("code", "text"),
    "string": ("normal", "text"),
    "uri": ("uri", "text"),
    "date": ("low", "timestamptz"),
    "quantity": ("low", "float8"),
}
_LAST = {  # cast → (for rising keys, for falling keys)
    "text": ("\U0010ffff", ""),
    "timestamptz": ("9999-12-31 23:59:59.999999+00", "0001-01-01 00:00:00+00"),
    "float8": ("infinity", "-infinity"),
}


def _key(type_name: str, sort: Sort) -> _Key:
    if sort.parameter == "_id":
        return _Key("r.fhir_id::text", (), sort.descending, "text")
    if sort.parameter == "_lastUpdated":
        return _Key("r.updated_at", (), sort.descending, "timestamptz")
    column, cast = _VALUES[sort.kind]
    if sort.kind == "date" and sort.descending:
        column = "high"
    best = "max" if sort.descending else "min"
    last = _LAST[cast][sort.descending]
    return _Key(
        f"coalesce((SELECT {best}(o.{column}) FROM records_{sort.kind} o WHERE o.resource_id = r.id"
        f" AND o.parameter = %s), '{last}'::{cast})",
        (parameter_number(type_name, sort.parameter),),
        sort.descending,
        cast,
    )


def _statement(search: Search, where: Where, page: str, count: int) -> tuple[str, list[Any]]:
    keys = [_key(search.type, sort) for sort in search.sort]
    if not keys:
        text, values = f"SELECT r.id FROM records_resource r WHERE {where.sql}", list(where.values)
        if page:
            (last,) = _read(search, page, 1)
            text, values = text + " AND r.id > %s", [*values, int(last)]
        # r.id + 0: within a panel or a record, everything is found first and then put in order; the order's own index
        # would lead through the whole county in the hope of an early end
        order = "r.id + 0" if where.narrow or where.in_panel else "r.id"
        return f"{text} ORDER BY {order} LIMIT {count}", values
    picked = ", ".join(f"{key.sql} AS k{place}" for place, key in enumerate(keys))
    values = [value for key in keys for value in key.values] + where.values
    text = f"SELECT r.id, {picked} FROM records_resource r WHERE {where.sql}"
    order = ", ".join(f"s.k{place}{' DESC' if key.falls else ''}" for place, key in enumerate(keys))
    text = f"SELECT s.* FROM ({text}) s"
    if page:
        told = _read(search, page, len(keys) + 1)
        behind, more = _behind(keys, told)
        text, values = f"{text} WHERE {behind}", [*values, *more]
    return f"{text} ORDER BY {order}, s.id LIMIT {count}", values


def _behind(keys: Sequence[_Key], told: Sequence[Any]) -> tuple[str, list[Any]]:
    """The condition that a row comes after the last one told: key by key, at last by its own number."""
    ways, values = [], []
    for place in range(len(keys) + 1):
        same = [f"s.k{i} = %s::{keys[i].cast}" for i in range(place)]
        if place < len(keys):
            same.append(f"s.k{place} {'<' if keys[place].falls else '>'} %s::{keys[place].cast}")
        else:
            same.append("s.id > %s::bigint")
        ways.append("(" + " AND ".join(same) + ")")
        values += told[: place + 1]
    return "(" + " OR ".join(ways) + ")", values


def _signed(search: Search, row: Sequence[Any]) -> str:
    keys = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row[1:]]
    return signing.dumps([search.type, [sort.parameter for sort in search.sort], *map(str, keys), row[0]], salt=_SALT)


def _read(search: Search, page: str, keys: int) -> list[Any]:
    try:
        type_name, sorts, *told = signing.loads(page, salt=_SALT)
    except signing.BadSignature:
        type_name, sorts, told = "", [], []
    if type_name != search.type or sorts != [sort.parameter for sort in search.sort] or len(told) != keys:
        raise InvalidInput(
            "records.page_unknown",
            zh="翻页标记无效，请从第一页重新检索",
            en="the page's mark is not valid; begin again with the first page",
            where="_page",
        )
    return told
