"""A finding explained: the rows that it rests on, the judgement step by step, its check's version, its knowledge, and
how its money was counted beside others on the same row.

The judgement is made anew by the reference implementation from the stored rows. Where the checks have changed since the
month was closed it may end elsewhere; the page then says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.engines.claim_checks.public import Bill, Check, Facts, Line, LooksAt, handler, reference_of
from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.trace import Step, Trace
from yigongti.kernel.access.actor import NOBODY, Actor, covers
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.queries import by_number
from yigongti.kernel.trail.public import viewed
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.models import BillFindings, CheckedMonth, Finding, StrengthChoices
from yigongti.systems.claim_checks.publishing import places
from yigongti.systems.claim_checks.sources import source_title
from yigongti.systems.claim_checks.stored_bills import StoredBill, resident_number, stock_moves, stored_bill
from yigongti.systems.claim_checks.wording import MARKS

MOST_STEPS = 60
"""Steps that a page shows; it says how many more there were."""


@dataclass(frozen=True)
class Evidence:
    """A row that the finding rests on: its name, the line where it is one and the actor's to see, else what is said."""

    name: str
    own: bool
    line: Line | None = None
    said: str = ""


@dataclass(frozen=True)
class Explained:
    """Everything that the page of a finding shows beside its own row."""

    rows: list[Evidence] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    steps_left_out: int = 0
    source: str = ""
    parameters: list[tuple[str, str]] = field(default_factory=list)
    knowledge: list[tuple[str, str]] = field(default_factory=list)
    shares: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""


def explain_finding(actor: Actor, finding: Finding, month: CheckedMonth | None, policy: Policy) -> Explained:
    """The finding, which is the actor's to see, explained. Looking at its rows is told to the trail."""
    checks = in_force(policy, Month.parse(finding.month))
    try:
        check = checks.check(finding.check_id)
    except NotFound:
        return Explained(note=_("The check is no longer among the policy's files."))
    told = _told_of_check(check, finding)
    if month is None or not finding.case_id:
        return replace(told, note=_("The finding compares institutions over the month; it rests on their sums."))
    stored = _stored(finding.institution, finding.case_id, month)
    if stored is None:
        return replace(
            told, note=_("The store holds no lines of this bill at the version that the month was checked with.")
        )
    _tell_trail(actor, finding, month)
    others = _others(actor, finding, month)
    steps, again = _judged_again(check, finding, stored.bill, others, month)
    return replace(
        told,
        rows=_evidence(actor, finding, stored.bill, others),
        steps=steps[:MOST_STEPS],
        steps_left_out=max(0, len(steps) - MOST_STEPS),
        shares=_shares(finding, checks_labels(checks)),
        note=""
        if again
        else _("Checks or knowledge have changed since the month was closed: judged today, this would not be found."),
    )


def checks_labels(checks: Any) -> dict[str, str]:
    """Check id → its name in the user's language."""
    language = get_language() or "zh-hans"
    return {check.id: check.label.in_language(language) for check in checks}


def _told_of_check(check: Check, finding: Finding) -> Explained:
    language = get_language() or "zh-hans"
    version = next((v for v in check.versions if v.valid_from == finding.version), None) or check.on(
        finding.happened_on
    )
    kind = handler(check.handler)
    labels = {setting.name: setting.label.in_language(language) for setting in kind.parameters}
    row = next(
        (r for r in check.knowledge.rows if r.key == finding.knowledge and r.in_force(finding.happened_on)), None
    )
    known = [] if row is None else [(c.label.in_language(language), _cell(row[c.name])) for c in kind.knowledge]
    if row is not None:
        known.append((_("Source"), source_title(row.source, language)))
    return Explained(
        source=source_title(version.source, language) if version else "",
        parameters=[(labels.get(name, name), _cell(v)) for name, v in version.parameters.items()] if version else [],
        knowledge=known,
    )


def _cell(value: Any) -> str:
    return "、".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _stored(institution: Institution, case_id: str, month: CheckedMonth) -> StoredBill | None:
    place = places("default").get(institution.code)
    if place is None:
        return None
    months = [Month.parse(month.month), *map(Month.parse, reversed(month.months_read))]
    return stored_bill(institution.code, case_id, months, month.snapshot, place)


def _tell_trail(actor: Actor, finding: Finding | BillFindings, month: CheckedMonth | None) -> None:
    """That somebody looked at a person's bill stands in the trail, where the register knows whose bill it is."""
    if month is None:
        return
    of = Month.parse(month.month)
    number = resident_number(finding.institution.code, finding.case_id, of, month.snapshot)
    with scope(NOBODY, purpose="matching"):  # whoever checks bills may not see the registration
        resident = by_number(number) if number else None
    if resident is not None:
        viewed(actor, resident.pk, what="page: bill", why="claim_check", at=timezone.now())


def _others(actor: Actor, finding: Finding, month: CheckedMonth) -> dict[tuple[str, str], StoredBill | None]:
    """The other bills that the finding names as evidence."""
    found: dict[tuple[str, str], StoredBill | None] = {}
    for name in filter(None, finding.evidence.split("|")):
        code, case_id = name.split("/")[:2]
        if (code, case_id) != (finding.institution.code, finding.case_id) and (code, case_id) not in found:
            institution = Institution.objects.filter(code=code).first()
            found[code, case_id] = _stored(institution, case_id, month) if institution else None
    return found


def _judged_again(
    check: Check, finding: Finding, bill: Bill, others: Mapping[tuple[str, str], StoredBill | None], month: CheckedMonth
) -> tuple[list[Step], bool]:
    """The steps of the judgement, and whether it ends as published."""
    looks_at = handler(check.handler).looks_at
    if looks_at is LooksAt.LINE and finding.line_number is not None:
        bill = replace(bill, lines=tuple(line for line in bill.lines if line.line_number == finding.line_number))
    bills = [bill, *(each.bill for each in others.values() if each is not None)]
    months = [*map(Month.parse, month.months_read), Month.parse(month.month)]
    moves = stock_moves(bill.institution_code, (line.item_code for line in bill.lines), months, month.snapshot)
    trace = Trace()
    made = list(reference_of(check.handler)(Facts(tuple(bills), moves), check, trace))
    again = any((row.case_id, row.line_number) == (finding.case_id, finding.line_number) for row in made)
    language = get_language() or "zh-hans"
    return [replace(step, source=source_title(step.source, language) if step.source else "") for step in trace], again


def _evidence(
    actor: Actor, finding: Finding, bill: Bill, others: Mapping[tuple[str, str], StoredBill | None]
) -> list[Evidence]:
    """The finding's own row first, then those that it names. Lines of a bill elsewhere only for who may see them."""
    lines = {(bill.institution_code, bill.case_id, line.line_number): line for line in bill.lines}
    for (code, case_id), stored in others.items():
        institution = Institution.objects.filter(code=code).first()
        if stored is not None and institution is not None and covers(actor.readable, institution.pk):
            lines |= {(code, case_id, line.line_number): line for line in stored.bill.lines}
    rows = [_row(finding.institution.code, finding.case_id, finding.line_number, True, lines, bill, others)]
    for name in filter(None, finding.evidence.split("|")):
        code, case_id, *rest = name.split("/")
        rows.append(_row(code, case_id, int(rest[0]) if rest else None, False, lines, bill, others))
    return rows


def _row(
    code: str, case_id: str, number: int | None, own: bool, lines: Mapping[tuple[str, str, int], Line], bill: Bill,
    others: Mapping[tuple[str, str], StoredBill | None],
) -> Evidence:  # fmt: skip
    name = f"{code}/{case_id}" + ("" if number is None else f"/{number}")
    if number is not None:
        line = lines.get((code, case_id, number))
        return Evidence(name, own, line, "" if line else _("a line that is not yours to see"))
    stored = others.get((code, case_id))
    shown = bill if (code, case_id) == (bill.institution_code, bill.case_id) else stored.bill if stored else None
    said = _("the bill as a whole, %(first)s to %(last)s") % {
        "first": shown.started_on if shown else "—", "last": shown.ended_on if shown else "—"
    }  # fmt: skip
    return Evidence(name, own, None, said)


def _shares(finding: Finding, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """All findings on the same row with what each counts; empty when this is the only one."""
    rows = Finding.objects.filter(
        month=finding.month, institution_id=finding.institution_id, case_id=finding.case_id,
        line_number=finding.line_number,
    )  # fmt: skip
    if finding.line_number is None:
        rows = rows.filter(line_number__isnull=True)
    found = list(rows.order_by("-counted", "id"))
    if len(found) < 2:
        return []
    return [
        {"label": labels.get(row.check_id, row.check_id), "strength": StrengthChoices(row.strength).label,
         "amount": row.amount, "counted": row.counted}
        for row in found
    ]  # fmt: skip


def told_bill(
    actor: Actor, bill: BillFindings, month: CheckedMonth | None, labels: Mapping[str, str]
) -> dict[str, Any]:
    """The bill's findings, and its lines with a mark for each finding on them. Looking is told to the trail."""
    found = queries.findings_of_bill(actor, bill)
    stored = _stored(bill.institution, bill.case_id, month) if month else None
    matter = queries.matter_of_bill(bill)
    told: dict[str, Any] = {
        "findings": [
            {"finding": row, "label": labels.get(row.check_id, row.check_id), "mark": MARKS[row.strength]}
            for row in found
        ],
        "lines": [],
        "who": [],
        "matter_state": kind_of(matter.kind).state(matter.state).label.in_language(get_language() or "")
        if matter
        else "",
    }
    if stored is None:
        return told
    _tell_trail(actor, bill, month)
    told["who"] = stored.who
    told["lines"] = _marked(stored.bill.lines, found, labels)
    told["lines_total"] = sum((line.amount for line in stored.bill.lines), start=bill.total_cost * 0)
    return told


def _marked(lines: Sequence[Line], found: Sequence[Finding], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    marks: dict[int, list[dict[str, Any]]] = {}
    for row in found:
        if row.line_number is not None:
            mark = {"number": row.pk, "label": labels.get(row.check_id, row.check_id), "tone": MARKS[row.strength]}
            marks.setdefault(row.line_number, []).append(mark)
    return [{"line": line, "marks": marks.get(line.line_number, [])} for line in lines]
