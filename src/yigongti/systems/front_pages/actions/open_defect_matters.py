"""Defects become matters: one for a page that breaks a rule, one for a department's month; closed when they are gone.

Run again it opens nothing twice. A page that is clean by now is closed as corrected by resubmission; a page that breaks
other rules than before is brought up to date; what the record room has called no defect is not asked again as long as
the page breaks nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.queries import accounts_of_staff
from yigongti.kernel.matters.public import Matter, Opening, open_many, renew_many, take_for_many
from yigongti.kernel.organisations.models import Department, Institution
from yigongti.systems.front_pages.matters import ACCOUNT, DEFECTS, DEPARTMENT_MONTH
from yigongti.systems.front_pages.models import Defect, FrontPage, QualitySummary

BULK = "bulk"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DefectMatters:
    """How many matters of pages were opened, brought up to date, closed; how many departments' months were opened."""

    opened: int = 0
    renewed: int = 0
    closed: int = 0
    months: int = 0


def open_month_matters(month: Month, *, at: datetime) -> DefectMatters:
    """After the close has published the month: of every institution, and the departments' months."""
    pages = (
        FrontPage.objects.using(BULK)
        .filter(month=str(month))
        .values("institution_id", "case_id", "department_code", "physician", "score")
    )
    defects = Defect.objects.using(BULK).filter(month=str(month)).values(*_OF_A_DEFECT, "institution_id", "case_id")
    with transaction.atomic(using=BULK):
        done = reconcile(month, list(pages), list(defects), at=at)
        return DefectMatters(done.opened, done.renewed, done.closed, _open_months(month, at))


_OF_A_DEFECT = ("rule", "column", "severity", "deducts")


def reconcile(
    month: Month, pages: Sequence[Row], defects: Iterable[Row], *, at: datetime, institution_id: int | None = None
) -> DefectMatters:
    """Bring the matters of the month's pages (of one institution, or of all) in line with what was judged.

    pages: institution_id, case_id, department_code, physician, score; defects: institution_id, case_id, rule, column,
    severity, deducts.
    """
    broken: dict[tuple[int, str], list[Row]] = {}
    for row in defects:
        broken.setdefault((row["institution_id"], row["case_id"]), []).append(row)
    places = {page["institution_id"] for page in pages}
    codes = dict(Institution.objects.using(BULK).filter(pk__in=places).values_list("pk", "code"))
    accounts = accounts_of_staff(places, timezone.localdate(at), using=BULK)
    wanted = {
        opening.subject: opening
        for page in pages
        if (found := broken.get((page["institution_id"], page["case_id"])))
        for opening in [_opening(month, page, found, codes, accounts)]
    }
    with transaction.atomic(using=BULK):
        standing = Matter.objects.using(BULK).filter(kind=DEFECTS.id, month=str(month), closed_at__isnull=True)
        if institution_id is not None:
            standing = standing.filter(institution_id=institution_id)
        subjects = set(standing.values_list("subject", flat=True))
        closed = take_for_many(DEFECTS.id, "resubmitted", subjects - set(wanted), at=at)
        again = [opening for subject, opening in wanted.items() if subject in subjects]
        renewed = renew_many(DEFECTS.id, _rules_alone(again), at=at, words="重新质控，缺陷有变化")
        accepted = _accepted(month)
        new = [
            opening
            for subject, opening in wanted.items()
            if subject not in subjects and not _rules(opening.data) <= accepted.get(subject, frozenset())
        ]
        opened = open_many(DEFECTS.id, new, at=at)
    return DefectMatters(len(opened), renewed, closed)


def _opening(
    month: Month,
    page: Row,
    found: Sequence[Row],
    codes: Mapping[int, str],
    accounts: Mapping[tuple[int, str], int],
) -> Opening:
    place = page["institution_id"]
    rules = sorted(
        ({name: str(row[name]) for name in _OF_A_DEFECT} for row in found),
        key=lambda fault: (fault["severity"], fault["rule"]),
    )
    case, plural = page["case_id"], "s" if len(rules) > 1 else ""
    return Opening(
        subject=f"{month}/{codes[place]}/{case}",
        title=Text(f"病案 {case}：{len(rules)} 项缺陷", f"Case {case}: {len(rules)} defect{plural}"),
        institution_id=place, owner_id=place, department_code=page["department_code"], month=str(month),
        data={
            "physician": page["physician"], "score": str(page["score"]), "rules": rules,
            ACCOUNT: accounts.get((place, page["physician"]), 0),
        },
    )  # fmt: skip


def _rules_alone(openings: Iterable[Opening]) -> Iterable[Opening]:
    """Whoever has it in hands keeps it: an account that was given by hand is not overwritten."""
    for opening in openings:
        data = {name: value for name, value in opening.data.items() if name != ACCOUNT}
        yield Opening(**{**{name: getattr(opening, name) for name in opening.__dataclass_fields__}, "data": data})


def _rules(data: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(fault["rule"] for fault in data.get("rules", ()))


def _accepted(month: Month) -> dict[str, frozenset[str]]:
    """Subject → the rules of which the record room has said that they are no defect of this page."""
    rows = Matter.objects.using(BULK).filter(kind=DEFECTS.id, month=str(month), state="no_defect")
    found: dict[str, frozenset[str]] = {}
    for subject, data in rows.values_list("subject", "data"):
        found[subject] = found.get(subject, frozenset()) | _rules(data)
    return found


def _open_months(month: Month, at: datetime) -> int:
    """A matter for each department with pages; none again for figures that were signed already."""
    wanted = {opening.subject: opening for opening in _months(month)}
    closed = Matter.objects.using(BULK).filter(kind=DEPARTMENT_MONTH.id, month=str(month), closed_at__isnull=False)
    signed = dict(closed.order_by("pk").values_list("subject", "data"))  # the latest of a subject stays
    due = [opening for subject, opening in wanted.items() if signed.get(subject) != opening.data]
    renew_many(DEPARTMENT_MONTH.id, due, at=at, words="重新月结，数字有变化")
    return len(open_many(DEPARTMENT_MONTH.id, due, at=at))


def _months(month: Month) -> Iterable[Opening]:
    sums: dict[tuple[int, str], Counter[str]] = {}
    rows = QualitySummary.objects.using(BULK).filter(month=str(month)).exclude(department_code="")
    for row in rows:
        figures = {name: getattr(row, name) for name in ("pages", "passing", "defects")}
        sums.setdefault((row.institution_id, row.department_code), Counter()).update(figures)
    places = {place for place, _code in sums}
    departments = Department.objects.using(BULK).filter(institution_id__in=places)
    names = {(department.institution_id, department.code): department for department in departments}
    codes = dict(Institution.objects.using(BULK).filter(pk__in=places).values_list("pk", "code"))
    for (place, code), figures in sums.items():
        known = names.get((place, code))
        name, name_en = (known.name, known.name_en or known.name) if known else (code, code)
        yield Opening(
            subject=f"{month}/{codes[place]}/{code}",
            title=Text(f"{name} {month} 病案质量确认", f"{name_en}: record quality of {month}"),
            institution_id=place, owner_id=place, department_code=code, month=str(month),
            data={name: figures[name] for name in ("pages", "passing", "defects")},
        )  # fmt: skip
