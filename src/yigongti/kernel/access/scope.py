"""The scope: whose rows the database shows during one transaction.

    with scope(actor):
        ...                      # every query in here sees the actor's rows, and no others

Outside of a scope the database shows nothing. The setting is local to the transaction, so a pooled connection cannot
carry it into the next request, and signed, so that injected SQL cannot widen it (scope_functions.sql).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections, transaction

from yigongti.kernel.access.actor import Actor, Ranges
from yigongti.kernel.access.database import signing_key


def multirange(ranges: Ranges) -> str:
    """Half-open ranges of institution ids as PostgreSQL writes them: ((3, 8), (11, 12)) → {[3,8),[11,12)}"""
    return "{" + ",".join(f"[{first},{end})" for first, end in ranges) + "}"


def _signed(purpose: str, account_id: int, resident_id: int, spans: Mapping[str, Ranges], backend: int) -> str:
    told = ";".join(f"{name}={multirange(ranges)}" for name, ranges in spans.items())
    text = "|".join([purpose, str(account_id), str(resident_id), told, str(backend)])
    proof = hmac.new(signing_key(settings.SECRET_KEY), text.encode(), hashlib.sha256).hexdigest()
    return f"{text}|{proof}"


@contextmanager
def _scoped(purpose: str, account_id: int, resident_id: int, spans: Mapping[str, Ranges], using: str) -> Iterator[None]:
    connection = connections[using]
    is_nested = connection.in_atomic_block
    with transaction.atomic(using=using):
        connection.ensure_connection()
        raw: psycopg.Connection = connection.connection
        text = _signed(purpose, account_id, resident_id, spans, raw.info.backend_pid)
        # bound on the server's side: the text of a statement is visible to other sessions of the same role, its
        # parameters are not
        with psycopg.Cursor(raw) as cursor:
            cursor.execute("SELECT current_setting('app.scope', true), set_config('app.scope', %s, true)", [text])
            (before, _) = cursor.fetchone() or ("", "")
        try:
            yield
        finally:
            # a nested scope must hand back the outer one; the end of a transaction does so itself
            if is_nested and raw.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
                with psycopg.Cursor(raw) as cursor:
                    cursor.execute("SELECT set_config('app.scope', %s, true)", [before or ""])


def for_sign_in(raw: psycopg.Connection) -> str:
    """What app.scope holds on this connection while it is found out who asks (who_asks.py)."""
    return signed_purpose("sign_in", raw)


def signed_purpose(purpose: str, raw: psycopg.Connection) -> str:
    """What app.scope holds for the product itself under a purpose, on this connection: for the few that set the scope
    in one journey with their statements (kernel/ledger/writing.py) and hand back the one that they found."""
    return _signed(purpose, 0, 0, {}, raw.info.backend_pid)


@contextmanager
def scope(actor: Actor, *, purpose: str = "page", using: str = "default") -> Iterator[None]:
    """One transaction in which the database shows and takes what the actor's posts allow."""
    with _scoped(purpose, actor.account_id, actor.resident_id, actor.spans, using):
        yield


@contextmanager
def sign_in_scope(*, using: str = "default") -> Iterator[None]:
    """One transaction in which accounts, posts and failed attempts can be read, to find out who asks; nothing else."""
    with _scoped("sign_in", 0, 0, {}, using):
        yield


def signed_scope(actor: Actor, purpose: str, raw: psycopg.Connection) -> str:
    """What app.scope holds for the actor under a purpose, on this connection: for the few that set the scope in one
    journey with their statements, and hand back the one that they found."""
    return _signed(purpose, actor.account_id, actor.resident_id, actor.spans, raw.info.backend_pid)
