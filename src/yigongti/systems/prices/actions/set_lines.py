"""Write lines of a revision: what an item will cost at a level. What it costs today is read, never typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.systems.prices.models import Level, PriceItem, Revision, RevisionLine
from yigongti.systems.prices.steps import prices_on

PERMISSION = "prices.prepare"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted for an item at a level. after None: the item is no longer charged there."""

    code: str
    level: str
    after: Decimal | None
    name: str = ""
    unit: str = ""
    fee_item: str = ""


def set_lines(actor: Actor, revision: Revision, wanted: Sequence[Wanted], *, at: datetime) -> int:
    """Write the lines, in place of those for the same item and level; how many were written.

    Nothing is written when one of them cannot be. Raises NotPermitted, Conflict (the revision is not a draft any more),
    and InvalidInput: an item that is new without a name, a price that does not change, one that ends and has none.
    """
    actor.require(PERMISSION, revision.office_id)
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if revision.state != Revision.State.DRAFT:
        raise Conflict(
            "prices.no_draft", zh="这次调价已送签，不能再改", en="the revision has been sent for signature already"
        )
    codes = sorted({line.code for line in wanted})
    in_force = prices_on(revision.effective_on, codes=codes)
    items = {item.code: item for item in PriceItem.objects.filter(code__in=codes)}
    made = [_line(revision, line, in_force.get((line.code, line.level)), items.get(line.code)) for line in wanted]
    _require_each_once(wanted)
    revision.lines.filter(code__in=codes, level__in={line.level for line in wanted}).exclude(
        pk__in=[
            each.pk
            for each in revision.lines.filter(code__in=codes)
            if (each.code, each.level) not in {(line.code, line.level) for line in wanted}
        ]
    ).delete()
    RevisionLine.objects.bulk_create(made)
    _changed(actor, revision, at, {"lines": len(made)})
    return len(made)


def remove_line(actor: Actor, revision: Revision, line_id: int, *, at: datetime) -> None:
    """Take a line out of a draft again. Raises NotPermitted and Conflict as `set_lines`."""
    actor.require(PERMISSION, revision.office_id)
    if revision.state != Revision.State.DRAFT:
        raise Conflict("prices.no_draft", zh="这次调价已送签，不能再改", en="the revision has been sent already")
    revision.lines.filter(pk=line_id).delete()
    _changed(actor, revision, at, {"removed": line_id})


def _changed(actor: Actor, revision: Revision, at: datetime, detail: dict[str, object]) -> None:
    Revision.objects.filter(pk=revision.pk).update(changed_at=at)
    record(
        actor, PERMISSION, subject=f"revision {revision.pk}", at=at, institution_id=revision.office_id, detail=detail
    )


def _line(revision: Revision, line: Wanted, now: object, item: PriceItem | None) -> RevisionLine:
    where = f"{line.code} {line.level}"
    before: Decimal | None = getattr(now, "price", None)
    if line.level not in Level.values:
        raise InvalidInput("prices.level_unknown", zh=f"没有级别“{line.level}”", en="no such level", where=where)
    if line.after is not None and line.after < 0:
        raise InvalidInput("prices.negative", zh="价格不能为负", en="a price cannot be negative", where=where)
    if line.after == before:
        zh = "没有现行价格，不能停用" if before is None else "与现行价格相同"
        en = "it has no price that could end" if before is None else "it is the price in force"
        raise InvalidInput("prices.nothing_changes", zh=zh, en=en, where=where)
    name = item.name if item else line.name.strip()
    if not name:
        raise InvalidInput("prices.name_missing", zh="新项目须写名称", en="a new item needs a name", where=where)
    return RevisionLine(
        revision=revision, code=line.code, name=name[:200], unit=(item.unit if item else line.unit)[:20],
        fee_item=item.fee_item if item else line.fee_item, level=line.level, before=before, after=line.after,
    )  # fmt: skip


def _require_each_once(wanted: Sequence[Wanted]) -> None:
    seen: set[tuple[str, str]] = set()
    for line in wanted:
        if (line.code, line.level) in seen:
            raise InvalidInput(
                "prices.line_twice", zh="同一项目同一级别出现两次", en="the same item and level comes twice",
                where=f"{line.code} {line.level}",
            )  # fmt: skip
        seen.add((line.code, line.level))
