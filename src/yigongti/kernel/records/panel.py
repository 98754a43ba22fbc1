"""The residents that an actor cares for, where they are few enough to be named to the database.

A row policy hides what is not the actor's, but gives a search no place to begin: for a village clinic's thousand
patients, the database would walk through the county's millions of rows. So few are named instead.
"""

from __future__ import annotations

from typing import Any

from yigongti.kernel.access.actor import Actor, Ranges
from yigongti.kernel.records.statements import run

LARGEST = 4000
"""Relations of care; above it the row policies alone must do, and find enough on the way."""


def panel_of(actor: Actor, *, using: str = "default") -> list[int] | None:
    """The residents whose records the actor sees, None if they are too many to be named. In the actor's scope."""
    ways: list[str] = []
    values: list[Any] = []
    live = "c.ended_at IS NULL AND c.valid_from <= (SELECT scope.today()) AND c.valid_to >= (SELECT scope.today())"
    for column, name in (("institution_id", "caring"), ("team_id", "teams")):
        ranges: Ranges = actor.spans.get(name, ())
        if ranges:
            reach = " OR ".join([f"(c.{column} >= %s AND c.{column} < %s)"] * len(ranges))
            only = "c.team_id IS NULL AND " if name == "caring" else ""
            # the limit stands in each part, so that a hospital's two hundred thousand are not collected first
            ways.append(
                f"(SELECT c.resident_id FROM people_care c WHERE {only}({reach}) AND {live} LIMIT {LARGEST + 1})"
            )
            values += [bound for span in ranges for bound in span]
    ways.append(
        "(SELECT o.resident_id FROM people_opening o WHERE o.account_id = (SELECT scope.account_id())"
        " AND o.closed_at IS NULL AND o.started_at <= now() AND o.ends_at > now())"
    )
    if actor.resident_id:
        ways.append("(SELECT %s::bigint)")
        values.append(actor.resident_id)
    statement = f"SELECT count(*), array_agg(DISTINCT p.resident_id) FROM ({' UNION ALL '.join(ways)}) p"
    ((relations, residents),) = run(statement, values, using=using)
    return residents or [] if relations <= LARGEST else None
