"""The journey to the database while somebody stands at the counter: few statements, sent together.

    with at_counter(actor) as desk:
        (rows,) = desk.together((SQL, values))

Everything happens in the caller's transaction, within a savepoint: either all of it stays or nothing, also when the
caller goes on after the error. The scope has the purpose "settling" (protection.py) and the actor's own reach. The
statements are prepared once for each connection, because planning under row security costs more than running them.
bench/benefits_http measures it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, transaction

from yigongti.foundation.errors import Conflict, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import signed_scope
from yigongti.systems.benefits.protection import SETTLING

Rows = list[tuple[Any, ...]]
_INTO = (
    "SELECT set_config('app.scope_at_desk', coalesce(current_setting('app.scope', true), ''), true),"
    " set_config('app.scope', %s, true)"
)
_OUT = "SELECT set_config('app.scope', current_setting('app.scope_at_desk', true), true)"
_SAVE, _KEEP = "SAVEPOINT at_desk", "RELEASE SAVEPOINT at_desk"
_TAKE_BACK = "ROLLBACK TO SAVEPOINT at_desk"


class Desk:
    """The statements of one act at the counter. Its scope is entered with the first of them."""

    def __init__(self, actor: Actor) -> None:
        self._actor, self._is_open = actor, False

    def together(self, *statements: tuple[str, Any]) -> list[Rows]:
        """The rows of each statement; all are sent before the first answer is waited for. A statement that depends on
        the lock of the one before sees what was committed when it got it."""
        before: list[tuple[str, Any]] = []
        if not self._is_open:
            raw = _raw()
            before = [(_SAVE, None), (_INTO, [signed_scope(self._actor, SETTLING, raw)])]
            self._is_open = True
        return _sent(*before, *statements)[len(before) :]

    def keep(self) -> None:
        """What was done stays, and the caller's scope is back."""
        if self._is_open:
            self._is_open = False
            _sent((_OUT, None), (_KEEP, None))

    def take_back(self) -> None:
        """Nothing of what was done stays, and the caller's scope is back (the savepoint has it)."""
        if self._is_open:
            self._is_open = False
            _sent((_TAKE_BACK, None), (_KEEP, None))


@contextmanager
def at_counter(actor: Actor) -> Iterator[Desk]:
    """A desk for one act; the caller has asked for the permission."""
    if not connection.in_atomic_block:
        with transaction.atomic(), at_counter(actor) as desk:
            yield desk
        return
    desk = Desk(actor)
    try:
        yield desk
    except BaseException:
        desk.take_back()
        raise
    desk.keep()


def _raw() -> psycopg.Connection[Any]:
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    return raw


def _sent(*statements: tuple[str, Any]) -> list[Rows]:
    raw = _raw()
    try:
        with raw.pipeline():
            cursors = [psycopg.Cursor(raw) for _statement in statements]
            for cursor, (statement, values) in zip(cursors, statements, strict=True):
                cursor.execute(statement, values, prepare=values is not None)
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]
    except psycopg.Error as error:
        ours = refusal(error)
        if ours is None:
            raise
        raise ours from error


def refusal(error: psycopg.Error) -> YigongtiError | None:
    """The error of ours for what a constraint refuses; None for any other fault of the database."""
    told = _REFUSED.get(error.diag.constraint_name or "")
    return Conflict(told[0], zh=told[1], en=told[2]) if told else None


KEY_TAKEN = (
    "benefits.key_taken",
    "这个键已用于另一张账单；请换一个键",
    "the key was used for another bill: use another one",
)
_REFUSED = {
    "benefits_settlement_key_once": KEY_TAKEN,
    "benefits_heldinjury_key_once": KEY_TAKEN,
    "benefits_settlement_case_once": (
        "benefits.case_settled",
        "这个病例已经结算；更正请先退费或用更正",
        "the case is settled already: refund it or correct it",
    ),
    "benefits_settlement_reverses_id_key": (
        "benefits.reversed_already",
        "这笔结算已经退费",
        "the settlement has been taken back already",
    ),
    "benefits_enrolment_person_once": (
        "benefits.insured_twice",
        "此人在这些日期已经参保，不能重复参保",
        "the person is insured on some of these days already",
    ),
    "benefits_enrolment_number_once": (
        "benefits.number_taken",
        "这个医保编号在这些日期已属于他人",
        "the number belongs to somebody else on some of these days",
    ),
}
