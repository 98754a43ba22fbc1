"""Who asks: an account with the posts and teams that are in force, found in one journey to the database.

Every request begins with this question, so it is one statement, prepared once for each connection, and outside of a
transaction it is sent together with its BEGIN, scope and COMMIT (bench/benefits_http measures it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import psycopg
from django.db import connections

from yigongti.kernel.access.actor import Actor, HeldPost, Ranges, merged
from yigongti.kernel.access.scope import for_sign_in, sign_in_scope
from yigongti.kernel.organisations.queries import BELOW

_IN_FORCE = "{0}.valid_from <= %(on)s AND ({0}.valid_to IS NULL OR {0}.valid_to >= %(on)s)"
_ACCOUNT = "a.id, a.username, a.display_name, a.language, a.session_epoch, a.must_change_password"
_OF = {
    "account": f"SELECT {_ACCOUNT}, '' AS client_id FROM access_account a WHERE a.is_active AND a.id = %(account)s",
    "username": (
        f"SELECT {_ACCOUNT}, '' AS client_id FROM access_account a WHERE a.is_active AND a.username = %(username)s"
    ),
    "client": (
        f"SELECT {_ACCOUNT}, c.client_id FROM access_client c JOIN access_account a ON a.id = c.account_id"
        " WHERE a.is_active AND c.id = %(client)s AND c.epoch = %(epoch)s AND c.revoked_at IS NULL"
        " AND (c.valid_to IS NULL OR c.valid_to >= %(on)s)"
    ),
}
_ASKED = """
    WITH RECURSIVE who AS MATERIALIZED ({who}),
    post AS MATERIALIZED (
        SELECT p.id, p.role_id, p.institution_id, p.department_code, i.code, i.name
          FROM who JOIN access_post p ON p.account_id = who.id AND {post_in_force}
          JOIN organisations_institution i ON i.id = p.institution_id
    ),
    {below},
    reach AS (
        SELECT root, jsonb_agg(jsonb_build_array(lower(span), upper(span)) ORDER BY lower(span)) AS spans
          FROM (SELECT root, unnest(range_agg(int4range(id, id + 1))) AS span FROM below GROUP BY root) AS found
         GROUP BY root
    )
    SELECT who.id, who.username, who.display_name, who.language, who.session_epoch,
           who.must_change_password, who.client_id,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(
                       post.role_id, post.institution_id, post.code, post.name, post.department_code, reach.spans)
                       ORDER BY post.id), '[]')
              FROM post JOIN reach ON reach.root = post.institution_id)::text,
           (SELECT coalesce(array_agg(m.team_id), '{{}}')
              FROM access_teammember m WHERE m.account_id = who.id AND {member_in_force})
      FROM who
"""
_STATEMENTS = {
    by: _ASKED.format(
        who=who, below=BELOW.format(roots="SELECT institution_id FROM post"),
        post_in_force=_IN_FORCE.format("p"), member_in_force=_IN_FORCE.format("m"),
    )
    for by, who in _OF.items()
}  # fmt: skip
_posts = msgspec.json.Decoder(list[tuple[str, int, str, str, str, Ranges]])


@dataclass(frozen=True, slots=True)
class Asker:
    """The actor of an open account. session_epoch: of the account; sessions of an earlier one have ended.
    must_change_password: before anything else. client_id: of the exchanging system whose account it is, "" when it was
    found otherwise."""

    actor: Actor
    session_epoch: int
    must_change_password: bool
    client_id: str


def by_account(account_id: int, on: date, *, using: str = "default") -> Asker | None:
    """The account with its posts in force on the day; None if there is none, or it is closed."""
    return _asker("account", {"account": account_id, "on": on}, using)


def by_username(username: str, on: date, *, using: str = "default") -> Asker | None:
    """The same by the name that the account signs in with."""
    return _asker("username", {"username": username, "on": on}, using)


def by_client(number: int, epoch: int, on: date) -> Asker | None:
    """The account of an exchanging system that is not revoked, not ended, and of this epoch."""
    return _asker("client", {"client": number, "epoch": epoch, "on": on}, "default")


def _asker(by: str, values: dict[str, Any], using: str) -> Asker | None:
    row = _asked(_STATEMENTS[by], values, using)
    if row is None:
        return None
    account_id, username, display_name, language, epoch, must_change, client_id, posts, teams = row
    actor = Actor(
        account_id=account_id, username=username, display_name=display_name, language=language,
        posts=tuple(
            HeldPost(
                role_id=role, institution_id=place, institution_code=code, institution_name=name,
                department_code=department, reach=merged(spans),
            )
            for role, place, code, name, department, spans in _posts.decode(posts)
        ),
        teams=merged((team, team + 1) for team in teams),
    )  # fmt: skip
    return Asker(actor, epoch, must_change, client_id)


def _asked(statement: str, values: dict[str, Any], using: str) -> tuple[Any, ...] | None:
    connection = connections[using]
    if connection.in_atomic_block:
        with sign_in_scope(using=using), psycopg.Cursor(connection.connection) as cursor:
            return cursor.execute(statement, values, prepare=True).fetchone()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    cursor = psycopg.Cursor(raw)
    try:
        with connection.wrap_database_errors, raw.pipeline():
            psycopg.Cursor(raw).execute("BEGIN READ ONLY")
            psycopg.Cursor(raw).execute("SELECT set_config('app.scope', %s, true)", [for_sign_in(raw)], prepare=True)
            cursor.execute(statement, values, prepare=True)
            psycopg.Cursor(raw).execute("COMMIT")
    except BaseException:
        if not raw.closed:
            raw.rollback()
        raise
    return cursor.fetchone()
