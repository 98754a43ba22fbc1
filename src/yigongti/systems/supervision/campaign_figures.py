"""What a campaign came to: by township, by item of the checklist, by institution; and where each institution stands.

Sums over the inspections of one campaign that the caller may see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.kernel.forms.public import form_on
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.supervision.actions.make_campaign import township_of
from yigongti.systems.supervision.checklist_results import FAILED, MET, judged_items
from yigongti.systems.supervision.models import Campaign, Case, Inspection

State = Inspection.State
STANDINGS = ("waiting", "late", "not_reached", "met", "failed", "ordered", "answered", "corrected")
"""Where an institution stands in a campaign, in the order of the work."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of inspections: all, done, still within their time, late, not reached; how many found something, how many
    orders were issued, and how many cases are closed as corrected."""

    total: int = 0
    done: int = 0
    under_way: int = 0
    late: int = 0
    not_reached: int = 0
    failed: int = 0
    ordered: int = 0
    corrected: int = 0

    @property
    def share_done(self) -> Decimal | None:
        """Done of all; None without any."""
        return Decimal(self.done) / self.total if self.total else None


def progress_of(rows: Iterable[Inspection], today: date) -> Progress:
    """The counts of these inspections."""
    counted: Counter[str] = Counter()
    for row in rows:
        counted["total"] += 1
        if row.state == State.DONE:
            counted["done"] += 1
            counted["failed"] += row.failed > 0
            counted["ordered"] += row.case_id is not None
            counted["corrected"] += row.case is not None and row.case.outcome == Case.Outcome.CORRECTED
        elif row.state == State.NOT_REACHED:
            counted["not_reached"] += 1
        else:
            counted["late" if row.due_on < today else "under_way"] += 1
    return Progress(**counted)


def rows_of(campaign: Campaign) -> list[Inspection]:
    """Every inspection of the campaign with its institution and case, in order."""
    found = campaign.inspections.select_related("institution", "case")
    return list(found.order_by("round", "institution_id", "day", "shift"))


def by_township(rows: Sequence[Inspection], today: date) -> list[dict[str, Any]]:
    """The first round by township (hospitals under their own name): the institution that names the group, its counts,
    who inspects."""
    groups: dict[int, list[Inspection]] = {}
    for row in rows:
        if row.round == 1:
            groups.setdefault(township_of(row.institution), []).append(row)
    known = Institution.objects.in_bulk(list(groups))
    return [
        {
            "township": known[township],
            "progress": progress_of(own, today),
            "inspectors": sorted({row.inspector_name for row in own}),
        }
        for township, own in sorted(groups.items())
    ]


def items_of(campaign: Campaign) -> dict[str, Text]:
    """The items of the campaign's checklist that can fail, in their order."""
    return judged_items(form_on(campaign.form, campaign.starts_on))


def by_item(campaign: Campaign, rows: Iterable[Inspection], round_number: int = 1) -> list[dict[str, Any]]:
    """Each item: in how many inspections it applied, how many failed it, the share that failed."""
    judged, failed = Counter[str](), Counter[str]()
    for row in rows:
        if row.round == round_number and row.state == State.DONE:
            judged.update(item for item, result in row.results.items() if result in (MET, FAILED))
            failed.update(item for item, result in row.results.items() if result == FAILED)
    return [
        {
            "item": item,
            "label": label,
            "judged": judged[item],
            "failed": failed[item],
            "share": Decimal(failed[item]) / judged[item] if judged[item] else None,
        }
        for item, label in items_of(campaign).items()
    ]


def standing(row: Inspection, today: date) -> str:
    """Where the institution of an inspection stands: one of STANDINGS."""
    if row.state == State.NOT_REACHED:
        return "not_reached"
    if row.state != State.DONE:
        return "late" if row.due_on < today else "waiting"
    if row.case is None:
        return "failed" if row.failed else "met"
    if row.case.state == Case.State.CLOSED:
        return "corrected"
    return "ordered" if row.case.state == Case.State.ORDER else "answered"


def by_institution(rows: Sequence[Inspection], today: date) -> list[dict[str, Any]]:
    """Each institution of the first round: its worst standing, how many items failed, the second round beside it."""
    again = {row.institution_id: row for row in rows if row.round == 2}
    firsts: dict[int, list[Inspection]] = {}
    for row in rows:
        if row.round == 1:
            firsts.setdefault(row.institution_id, []).append(row)
    return [_of_institution(own, again.get(place), today) for place, own in firsts.items()]


def _of_institution(own: Sequence[Inspection], second: Inspection | None, today: date) -> dict[str, Any]:
    done = [row for row in own if row.state == State.DONE]
    standings = [standing(row, today) for row in own]
    order = ("late", "failed", "ordered", "answered", "waiting", "not_reached", "corrected", "met")
    last = max(done, key=lambda row: row.done_at, default=own[-1])
    return {
        "id": last.pk,
        "institution": own[0].institution,
        "name": own[0].institution.name,
        "inspections": len(own),
        "done": len(done),
        "failed": sum(row.failed for row in done),
        "standing": next(each for each in order if each in standings),
        "case_id": next((row.case_id for row in own if row.case_id), None),
        "done_on": last.done_at.date() if last.done_at else None,
        "inspector": own[0].inspector_name,
        "again_failed": second.failed if second and second.state == State.DONE else None,
        "photographs": sum(len(row.photographs) for row in done),
        "latitude": last.latitude,
        "longitude": last.longitude,
    }
