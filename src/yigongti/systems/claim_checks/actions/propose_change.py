"""A change of a check is proposed, rehearsed on past months, and put before a second person; or taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from yigongti.engines.claim_checks.public import handler, read_setting
from yigongti.facts.public import Lake
from yigongti.foundation.errors import Conflict, InvalidInput, PolicyError, Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import Matter, open_matter
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.actions.propose_knowledge import office_of
from yigongti.systems.claim_checks.actions.rehearse import ask_for_rehearsal
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.matters import CHANGE_KIND
from yigongti.systems.claim_checks.models import ChangeOfCheck, StrengthChoices

PERMISSION = "claim_checks.change"
Kind, State = ChangeOfCheck.Kind, ChangeOfCheck.State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to change. parameters: name → text, or list of texts for codes; only those that differ."""

    check_id: str
    kind: str
    valid_from: date
    reason: str
    parameters: Mapping[str, str | list[str]] = field(default_factory=dict)
    strength: str = ""


def propose_change(
    actor: Actor, wanted: Wanted, months: Sequence[Month], *, lake: Lake, policy: Policy, at: datetime
) -> ChangeOfCheck:
    """Write the proposal down, put it before a second person, and rehearse it (large months: in the background).

    months: on which it is rehearsed. Raises NotPermitted; NotFound for an unknown check; InvalidInput for no reason,
    nothing that changes, a threshold that cannot be read, or months that were not checked.
    """
    office = office_of(actor, PERMISSION)
    check = in_force(policy, Month.of(wanted.valid_from)).check(wanted.check_id)
    _require_sense(wanted, check.handler, str(check.strength), dict(_now(check, wanted.valid_from)))
    with transaction.atomic():
        change = ChangeOfCheck.objects.create(
            check_id=wanted.check_id, kind=wanted.kind, parameters=dict(wanted.parameters), strength=wanted.strength,
            valid_from=wanted.valid_from, reason=wanted.reason.strip(), made_by_id=actor.account_id,
            made_by_name=actor.display_name, made_at=at,
        )  # fmt: skip
        matter = open_matter(
            actor, CHANGE_KIND, subject=f"change/{change.pk}", title=_title(change, check.label), institution=office,
            owner=office, at=at, words=change.reason, data={"change": change.pk}, permission=PERMISSION,
        )  # fmt: skip
        change.matter_id = matter.pk
        change.save()
        ask_for_rehearsal(actor, change, months, lake=lake, policy=policy, office_id=office.pk, at=at)
    return change


def take_back_change(actor: Actor, number: int, *, at: datetime) -> None:
    """The proposal is taken back by whoever made it. Raises NotFound, NotPermitted, Conflict when it was decided."""
    from yigongti.kernel.matters.public import Given, act

    actor.require(PERMISSION)
    change = queries.the_change(number)
    if change.made_by_id != actor.account_id or change.state != State.PROPOSED:
        raise Conflict(
            "claim_checks.change_decided",
            zh="只有提出人可以在签署前撤回",
            en="only who proposed it takes it back, before it is decided",
        )
    act(actor, change.matter_id, "take_back", at=at, given=Given())


def matter_of(change: ChangeOfCheck) -> Matter | None:
    """The matter in which it is decided."""
    return Matter.objects.filter(pk=change.matter_id).first() if change.matter_id else None


def _now(check: object, day: date) -> Mapping[str, object]:
    version = check.on(day)  # type: ignore[attr-defined]
    return version.parameters if version else {}


def _require_sense(wanted: Wanted, handler_name: str, strength: str, now: Mapping[str, object]) -> None:
    if not wanted.reason.strip():
        raise InvalidInput("claim_checks.reason_missing", zh="请写明调整理由", en="say why it is to change")
    if wanted.kind not in Kind.values:
        raise InvalidInput("claim_checks.change_kind", zh="请选择调整内容", en="choose what is to change")
    if wanted.kind == Kind.STRENGTH and (wanted.strength not in StrengthChoices.values or wanted.strength == strength):
        raise InvalidInput("claim_checks.same_strength", zh="请选择另一种判断等级", en="choose another strength")
    if wanted.kind == Kind.PARAMETERS:
        declared = {setting.name: setting for setting in handler(handler_name).parameters}
        try:
            read = {name: read_setting(declared[name], value, name) for name, value in wanted.parameters.items()}
        except (PolicyError, KeyError) as error:
            told = getattr(error, "text", Text("没有这个阈值", "there is no such threshold"))
            raise InvalidInput("claim_checks.threshold", zh=told.zh, en=told.en, where=str(error)[:80]) from error
        if not read or all(now.get(name) == value for name, value in read.items()):
            raise InvalidInput("claim_checks.nothing_changes", zh="没有改变任何阈值", en="no threshold would change")


def _title(change: ChangeOfCheck, label: Text) -> Text:
    words = {
        Kind.PARAMETERS: ("调整阈值", "other thresholds"),
        Kind.STRENGTH: ("调整判断等级", "another strength"),
        Kind.PAUSE: ("暂停", "pause"),
        Kind.RESUME: ("恢复", "resume"),
    }
    zh, en = words[Kind(change.kind)]
    return Text(f"“{label.zh}”自 {change.valid_from} 起{zh}", f"“{label.en}” from {change.valid_from}: {en}")
