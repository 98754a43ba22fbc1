"""A campaign of inspection is made, its institutions are chosen, and every inspection is handed to an inspector."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.models import Account
from yigongti.kernel.forms.public import assign, form_on
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.supervision.models import Campaign, Inspection

PERMISSION = "supervision.campaign"
MOST_DAYS_OF_A_PATROL = 31
MOST_PLACES = 5000
"""More inspections than any county makes at once: a slip of the hand is refused whole."""


def make_campaign(
    actor: Actor,
    office: Institution,
    *,
    title: Text,
    form: str,
    starts_on: date,
    ends_on: date,
    at: datetime,
    shifts: int = 0,
    is_invented: bool = False,
) -> Campaign:
    """Make it, without institutions yet. shifts: how many times a day, 0 for once in each round.

    Raises NotPermitted, NotFound for a form that is not in force, InvalidInput for no title, days in the wrong order,
    or a patrol of more than a month.
    """
    actor.require(PERMISSION, office.pk)
    form_on(form, starts_on)
    if not title.zh.strip() or ends_on < starts_on or not 0 <= shifts <= 3:
        raise InvalidInput(
            "supervision.campaign_not_whole",
            zh="请写明名称和先后正确的起止日期，每天最多三班",
            en="give a title, days in their order, and at most three shifts a day",
        )
    if shifts and (ends_on - starts_on).days >= MOST_DAYS_OF_A_PATROL:
        raise InvalidInput(
            "supervision.patrol_too_long",
            zh=f"巡查一次最多安排 {MOST_DAYS_OF_A_PATROL} 天",
            en=f"a patrol is planned for {MOST_DAYS_OF_A_PATROL} days at most",
            where="ends_on",
        )
    made = Campaign.objects.create(
        office_id=office.pk, title_zh=title.zh.strip()[:120], title_en=(title.en.strip() or title.zh.strip())[:120],
        form=form, starts_on=starts_on, ends_on=ends_on, shifts=shifts, is_invented=is_invented, made_at=at,
        made_by_id=actor.account_id, made_by_name=actor.display_name,
    )  # fmt: skip
    record(actor, PERMISSION, subject=f"campaign {made.pk}", at=at, institution_id=office.pk, detail={"form": form})
    return made


def choose_institutions(
    actor: Actor, campaign: Campaign, places: Sequence[Institution], inspectors: Sequence[Account], *, at: datetime
) -> int:
    """Add these institutions, each township to one inspector, the townships shared out in turn; answers how many
    inspections were added. Those that are in the campaign already stay as they are.

    Raises NotPermitted, Conflict when the campaign is over, InvalidInput without places or inspectors.
    """
    actor.require(PERMISSION, campaign.office_id)
    if campaign.state == Campaign.State.CLOSED:
        raise Conflict("supervision.campaign_over", zh="这次检查已经结束", en="this campaign is over")
    if not places or not inspectors:
        raise InvalidInput(
            "supervision.nobody_to_inspect",
            zh="请至少选择一家机构和一名检查员",
            en="choose at least one institution and one inspector",
        )
    rows = planned(campaign, places, inspectors)
    if len(rows) > MOST_PLACES:
        raise InvalidInput(
            "supervision.too_many_inspections",
            zh=f"一次安排了 {len(rows)} 次检查，超过 {MOST_PLACES} 次，请分批安排",
            en=f"{len(rows)} inspections at once are more than {MOST_PLACES}: plan them in parts",
        )
    known = set(campaign.inspections.filter(round=1).values_list("institution_id", "day", "shift"))
    added = [row for row in rows if (row.institution_id, row.day, row.shift) not in known]
    hand_out(actor, campaign, added, at=at)
    campaign.state = Campaign.State.RUNNING
    campaign.save()
    record(
        actor, PERMISSION, subject=f"campaign {campaign.pk}", at=at, institution_id=campaign.office_id,
        detail={"inspections": len(added)},
    )  # fmt: skip
    return len(added)


def planned(
    campaign: Campaign, places: Sequence[Institution], inspectors: Sequence[Account], round_number: int = 1
) -> list[Inspection]:
    """The inspections of these places, one for each, of a patrol one for each day and shift."""
    townships = sorted({township_of(place) for place in places})
    by_township = {township: inspectors[n % len(inspectors)] for n, township in enumerate(townships)}
    days = [(None, campaign.ends_on)]
    if campaign.shifts and round_number == 1:
        length = (campaign.ends_on - campaign.starts_on).days + 1
        days = [(day, day) for n in range(length) for day in [campaign.starts_on + timedelta(days=n)]]
    shifts = range(1, campaign.shifts + 1) if campaign.shifts and round_number == 1 else [0]
    return [
        Inspection(
            campaign=campaign, institution_id=place.pk, office_id=campaign.office_id, round=round_number, day=day,
            shift=shift, inspector_account_id=by_township[township_of(place)].pk,
            inspector_name=by_township[township_of(place)].display_name, due_on=due,
        )
        for place in sorted(places, key=lambda each: each.pk)
        for day, due in days
        for shift in shifts
    ]  # fmt: skip


def township_of(place: Institution) -> int:
    """The id under which a place is grouped: of a village clinic its township's, else its own."""
    clinic = place.kind == Institution.Kind.VILLAGE_CLINIC
    return place.parent_id if clinic and place.parent_id else place.pk


def hand_out(actor: Actor, campaign: Campaign, rows: Sequence[Inspection], *, at: datetime) -> None:
    """Keep the inspections and hand each its checklist."""
    for row in Inspection.objects.bulk_create(rows):
        row.assignment_id = assign_checklist(actor, campaign, row, at=at)
    Inspection.objects.bulk_update(rows, ["assignment_id"], batch_size=500)


def assign_checklist(actor: Actor, campaign: Campaign, row: Inspection, *, at: datetime, key: str = "") -> int:
    """Hand the checklist of an inspection to its inspector; answers the assignment's number."""
    shift = f" · {row.day:%m-%d} {row.shift}" if row.shift and row.day else ""
    again = " · 复查" if row.round > 1 else ""
    again_en = " · again" if row.round > 1 else ""
    made = assign(
        actor, campaign.form, on=max(campaign.starts_on, min(timezone.localdate(at), campaign.ends_on)),
        subject=f"supervision.Inspection/{row.pk}",
        title=Text(f"{campaign.title_zh}{again}{shift}", f"{campaign.title_en}{again_en}{shift}"),
        institution_id=row.institution_id, owner_institution_id=campaign.office_id,
        account_id=row.inspector_account_id, due_on=row.due_on, permission="supervision.inspect", at=at, key=key,
    )  # fmt: skip
    return made.pk
