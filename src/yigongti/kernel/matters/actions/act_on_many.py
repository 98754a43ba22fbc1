"""The same step on many matters at once, where the kind calls that safe; each on its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.matters.actions.act import NOTHING, act
from yigongti.kernel.matters.kinds import Given
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.registry import kind_of


@dataclass
class ManyDone:
    """What was done and what was not, with the reason for each."""

    done: list[Matter] = field(default_factory=list)
    refused: list[tuple[int, YigongtiError]] = field(default_factory=list)


def act_on_many(
    actor: Actor,
    matter_ids: Iterable[int],
    transition_id: str,
    *,
    at: datetime,
    given: Given = NOTHING,
    versions: Mapping[int, int] | None = None,
) -> ManyDone:
    """Take the step on each of the matters, each in a savepoint: one that is refused leaves the others done.

    versions: matter → the version that the actor saw. Raises InvalidInput when there are more than the policy's
    matters.most_at_once; everything else is told for each matter.
    """
    wanted = sorted(set(matter_ids))  # locked in one order by everybody: two such runs cannot wait for each other
    if len(wanted) > limit("matters.most_at_once"):
        raise InvalidInput(
            "matters.too_many",
            zh=f"一次最多办理 {limit('matters.most_at_once')} 件，您选了 {len(wanted)} 件",
            en=f"at most {limit('matters.most_at_once')} at once; you chose {len(wanted)}",
        )
    found = ManyDone()
    kinds = dict(Matter.objects.filter(pk__in=wanted).values_list("pk", "kind"))
    for matter_id in wanted:
        try:
            with transaction.atomic():
                _require_bulk(kinds.get(matter_id), transition_id)
                seen = versions.get(matter_id) if versions else None
                found.done.append(act(actor, matter_id, transition_id, at=at, given=given, version=seen))
        except YigongtiError as error:
            found.refused.append((matter_id, error))
    return found


def _require_bulk(kind_id: str | None, transition_id: str) -> None:
    kind = kind_of(kind_id) if kind_id else None
    taken = next((each for each in kind.transitions if each.id == transition_id), None) if kind else None
    if taken is not None and not taken.bulk:
        raise InvalidInput(
            "matters.one_by_one",
            zh=f"“{taken.label.zh}”须逐件办理",
            en=f"“{taken.label.en}” is done one by one",
            where=transition_id,
        )
