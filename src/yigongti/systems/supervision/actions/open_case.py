"""A case is opened from what was found (a claim check, an inspection, a complaint), once for each source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.supervision.course import FINDING, ORDER, as_the_product, next_matter
from yigongti.systems.supervision.models import Case, Finding
from yigongti.systems.supervision.offices import office_of

PERMISSION = "supervision.take_up"
ZERO = Decimal("0.00")
BEGINS_WITH = {FINDING: Case.State.FINDING, ORDER: Case.State.ORDER}


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """What was found, as a value. amount: yuan at stake. evidence: references as text; attachments: ids of
    kernel/attachments; articles: of policy/sources, like "fund-supervision-735#第三十八条"."""

    said: Text
    amount: Decimal = ZERO
    check_id: str = ""
    check_version: str = ""
    strength: str = ""
    evidence: tuple[str, ...] = ()
    attachments: tuple[int, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """What is written of a case when it is opened."""

    institution: Institution
    office: Institution
    source: str
    source_key: str
    subject: str
    title: Text
    amount: Decimal
    month: str
    at: datetime
    findings: tuple[CaseFinding, ...] = field(default_factory=tuple)


def open_case(
    actor: Actor,
    *,
    institution: Institution,
    source: str,
    source_key: str,
    subject: str,
    title: Text,
    findings: Sequence[CaseFinding],
    amount: Decimal,
    at: datetime,
    month: str = "",
    office: Institution | None = None,
    begins_with: str = FINDING,
    permission: str = PERMISSION,
) -> Case:
    """Open the case with its first matter, or answer the one that was opened from this source before.

    actor: who opens it, NOBODY for the product itself. institution: whom it concerns; office: who sees it through, by
    default the county's. source: one of Case.Source. amount: yuan at stake in all (findings on one row are not counted
    twice, so it may be less than their sum). begins_with: ORDER when the finding was made on site and needs no taking
    up. permission: asked of the actor at the office; a process that has asked its own may name that one.

    Raises NotPermitted, and InvalidInput without a finding, without a key or with a negative amount.
    """
    institution = Institution.objects.get(pk=institution.pk)  # whichever connection the caller read it through
    office = Institution.objects.get(pk=office.pk) if office else office_of(institution)
    if actor is not NOBODY:
        actor.require(permission, office.pk)
    _require_sense(source, source_key, findings, amount, begins_with)
    told = _Told(institution, office, source, source_key, subject, title, amount, month, at, tuple(findings))
    with as_the_product():
        case, made = _made_once(actor, told, begins_with)
    if made and actor is not NOBODY:  # what the product itself adds is kept by the history of the rows
        record(
            actor, PERMISSION, subject=f"case {case.number} {source_key}"[:200], at=at, institution_id=institution.pk,
            detail={"case": case.pk, "findings": len(told.findings)},
        )  # fmt: skip
    return case


def _made_once(actor: Actor, told: _Told, begins_with: str) -> tuple[Case, bool]:
    known = Case.objects.filter(source_key=told.source_key).first()
    if known is not None:
        return known, False
    case = Case(
        institution=told.institution, office=told.office, source=told.source, source_key=told.source_key,
        subject=told.subject, title_zh=told.title.zh[:200], title_en=told.title.en[:200], month=told.month,
        check_ids=sorted({finding.check_id for finding in told.findings if finding.check_id}),
        state=BEGINS_WITH[begins_with], amount_claimed=told.amount, opened_at=told.at,
        opened_by_id=actor.account_id, opened_by_name=actor.display_name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:  # somebody else was faster with the same source
        return Case.objects.get(source_key=told.source_key), False
    Finding.objects.bulk_create(_row(case, number, finding) for number, finding in enumerate(told.findings, start=1))
    next_matter(case, begins_with, at=told.at)
    return case, True


def _row(case: Case, number: int, finding: CaseFinding) -> Finding:
    return Finding(
        case=case, number=number, said_zh=finding.said.zh, said_en=finding.said.en, amount=finding.amount,
        check_id=finding.check_id, check_version=finding.check_version, strength=finding.strength,
        evidence=list(finding.evidence), attachments=list(finding.attachments), articles=list(finding.articles),
    )  # fmt: skip


def _require_sense(
    source: str, source_key: str, findings: Sequence[CaseFinding], amount: Decimal, begins_with: str
) -> None:
    if source not in Case.Source.values or not source_key.strip() or begins_with not in BEGINS_WITH:
        raise InvalidInput(
            "supervision.source_unknown",
            zh="立案须写明来源和来源编号",
            en="a case needs its source, and the source's own number",
            where=source_key or source,
        )
    if not findings:
        raise InvalidInput(
            "supervision.nothing_found", zh="立案至少要有一条问题线索", en="a case needs at least one finding"
        )
    if amount < 0 or any(finding.amount < 0 for finding in findings):
        raise InvalidInput("supervision.amount_negative", zh="金额不能为负", en="the amount cannot be negative")
