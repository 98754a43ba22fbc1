"""Reads of submissions and of the published quality.

Row security lets through the actor's institutions; the department of a post, which the database does not know of, is
asked here: every read of a month's pages begins with `own_rows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.queries import own_rows
from yigongti.kernel.organisations.models import Department, Institution, StaffMember
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.systems.front_pages.models import (
    CodeDecision,
    CodeQuestion,
    Defect,
    FrontPage,
    JudgedMonth,
    MappingProfile,
    QualitySummary,
    Submission,
)

SEE = "front_pages.see"
SUMS = (
    "pages", "passing", "complete", "excellent", "defects", "errors", "score_total", "day_surgery",
    "minimally_invasive", "level_four", "suggestions",
)  # fmt: skip
SUBMITTING_KINDS = (
    Institution.Kind.COUNTY_HOSPITAL,
    Institution.Kind.TCM_HOSPITAL,
    Institution.Kind.MATERNAL_CHILD,
    Institution.Kind.TOWNSHIP_HOSPITAL,
)
"""Institutions with beds: those whose month the board waits for."""


# ---- the published month


def judged(month: Month) -> JudgedMonth | None:
    """What the month's quality rests on; None before its first close."""
    return JudgedMonth.objects.filter(month=str(month)).first()


def summaries(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[QualitySummary]:
    """The month's sums by department and physician, as far as they are the actor's to see."""
    return QualitySummary.objects.filter(own_rows(actor, SEE), at_institutions(institution_ids), month=str(month))


def added_up(rows: QuerySet[QualitySummary]) -> dict[str, Any]:
    """The sums over all rows; zero where there is none."""
    found = rows.order_by().aggregate(**{f"sum_{name}": Sum(name) for name in SUMS})
    return {name: found[f"sum_{name}"] or 0 for name in SUMS}


def added_up_by(rows: QuerySet[QualitySummary], *by: str) -> list[dict[str, Any]]:
    """A row of sums for each value of `by`."""
    found = rows.order_by().values(*by).annotate(**{f"sum_{name}": Sum(name) for name in SUMS})
    return [{**{b: row[b] for b in by}, **{name: row[f"sum_{name}"] for name in SUMS}} for row in found]


def rates(sums: dict[str, Any]) -> dict[str, Decimal | None]:
    """pass_rate, complete_rate, excellent_rate (shares of 1), mean_score (points), mean_defects; None without pages."""
    pages = sums["pages"]
    if not pages:
        return dict.fromkeys(("pass_rate", "complete_rate", "excellent_rate", "mean_score", "mean_defects"))
    return {
        "pass_rate": Decimal(sums["passing"]) / pages,
        "complete_rate": Decimal(sums["complete"]) / pages,
        "excellent_rate": Decimal(sums["excellent"]) / pages,
        "mean_score": Decimal(sums["score_total"]) / pages,
        "mean_defects": Decimal(sums["defects"]) / pages,
    }


def judged_months(until: Month, count: int) -> list[Month]:
    """The judged months up to and including `until`, oldest first, at most `count`."""
    rows = JudgedMonth.objects.filter(month__lte=str(until)).order_by("-month").values_list("month", flat=True)
    return [Month.parse(text) for text in reversed(rows[:count])]


def sums_of_months(
    actor: Actor, months: Iterable[Month], institution_ids: Iterable[int]
) -> dict[Month, dict[str, Any]]:
    """The sums of each of the months, oldest first; a month without pages of these institutions is left out. One
    query for all of them."""
    rows = QualitySummary.objects.filter(
        own_rows(actor, SEE), at_institutions(institution_ids), month__in=[str(month) for month in months]
    )
    found = {Month.parse(row["month"]): row for row in added_up_by(rows, "month")}
    return {month: {name: found[month][name] or 0 for name in SUMS} for month in sorted(found)}


def front_pages(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[FrontPage]:
    """The month's pages of these institutions, as far as they are the actor's to see."""
    return FrontPage.objects.filter(own_rows(actor, SEE), at_institutions(institution_ids), month=str(month))


def the_page(actor: Actor, month: Month, institution_code: str, case_id: str) -> FrontPage:
    """One page. Raises NotFound when there is none or it is not the actor's to see."""
    found = (
        FrontPage.objects.filter(own_rows(actor, SEE), month=str(month), case_id=case_id)
        .filter(institution__code=institution_code)
        .select_related("institution")
        .first()
    )
    if found is None:
        raise NotFound(
            "front_pages.page_not_found",
            zh="没有这份首页，或您无权查看",
            en="there is no such front page, or it is not yours to see",
            where=f"{month} {case_id}",
        )
    return found


def defects(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[Defect]:
    """The month's defects of these institutions, as far as they are the actor's to see."""
    return Defect.objects.filter(own_rows(actor, SEE), at_institutions(institution_ids), month=str(month))


def defects_of(page: FrontPage) -> QuerySet[Defect]:
    """The defects of one page, those that cost most first."""
    return Defect.objects.filter(institution_id=page.institution_id, month=page.month, case_id=page.case_id).order_by(
        "severity", "-deducts", "rule"
    )


def hits_by_rule(rows: QuerySet[Defect]) -> dict[str, int]:
    """Rule → how many pages break it."""
    return dict(rows.order_by().values_list("rule").annotate(pages=Count("id")))


# ---- submissions


def submissions(institution_ids: Iterable[int]) -> QuerySet[Submission]:
    """Every file that these institutions brought, latest first."""
    return Submission.objects.filter(at_institutions(institution_ids)).select_related("institution")


def the_submission(actor: Actor, number: int, *, for_change: bool = False) -> Submission:
    """One submission. Raises NotFound when there is none or it is not the actor's to see."""
    rows = Submission.objects.filter(pk=number)
    rows = rows.select_for_update(of=("self",)) if for_change else rows
    found = rows.select_related("institution", "profile").first()
    if found is None or not actor.may(SEE, found.institution_id):
        raise NotFound(
            "front_pages.submission_not_found",
            zh="没有这次上报，或您无权查看",
            en="there is no such submission, or it is not yours to see",
            where=str(number),
        )
    return found


def in_force(submission: Submission) -> Submission | None:
    """The submission of the same institution, kind and month that holds now, unless it is this one."""
    same = Submission.objects.filter(
        institution_id=submission.institution_id, kind=submission.kind, month=submission.month
    )
    return same.filter(state=Submission.State.COMMITTED).exclude(pk=submission.pk).first()


def submitting_institutions(institution_ids: Iterable[int], month: Month) -> list[Institution]:
    """Those of the institutions whose data of the month are waited for, in the order of the tree."""
    rows = Institution.objects.filter(pk__in=list(institution_ids), kind__in=SUBMITTING_KINDS)
    rows = rows.filter(valid_from__lte=month.last_day).exclude(valid_to__lt=month.first_day)
    return list(rows.order_by("id"))


def kinds_submitted_before(institution_ids: Iterable[int], month: Month) -> dict[int, set[str]]:
    """Institution id → the kinds that it has put in force for any earlier month."""
    rows = Submission.objects.filter(at_institutions(institution_ids), month__lt=str(month))
    rows = rows.filter(state__in=(Submission.State.COMMITTED, Submission.State.REPLACED))
    found: dict[int, set[str]] = {}
    for institution_id, kind in rows.order_by().values_list("institution_id", "kind").distinct():
        found.setdefault(institution_id, set()).add(kind)
    return found


def profiles(institution_ids: Iterable[int], kind: str = "") -> QuerySet[MappingProfile]:
    """The saved mapping profiles."""
    rows = MappingProfile.objects.filter(institution_id__in=list(institution_ids)).select_related("institution")
    return rows.filter(kind=kind) if kind else rows


def open_questions(institution_ids: Iterable[int]) -> list[CodeQuestion]:
    """Codes that wait for a coder: of the files that are in force or not yet committed, each code of an institution
    once, without those decided since."""
    wanted = list(institution_ids)
    decided = set(
        CodeDecision.objects.filter(institution_id__in=wanted).values_list("institution_id", "code_kind", "code")
    )
    closed = (Submission.State.REPLACED, Submission.State.WITHDRAWN)
    rows = CodeQuestion.objects.filter(institution_id__in=wanted).exclude(submission__state__in=closed)
    found: dict[tuple[int, str, str], CodeQuestion] = {}
    for question in rows.select_related("institution", "submission").order_by("-occurrences", "code"):
        key = (question.institution_id, question.code_kind, question.code)
        if key not in decided:
            found.setdefault(key, question)
    return list(found.values())


def decisions(institution_ids: Iterable[int]) -> QuerySet[CodeDecision]:
    """What coders decided."""
    return CodeDecision.objects.filter(institution_id__in=list(institution_ids)).select_related("institution")


# ---- names


def department_names(institution_ids: Sequence[int]) -> dict[tuple[int, str], Department]:
    """(institution id, department code) → department."""
    rows = Department.objects.filter(institution_id__in=list(institution_ids))
    return {(row.institution_id, row.code): row for row in rows}


def staff_names(institution_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """(institution id, staff code) → name."""
    rows = StaffMember.objects.filter(institution_id__in=list(institution_ids))
    return {(institution, code): name for institution, code, name in rows.values_list("institution_id", "code", "name")}


def institutions(ids: Iterable[int]) -> dict[int, Institution]:
    """Institutions by id."""
    return Institution.objects.in_bulk(list(ids))
