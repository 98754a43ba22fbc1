"""Enrol a resident in a scheme from one day to another; nobody is insured twice on one day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident
from yigongti.kernel.trail.public import record
from yigongti.systems.benefits.at_counter import refusal
from yigongti.systems.benefits.benefit_lists import groups as known_groups
from yigongti.systems.benefits.models import Enrolment
from yigongti.systems.benefits.models.insured import INSURANCE_TYPES

PERMISSION = "benefits.approve"


def enrol(
    actor: Actor, office: Institution, resident: Resident, *, insurance_type: str, insured_number: str,
    valid_from: date, valid_to: date, groups: Sequence[str] = (), community: str = "", at: datetime,
) -> Enrolment:  # fmt: skip
    """The enrolment. Raises NotPermitted, InvalidInput (scheme, number, group, days), and Conflict: the person or the
    number is insured on some of these days already (the database holds it, also when two ask at once)."""
    actor.require(PERMISSION, office.pk)
    number = insured_number.strip()
    unknown = sorted(set(groups) - set(known_groups()))
    if (
        insurance_type not in dict(INSURANCE_TYPES)
        or not number
        or len(number) > 32
        or unknown
        or valid_to < valid_from
    ):
        raise InvalidInput(
            "benefits.enrolment_incomplete",
            zh="请核对险种、医保编号、起止日期和人员类别",
            en="check the scheme, the number, the days and the groups",
            where=unknown[0] if unknown else "",
        )
    try:
        with transaction.atomic():
            made = Enrolment.objects.create(
                resident=resident, institution_id=office.pk, insurance_type=insurance_type, insured_number=number,
                name=resident.name, sex=resident.sex, birth_date=resident.birth_date, groups=sorted(groups),
                community=community, valid_from=valid_from, valid_to=valid_to, made_at=at, made_by_id=actor.account_id,
            )  # fmt: skip
    except IntegrityError as error:
        ours = refusal(error.__cause__)  # type: ignore[arg-type]  # Django wraps psycopg's
        if ours is None:
            raise
        raise ours from error
    record(actor, PERMISSION, subject=f"enrolment {made.pk}", at=at, institution_id=office.pk)
    return made
