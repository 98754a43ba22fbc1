"""Self-checks: run one, read what it found beside the one before, delete it. For the hospital's own office alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import limit, policy
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.actions.delete_self_check import delete_self_check
from yigongti.systems.claim_checks.actions.run_self_check import (
    KINDS,
    PERMISSION,
    SUFFIXES,
    OwnFile,
    check_committed_month,
    check_own_files,
)
from yigongti.systems.claim_checks.models import SelfCheck
from yigongti.systems.claim_checks.names import check_labels
from yigongti.systems.claim_checks.pages import sentences
from yigongti.systems.claim_checks.pages.columns import check_column, department_label, said_field, strength_column
from yigongti.systems.claim_checks.stored_bills import lake


def own_institutions(request: HttpRequest) -> list[Institution]:
    """The institutions at which a post of the actor allows a self-check: its own alone."""
    actor = request.actor  # type: ignore[attr-defined]
    ids = [p.institution_id for p in actor.posts if PERMISSION in p.role.permissions and not p.department_code]
    return list(queries.institutions(ids).values())


@permitted("claim_checks.self_check")
def self_checks(request: HttpRequest) -> HttpResponse:
    """The form, and the self-checks of the month in focus."""
    focus = focus_of(request)
    problem: YigongtiError | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                made = _run(request)
            return HttpResponseRedirect(reverse("claim_checks:self_check", args=[made.pk]))
        except InvalidInput as error:
            problem = error
    rows = queries.self_checks(request.actor)  # type: ignore[attr-defined]
    megabytes = limit("claim_checks.largest_self_check_megabytes")
    months = sorted({Month.of(timezone.localdate()).plus(-n) for n in range(13)} | set(focus.months), reverse=True)
    context: dict[str, Any] = {
        "focus": focus,
        "problem": problem,
        "institutions": own_institutions(request),
        "months": months,
        "chosen_month": request.POST.get("of_month", str(focus.month)),
        "kinds": [(kind, FACT_TABLES[kind].label) for kind in KINDS],
        "suffixes": ",".join(SUFFIXES),
        "megabytes": megabytes,
        "sentence": sentences.self_checks(rows.count()),
    }
    columns = [
        Column("made_at", _("When"), "instant", link=lambda row: reverse("claim_checks:self_check", args=[row["id"]])),
        Column("month", _("Month")),
        Column("of_files", _("Of"), value=lambda row: _("own files") if row["of_files"] else _("the submitted month")),
        Column("bills", _("Bills"), "count"),
        Column("findings", _("Findings"), "count"),
        Column("violation_amount", _("Violations, yuan"), "money"),
        Column("doubtful_amount", _("Doubtful, yuan"), "money"),
        Column("made_by_name", _("Made by")),
    ]
    table = Table("claim-checks-self-checks", columns, order="-made_at")
    answer = table.respond(request, rows, "claim_checks/self_checks.html", context)
    answer.status_code = 400 if problem else 200
    return answer


def _run(request: HttpRequest) -> SelfCheck:
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    wanted = request.POST.get("institution", "")
    institution = next((i for i in own_institutions(request) if i.code == wanted), None)
    if institution is None:
        raise InvalidInput("claim_checks.no_institution", zh="请选择本机构", en="choose your institution")
    month = Month.parse(request.POST.get("of_month", ""))
    files = [
        OwnFile(kind, file.name or kind, file.chunks()) for kind in KINDS for file in request.FILES.getlist(kind)[:1]
    ]
    if not files:
        return check_committed_month(actor, institution, month, lake=lake(), policy=policy(), at=now)
    most = limit("claim_checks.largest_self_check_megabytes") * 1024**2
    below = Path(settings.DATA_FOLDER) / "self-checks"
    return check_own_files(actor, institution, month, files, policy=policy(), at=now, most_bytes=most, below=below)


@permitted("claim_checks.self_check")
def self_check(request: HttpRequest, number: int) -> HttpResponse:
    """What one self-check found, and what is new and gone since the one before of the same month."""
    found = queries.the_self_check(request.actor, number)  # type: ignore[attr-defined]
    before = queries.self_check_before(found)
    labels = check_labels()
    departments = queries.department_names([found.institution_id])
    rows = queries.found_by(found)
    columns = [
        Column(said_field(), _("What was found")),
        strength_column(),
        check_column(labels),
        Column("counted", _("Counted once, yuan"), "money", total=True),
        Column("amount", _("At stake, yuan"), "money", hidden=True),
        Column("happened_on", _("Day"), "date"),
        Column(
            "department_code",
            _("Department"),
            value=lambda row: department_label(departments, found.institution_id, row["department_code"]),
        ),
        Column("physician", _("Physician"), hidden=True),
        Column("case_id", _("Case")),
        Column("line_number", _("Line"), "count"),
    ]
    context = {
        "check": found,
        "before": before,
        "sentence": sentences.self_check(found),
        "compared": compared(found, before, labels) if before else [],
        "institution": found.institution.in_language(sentences.language()),
    }
    table = Table("claim-checks-self-check", columns, order="-counted")
    return table.respond(request, rows, "claim_checks/self_check.html", context)


def compared(now: SelfCheck, before: SelfCheck, labels: dict[str, str]) -> list[dict[str, Any]]:
    """By check: findings and yuan before and now, and how many of them are new and gone."""

    def found(check: SelfCheck) -> dict[str, dict[str, Any]]:
        rows = queries.found_by(check).order_by().values("check_id").annotate(n=Count("id"), yuan=Sum("counted"))
        keys = queries.found_by(check).values_list("check_id", "case_id", "line_number")
        told: dict[str, dict[str, Any]] = {row["check_id"]: {**row, "keys": set()} for row in rows}
        for check_id, *key in keys:
            told[check_id]["keys"].add(tuple(key))
        return told

    first, second = found(before), found(now)
    nothing: dict[str, Any] = {"n": 0, "yuan": 0, "keys": set()}
    rows = []
    for check_id in sorted({*first, *second}):
        one, two = first.get(check_id, nothing), second.get(check_id, nothing)
        rows.append({
            "label": labels.get(check_id, check_id), "before": one["n"], "now": two["n"], "yuan_before": one["yuan"],
            "yuan": two["yuan"], "new": len(two["keys"] - one["keys"]), "gone": len(one["keys"] - two["keys"]),
        })  # fmt: skip
    return rows


@require_POST
@permitted("claim_checks.self_check")
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """Delete one with all that it found."""
    delete_self_check(request.actor, number)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("claim_checks:self_checks"))
