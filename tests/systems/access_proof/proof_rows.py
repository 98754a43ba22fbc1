"""A row about every resident in every table about residents, made from the catalogue: a new table needs no line."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from psycopg import sql

_numbers = count(1)

COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, NULL), a.atttypmod, a.attnotnull, a.atthasdef OR a.attidentity <> ''
      FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""

TABLES_ABOUT_RESIDENTS = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND EXISTS (SELECT 1 FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attname = ANY (%s) AND NOT a.attisdropped)
     ORDER BY 1
"""

NAMES_A_RESIDENT = ["resident_id", "first_id", "survivor_id", "merge_id", "resource_id"]
"""Columns by which a row is about a resident: directly, or through the row that it belongs to."""


def tables_about_residents(connection: Any) -> set[str]:
    """Every table with such a column, and the residents themselves."""
    rows = connection.execute(TABLES_ABOUT_RESIDENTS, [NAMES_A_RESIDENT]).fetchall()
    return {name for (name,) in rows} | {"people_resident"}


def make_row(connection: Any, table: str, given: dict[str, Any]) -> Any:
    """A row with the values given, and something of the right type in every other column that must have a value.

    connection: a superuser's, with session_replication_role = replica, so that no foreign key is asked.
    """
    values = {}
    known = connection.execute(COLUMNS, [table]).fetchall()
    for name, kind, modifier, needed, has_default in known:
        if name in given:
            values[name] = given[name]
        elif needed and not has_default:
            values[name] = _something(kind, modifier)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() for _ in values),
    )
    returning = sql.SQL(" RETURNING id") if any(name == "id" for name, *_ in known) else sql.SQL("")
    done = connection.execute(statement + returning, list(values.values()))
    return done.fetchone()[0] if returning.as_string() else None


def _something(kind: str, modifier: int) -> Any:
    number = next(_numbers)
    if kind in ("text", "character varying", "character", "bpchar"):
        return f"{number}"[: modifier - 4] if modifier > 4 else f"{number}"
    if kind in ("bigint", "integer", "smallint", "numeric", "double precision", "xid8"):
        return str(number % 30_000)
    return {
        "boolean": False,
        "timestamp with time zone": timezone.now() + timedelta(seconds=number),
        "date": timezone.localdate(),
        "jsonb": "{}",
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "bytea": b"",
        "inet": "127.0.0.1",
        "text[]": [],
    }[kind]
