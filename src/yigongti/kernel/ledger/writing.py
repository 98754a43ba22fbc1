"""How entries reach the database: one journey for a settlement's two entries, not one for each row.

Three statements go out together (psycopg's pipeline): the scope of posting, one INSERT for entries and postings, the
caller's scope again. The INSERT is prepared once for each connection, because planning it under row security costs more
than running it. bench/ledger/ measures it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from django.db import connections

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, YigongtiError
from yigongti.kernel.access.scope import signed_purpose
from yigongti.kernel.ledger.drafts import EntryDraft

PURPOSE = "posting"
"""The purpose of the scope in which the ledger itself writes: the fund's book is not the clerk's."""

_INTO_SCOPE = (
    "SELECT set_config('app.scope_outside', coalesce(current_setting('app.scope', true), ''), true),"
    " set_config('app.scope', %s, true)"
)
_OUT_OF_SCOPE = "SELECT set_config('app.scope', current_setting('app.scope_outside', true), true)"
_INSERT = """
    WITH told AS (
        SELECT * FROM unnest(
            %(key)s::text[], %(book)s::int[], %(on)s::date[], %(kind)s::text[], %(zh)s::text[], %(en)s::text[],
            %(cause)s::text[], %(resident)s::bigint[], %(reverses)s::bigint[], %(digest)s::text[],
            %(last)s::smallint[]
        ) AS t (key, book_id, "on", kind, said_zh, said_en, cause, resident_id, reverses_id, digest, last_line)
    ), made AS (
        INSERT INTO ledger_entry (key, book_id, "on", kind, said_zh, said_en, cause, resident_id, reverses_id, digest,
                                  last_line, posted_at, posted_by)
        SELECT t.*, %(at)s::timestamptz, %(by)s::text FROM told t ORDER BY t.key
        ON CONFLICT DO NOTHING
        RETURNING id, key, book_id, "on"
    ), lines AS (
        INSERT INTO ledger_posting (entry_id, line, book_id, "on", account, unit, amount, partner_id)
        SELECT m.id, p.line, m.book_id, m."on", p.account, p.unit, p.amount, p.partner_id
          FROM unnest(%(of)s::text[], %(line)s::smallint[], %(account)s::text[], %(unit)s::text[],
                      %(amount)s::numeric[], %(partner)s::int[])
               AS p (key, line, account, unit, amount, partner_id)
          JOIN made m ON m.key = p.key
    )
    SELECT id, key FROM made
"""
_STANDING = "SELECT key, id, digest, posted_at, posted_by FROM ledger_entry WHERE key = ANY(%s)"


def insert(
    drafts: Sequence[EntryDraft], digests: Mapping[str, str], reverses: Mapping[str, int], by: str, at: datetime,
    using: str,
) -> dict[str, int]:  # fmt: skip
    """Key → id of the entries that were made; a key that stands already is left out. Within a savepoint."""
    (_saved, _into, made, _out) = _together(
        using, ("SAVEPOINT ledger_posting", None), _into_scope(using),
        (_INSERT, _columns(drafts, digests, reverses, by, at)), (_OUT_OF_SCOPE, None),
    )  # fmt: skip
    return {key: number for number, key in made}


def standing(keys: Sequence[str], using: str) -> dict[str, tuple[int, str, datetime, str]]:
    """Key → (id, digest, when, by whom) of entries that stand, whosever they are."""
    (_into, found, _out) = _together(using, _into_scope(using), (_STANDING, [list(keys)]), (_OUT_OF_SCOPE, None))
    return {key: (number, digest, at, by) for key, number, digest, at, by in found}


def keep(using: str) -> None:
    """What was inserted stays, as far as the caller's transaction does."""
    _together(using, ("RELEASE SAVEPOINT ledger_posting", None))


def take_back(using: str) -> None:
    """Nothing of what was inserted stays, and the caller's transaction can go on in the caller's scope."""
    _together(using, ("ROLLBACK TO SAVEPOINT ledger_posting", None), ("RELEASE SAVEPOINT ledger_posting", None))


def _columns(
    drafts: Sequence[EntryDraft], digests: Mapping[str, str], reverses: Mapping[str, int], by: str, at: datetime
) -> dict[str, Any]:
    lines = [(draft.key, number, line) for draft in drafts for number, line in enumerate(draft.postings, start=1)]
    return {
        "key": [draft.key for draft in drafts],
        "book": [draft.book_id for draft in drafts],
        "on": [draft.on for draft in drafts],
        "kind": [draft.kind for draft in drafts],
        "zh": [draft.said.zh[:200] for draft in drafts],
        "en": [draft.said.en[:200] for draft in drafts],
        "cause": [draft.cause for draft in drafts],
        "resident": [draft.resident_id for draft in drafts],
        "reverses": [reverses.get(draft.key) for draft in drafts],
        "digest": [digests[draft.key] for draft in drafts],
        "last": [len(draft.postings) for draft in drafts],
        "at": at,
        "by": by,
        "of": [key for key, _number, _line in lines],
        "line": [number for _key, number, _line in lines],
        "account": [line.account for _key, _number, line in lines],
        "unit": [line.unit for _key, _number, line in lines],
        "amount": [line.amount for _key, _number, line in lines],
        "partner": [line.partner_id for _key, _number, line in lines],
    }


def _into_scope(using: str) -> tuple[str, Any]:
    return _INTO_SCOPE, [signed_purpose(PURPOSE, connections[using].connection)]


def _together(using: str, *statements: tuple[str, Any]) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement; all are sent before the first answer is waited for."""
    raw: psycopg.Connection = connections[using].connection
    with _told_apart():
        with raw.pipeline():
            cursors = [psycopg.Cursor(raw) for _statement in statements]
            for cursor, (statement, values) in zip(cursors, statements, strict=True):
                cursor.execute(statement, values, prepare=values is not None)
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


@contextmanager
def _told_apart() -> Iterator[None]:
    """What the database refuses, as an error of ours."""
    try:
        yield
    except psycopg.Error as error:
        ours = refusal(error)
        if ours is None:
            raise
        raise ours from error


def refusal(error: psycopg.Error) -> YigongtiError | None:
    """The error of ours for what the rules of migration 0001 refuse; None for any other fault of the database."""
    told = error.diag.message_primary or ""
    if error.sqlstate == "YL003":
        book, _bar, month = told.partition("|")
        return Conflict(
            "ledger.period_closed",
            zh=f"{month} 已结账，不能再记入；确需更正请申请反结账，或记入当前月份",
            en=f"{month} is closed: ask for it to be reopened, or post into an open month",
            where=f"{book}/{month}",
        )
    if error.sqlstate == "YL002":
        return InvalidInput("ledger.not_balanced", zh="借贷不平", en="the postings do not balance", where=told)
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return NotFound(
            "ledger.named_unknown",
            zh="分录指名的机构或居民不存在",
            en="the entry names an institution or a resident that does not exist",
            where=error.diag.constraint_name or "",
        )
    return None
