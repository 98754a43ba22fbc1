"""Statements in sets, over the connection of the caller's transaction: bound on the server, prepared when they recur.

Django's own cursors put parameters into the text of a statement; for a bundle of hundreds of resources that text would
be megabytes, parsed anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connections

RECURRING = 2  # a statement is prepared when it is seen for the second time on a connection


def run(statement: str, parameters: Sequence[Any] = (), *, using: str = "default", prepare: bool = True) -> list[Any]:
    """The rows of a statement (empty for one that has none).

    prepare=False for searches, whose best plan depends on what is searched for.
    """
    connection = connections[using]
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    before = raw.prepare_threshold
    raw.prepare_threshold = RECURRING if prepare else None
    try:
        with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
            cursor.execute(statement, parameters)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []
    finally:
        raw.prepare_threshold = before
