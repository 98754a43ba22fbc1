"""A draft of knowledge, or the withdrawal of a batch, is put before a second person as a matter."""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import Matter, open_matter
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.actions.read_knowledge import PERMISSION
from yigongti.systems.claim_checks.matters import KNOWLEDGE_KIND
from yigongti.systems.claim_checks.models import KnowledgeBatch
from yigongti.systems.claim_checks.offices import office_over

State = KnowledgeBatch.State


def office_of(actor: Actor, permission: str) -> Institution:
    """The office in whose name the actor acts: the topmost institution at which a post holds the permission.

    Raises NotPermitted.
    """
    actor.require(permission)
    held = next(post for post in actor.posts if permission in post.role.permissions)
    return office_over(Institution.objects.get(pk=held.institution_id))


def propose_knowledge(actor: Actor, number: int, *, at: datetime) -> Matter:
    """Put the draft before a second person. Raises NotPermitted, NotFound, Conflict when it is no draft any more."""
    return _propose(actor, number, "take", (State.DRAFT,), at, "")


def propose_withdrawal(actor: Actor, number: int, words: str, *, at: datetime) -> Matter:
    """Ask for a batch in force to be withdrawn, with the reason. Raises as propose_knowledge, and InvalidInput."""
    if not words.strip():
        raise InvalidInput("claim_checks.reason_missing", zh="请写明撤销理由", en="say why it is withdrawn")
    return _propose(actor, number, "withdraw", (State.IN_FORCE,), at, words)


def discard_draft(actor: Actor, number: int) -> None:
    """Put a draft aside. Raises Conflict when it is no draft any more."""
    actor.require(PERMISSION)
    rows = KnowledgeBatch.objects.filter(pk=queries.the_batch(number).pk, state=State.DRAFT)
    if not rows.update(state=State.DECLINED):
        raise _moved_on()


def _propose(actor: Actor, number: int, do: str, states: tuple[str, ...], at: datetime, words: str) -> Matter:
    office = office_of(actor, PERMISSION)
    queries.the_batch(number)
    batch = KnowledgeBatch.objects.select_for_update().get(pk=number)
    if batch.state not in states:
        raise _moved_on()
    zh, en = ("导入", "take over") if do == "take" else ("撤销", "withdraw")
    matter = open_matter(
        actor, KNOWLEDGE_KIND, subject=f"{do}/{batch.pk}",
        title=Text(
            f"{zh}知识“{batch.title}”：新增 {batch.added}、变更 {batch.changed}、停用 {batch.ended}",
            f"{en} “{batch.title}”: {batch.added} added, {batch.changed} changed, {batch.ended} ended",
        ),
        institution=office, owner=office, at=at, words=words, data={"batch": batch.pk, "do": do}, permission=PERMISSION,
    )  # fmt: skip
    batch.matter_id = matter.pk
    if do == "take":
        batch.state = State.PROPOSED
    batch.save()
    return matter


def _moved_on() -> Conflict:
    return Conflict("claim_checks.batch_moved_on", zh="这批知识已被处理", en="this batch was dealt with already")
