"""Who looked at whose record: noted while a page is made, written at its end in the page's own transaction.

    viewed(request.actor, resident.pk, what="page: record", why="contract 12", at=timezone.now())

One line for each request and resident, all of a request in one INSERT, on the connection that read the record: a view
that cannot be logged is not shown, and no page ever waits for a second connection. Outside of a request (jobs, streamed
bodies, the command line) a view is written at once. The database takes a line only in the name of whoever the signed
scope names.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import Actor

AT_ONCE = 1000
"""Lines of one INSERT."""

_COLUMNS = (
    "happened_at", "account_id", "by_resident_id", "client", "viewer", "institution_id", "resident_id", "what", "why",
    "address", "request_id",
)  # fmt: skip
_BY_WHICH_RIGHT = "public.trail_by_which_right(%s)"
_Who = tuple[int, int, str, str, int | None, int]


@dataclass
class _Line:
    """A view that is noted: when first, what and why in the order in which they were told."""

    at: datetime
    address: str | None
    what: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


class NotedViews:
    """The views of one request, each resident once."""

    def __init__(self, address: str | None = None) -> None:
        self.address, self.request_id = address, uuid.uuid4().hex
        self._lines: dict[_Who, _Line] = {}

    def note(self, who: _Who, what: str, why: str, at: datetime, address: str | None) -> None:
        """Add what was looked at; the same resident again in this request adds to the same line."""
        line = self._lines.setdefault(who, _Line(at, address or self.address))
        for told, known in ((what, line.what), (why, line.why)):
            if told and told not in known:
                known.append(told)

    def write(self, *, using: str = "default") -> None:
        """Write the lines in the open transaction and forget them."""
        lines = list(self._lines.items())
        self._lines.clear()
        for start in range(0, len(lines), AT_ONCE):
            rows, values = [], []
            for who, line in lines[start : start + AT_ONCE]:
                resident_id, why = who[-1], "; ".join(line.why)
                # a resident needs no right to the own record
                asks = not why and not who[1]
                rows.append(f"({'%s, ' * 8}{_BY_WHICH_RIGHT if asks else '%s'}, %s, %s)")
                values += [line.at, *who, "; ".join(line.what)]
                values.append(resident_id if asks else why)
                values += [line.address, self.request_id]
            with connections[using].cursor() as cursor:
                cursor.execute(f"INSERT INTO trail_view ({', '.join(_COLUMNS)}) VALUES {', '.join(rows)}", values)


_noted: ContextVar[NotedViews | None] = ContextVar("noted_views", default=None)


@contextmanager
def views_noted(address: str | None) -> Iterator[NotedViews]:
    """Inside, `viewed` notes instead of writing; whoever opened it calls `write` before the transaction ends."""
    noted = NotedViews(address)
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def viewed(
    actor: Actor,
    resident_id: int,
    *,
    what: str,
    at: datetime,
    why: str = "",
    institution_id: int | None = None,
    address: str | None = None,
    client: str = "",
    using: str = "default",
) -> None:
    """The actor is shown something of that resident's record. Call it where the record is read, inside its scope.

    what: the page or interaction and the kinds of facts ("page: record", "fhir: Observation"); why: the relation that
    opened the record ("encounter", "contract 12", "emergency 5"), found by the database if it is not told; at: aware;
    institution_id: of the post that looks, by default the first one's; client: the system that asked, if it was one.
    Raises NotPermitted for nobody.
    """
    viewed_many(
        actor, [resident_id], what=what, at=at, why=why, institution_id=institution_id, address=address, client=client,
        using=using,
    )  # fmt: skip


def viewed_many(
    actor: Actor,
    resident_ids: Iterable[int],
    *,
    what: str,
    at: datetime,
    why: str = "",
    institution_id: int | None = None,
    address: str | None = None,
    client: str = "",
    using: str = "default",
) -> None:
    """As `viewed`, for a list or an export that shows something of many residents."""
    if not actor.is_signed_in and not actor.resident_id:
        raise NotPermitted("trail.nobody", zh="请先登录再查看档案", en="sign in before looking at a record")
    if institution_id is None and actor.posts:
        institution_id = actor.posts[0].institution_id
    noted = _noted.get()
    views: Any = noted if noted is not None and using == "default" else NotedViews(address)
    for resident_id in resident_ids:
        who = (actor.account_id, actor.resident_id, client, actor.display_name, institution_id, resident_id)
        views.note(who, what, why, at, address)
    if views is not noted:
        views.write(using=using)
