"""Reads of rehearsals, each within what the database shows the actor."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.processes.rehearsal.models import Rehearsal, RehearsalRow


def offices(actor: Actor) -> list[int]:
    """The institutions at which the actor may rehearse."""
    return sorted({post.institution_id for post in actor.posts if "rehearsal.run" in post.role.permissions})


def rehearsals(actor: Actor) -> QuerySet[Rehearsal]:
    """Those of the actor's offices, with how many files each changes."""
    return Rehearsal.objects.filter(office_id__in=offices(actor)).annotate(count=Count("files"))


def the_rehearsal(actor: Actor, number: int) -> Rehearsal:
    """Raises NotFound, also for one that is not the actor's to see."""
    found = rehearsals(actor).filter(pk=number).select_related("office").first()
    if found is None:
        raise NotFound(
            "rehearsal.not_found", zh="没有这次推演，或您无权查看",
            en="there is no such rehearsal, or it is not yours to see", where=str(number),
        )  # fmt: skip
    return found


def rows(rehearsal: Rehearsal, part: str, dimension: str) -> QuerySet[RehearsalRow]:
    """What one part found by one dimension, with what the fund's difference comes to for sorting."""
    return rehearsal.rows.filter(part=part, dimension=dimension)


def dimensions(rehearsal: Rehearsal, part: str) -> set[str]:
    """By what the part's rows can be told apart."""
    return set(rehearsal.rows.filter(part=part).values_list("dimension", flat=True).distinct())


def gainers(found: Iterable[RehearsalRow], most: int = 5) -> tuple[list[RehearsalRow], list[RehearsalRow]]:
    """Those to whom the fund pays most more, and most less; ties by key."""
    ordered = sorted(found, key=lambda row: (-row.fund_change, row.key))
    more = [row for row in ordered if row.fund_change > 0][:most]
    less = [row for row in reversed(ordered) if row.fund_change < 0][:most]
    return more, less
