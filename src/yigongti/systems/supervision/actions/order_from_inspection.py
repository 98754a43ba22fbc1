"""What an inspection found becomes an order to correct, with its photographs; those ordered are inspected again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, Text
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.scope import scope
from yigongti.kernel.forms.public import Answer, FormFinding, findings_of, show_to_institution, version_named
from yigongti.kernel.matters.public import MATTERS, Given, Matter, act
from yigongti.kernel.trail.public import record
from yigongti.systems.supervision.actions.make_campaign import hand_out, planned
from yigongti.systems.supervision.actions.open_case import CaseFinding, open_case
from yigongti.systems.supervision.checklist_results import attachment_number
from yigongti.systems.supervision.course import ORDER
from yigongti.systems.supervision.models import Campaign, Case, Inspection

PERMISSION = "supervision.campaign"
MAY_ORDER = "supervision.order"


def order_from_inspection(actor: Actor, number: int, *, at: datetime, words: str = "") -> Case:
    """Open the case of an inspection and issue its order. words: what is to be done, by default what was found.

    Raises NotPermitted, NotFound, InvalidInput when nothing failed. Asked again, it answers the same case.
    """
    with scope(NOBODY, purpose=MATTERS):
        row = Inspection.objects.select_for_update(of=("self",)).select_related("campaign").filter(pk=number).first()
    if row is None:
        raise NotFound("supervision.no_inspection", zh="没有这次检查", en="there is no such inspection")
    actor.require(PERMISSION, row.office_id)
    actor.require(MAY_ORDER, row.office_id)
    if row.case_id:
        return Case.objects.get(pk=row.case_id)
    findings = _found(row)
    if not findings:
        raise InvalidInput(
            "supervision.nothing_failed", zh="本次检查没有不合格项", en="nothing failed in this inspection"
        )
    campaign = row.campaign
    case = open_case(
        actor, institution=row.institution, office=campaign.office, source=Case.Source.INSPECTION,
        source_key=f"campaign/{campaign.pk}/{row.pk}", subject=f"campaign/{campaign.pk}",
        title=_title(campaign, len(findings)),
        findings=[_as_case_finding(row, finding) for finding in findings], amount=Decimal(0), at=at, begins_with=ORDER,
        permission=PERMISSION,
    )  # fmt: skip
    matter = Matter.objects.get(kind=ORDER, subject=f"case/{case.pk}", closed_at__isnull=True)
    act(actor, matter.pk, "issue", at=at, given=Given(words=words.strip() or _what_to_do(findings)))
    if row.assignment_id:
        show_to_institution(actor, row.assignment_id, at=at)
    row.case_id = case.pk
    row.save()
    return case


def _title(campaign: Campaign, failed: int) -> Text:
    return Text(f"{campaign.title_zh}：{failed} 项不合格", f"{campaign.title_en}: {failed} items failed")


def _found(row: Inspection) -> list[FormFinding]:
    with scope(NOBODY, purpose="forms"):
        answer = Answer.objects.select_related("assignment").filter(pk=row.answer_id).first() if row.answer_id else None
    if answer is None:
        return []
    version = version_named(answer.assignment.form_id, answer.assignment.form_version)
    return findings_of(version, answer.response)


def _as_case_finding(row: Inspection, finding: FormFinding) -> CaseFinding:
    note = f"（{finding.note}）" if finding.note else ""
    note_en = f" ({finding.note})" if finding.note else ""
    numbers = [attachment_number(url) for url in finding.photographs]
    return CaseFinding(
        said=Text(f"{finding.sentence.zh}{note}", f"{finding.sentence.en}{note_en}"),
        evidence=(f"answer/{row.answer_id}/{finding.path}",),
        attachments=tuple(number for number in numbers if number),
    )


def _what_to_do(findings: Sequence[FormFinding]) -> str:
    return "请逐项整改：" + "；".join(dict.fromkeys(finding.sentence.zh for finding in findings)) + "。"


def to_order(campaign: Campaign) -> list[int]:
    """The inspections of the first round in which something failed and no order was issued."""
    rows = campaign.inspections.filter(round=1, state=Inspection.State.DONE, failed__gt=0, case__isnull=True)
    return list(rows.order_by("id").values_list("pk", flat=True))


def order_all(actor: Actor, campaign_id: int, *, at: datetime) -> Iterator[Case]:
    """Issue the orders of a campaign one by one, each in a transaction of its own: what is done stays done when the
    work is interrupted, and is not done again."""
    with scope(actor, purpose="job"):
        numbers = to_order(Campaign.objects.get(pk=campaign_id))
    for number in numbers:
        with scope(actor, purpose="job"):
            case = order_from_inspection(actor, number, at=at)
        yield case  # after its transaction: whoever stops listening takes nothing back


def inspect_again(
    actor: Actor, campaign: Campaign, inspectors: Sequence[Account], *, due_on: date, at: datetime
) -> int:
    """A second round: those that were ordered to correct are inspected again. Answers how many were added.

    Raises NotPermitted, InvalidInput without inspectors or with a day that is over, Conflict when nobody was ordered.
    """
    actor.require(PERMISSION, campaign.office_id)
    if not inspectors or due_on < timezone.localdate(at):
        raise InvalidInput(
            "supervision.nobody_to_inspect",
            zh="请选择检查员和今天以后的期限",
            en="choose inspectors, and a day that is not over",
        )
    ordered = campaign.inspections.filter(round=1, case__isnull=False).select_related("institution")
    known = set(campaign.inspections.filter(round=2).values_list("institution_id", flat=True))
    first = {row.institution_id: row for row in ordered if row.institution_id not in known}
    if not first:
        raise Conflict(
            "supervision.nobody_to_inspect_again",
            zh="没有需要复查的机构",
            en="there is nobody to be inspected again",
        )
    rows = planned(campaign, [row.institution for row in first.values()], inspectors, round_number=2)
    for row in rows:
        row.due_on = due_on
    with transaction.atomic():
        hand_out(actor, campaign, rows, at=at)
    record(
        actor, PERMISSION, subject=f"campaign {campaign.pk}", at=at, institution_id=campaign.office_id,
        detail={"again": len(rows)},
    )  # fmt: skip
    return len(rows)
