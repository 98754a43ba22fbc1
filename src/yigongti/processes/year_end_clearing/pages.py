"""The pages of the year's clearing: the list, computing, a run with its formulas and distribution, statements."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigongti.engines.fund.public import CATEGORY_LABELS, Category, Cause, ReasonablePart
from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.foundation.money import ZERO
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.navigation import Entry
from yigongti.processes.year_end_clearing import queries
from yigongti.processes.year_end_clearing.actions.compute_clearing import compute_clearing
from yigongti.processes.year_end_clearing.actions.confirm_clearing import confirm_clearing
from yigongti.processes.year_end_clearing.actions.post_clearing import post_clearing
from yigongti.processes.year_end_clearing.actions.withdraw_clearing import withdraw_clearing
from yigongti.processes.year_end_clearing.gathering import Given, gather
from yigongti.processes.year_end_clearing.models import ClearingRun
from yigongti.processes.year_end_clearing.statement import (
    LINES,
    amount_of,
    basis_of,
    code_of,
    statement_document,
    statement_page,
)
from yigongti.processes.year_end_clearing.workbook import clearing_workbook
from yigongti.systems.fund import public as fund

SEE, CLEAR, ACCEPT = "fund.see", "fund.clear", "fund.accept"
NAVIGATION = [Entry("fund", _("Year-end clearing"), "year_end_clearing:runs", SEE, order=60, system="S04")]
_MARKS = {"draft": "mark-due", "confirmed": "", "posted": "mark-good", "superseded": "", "withdrawn": "mark-bad"}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORDS = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CAUSES = [(Cause.AGEING, _("People grown older")), (Cause.EPIDEMIC, _("An epidemic")),
          (Cause.POLICY_CHANGE, _("A change of policy"))]  # fmt: skip


def language() -> str:
    return get_language() or "zh-hans"


@permitted(SEE)
def runs(request: HttpRequest) -> HttpResponse:
    """All clearings that the actor may see, with the form to compute one."""
    return _listed(request, None)


def _listed(request: HttpRequest, problem: YigongtiError | None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = list(queries.runs())
    for run in found:
        run.mark = _MARKS[run.state]
    context = {
        "runs": found,
        "standing": [run for run in found if run.state in ClearingRun.STANDING],
        "waiting": sum(run.state == ClearingRun.State.DRAFT for run in found),
        "may_clear": actor.may(CLEAR),
        "communities": fund.communities() if actor.may(CLEAR) else [],
        "year": focus_of(request).month.year,
        "causes": CAUSES,
        "given": request.POST,
        "problem": problem,
    }
    return render(request, "year_end_clearing/runs.html", context, status=400 if problem else 200)


@require_POST
@permitted(CLEAR)
def compute(request: HttpRequest) -> HttpResponse:
    """Compute the year that the form names; wrong input is told beside the form, and nothing is kept."""
    actor, at = request.actor, timezone.now()  # type: ignore[attr-defined]
    try:
        wanted = request.POST.get("community", "")
        community = next((place for place in fund.communities() if place.code == wanted), None)
        year = request.POST.get("year", "")
        if community is None or not (year.isascii() and year.isdigit() and 1900 <= int(year) <= 2999):
            raise InvalidInput(
                "year_end.year_unreadable", zh="请选择医共体与年度", en="choose a community and a year", where="year"
            )
        inputs = gather(int(year), community, _given(request.POST), policy())
        run = compute_clearing(actor, inputs, policy=policy(), at=at)
    except YigongtiError as error:
        return _listed(request, error)
    return HttpResponseRedirect(reverse("year_end_clearing:run", args=[run.pk]))


def _given(form: Any) -> Given:
    scores = {}
    for line in form.get("scores", "").splitlines():
        if line.strip():
            code, _space, score = line.strip().partition(" ")
            scores[code] = _figure(score, "scores")
    parts = [
        ReasonablePart(cause, amount, form.get(f"proof_{cause.value}", "").strip()[:200])
        for cause in Cause
        if (amount := _figure(form.get(f"reasonable_{cause.value}", "") or "0.00", cause.value))
    ]
    score = form.get("score", "").strip()
    fees = form.get("contract_fees", "").strip()
    return Given(
        _figure(score, "score") if score else None, scores, parts, _figure(fees, "contract_fees") if fees else None
    )


def _figure(text: str, where: str) -> Decimal:
    try:
        found = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise InvalidInput(
            "year_end.figure_unreadable", zh=f"“{text}”不是可用的数", en=f"“{text}” is no figure", where=where
        )
    return found


@permitted(SEE)
def run(request: HttpRequest, clearing_id: int) -> HttpResponse:
    """One clearing: the answer, the formulas, the distribution, and what can be done next."""
    return _shown(request, clearing_id, None)


def _shown(request: HttpRequest, number: int, problem: YigongtiError | None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_run(number)
    rows = queries.rows_of(found)
    state, english = ClearingRun.State, language().startswith("en")
    labels = {name.value: pair[1] if english else pair[0] for name, pair in CATEGORY_LABELS.items()}
    context = {
        "run": found,
        "mark": _MARKS[found.state],
        "overrun": found.overrun > 0,
        "spending": [
            (labels[name.value], Decimal(found.inputs["spending"][name.value]))
            for name in Category
            if name.value in found.inputs["spending"]
        ]
        + ([(_("Payment by group, cleared for the year"), cleared)] if (cleared := _cleared(found)) else []),
        "steps": _told([*found.steps, *found.tiers]),
        "rows": rows,
        "fees_missing": Category.CONTRACT_FEES.value not in found.inputs["spending"],
        "grouped": any(row.added or row.deposit for row in rows),
        "whole": {name: sum((getattr(row, name) for row in rows), ZERO) for name, _label in LINES},
        "may_confirm": found.state == state.DRAFT and not found.missing_months
        and actor.may(ACCEPT, found.institution_id) and found.computed_by != actor.account_id,
        "may_post": found.state == state.CONFIRMED and actor.may(CLEAR, found.office_id),
        "may_withdraw": found.state in (state.DRAFT, state.CONFIRMED) and actor.may(CLEAR, found.office_id),
        "problem": problem,
    }  # fmt: skip
    return render(request, "year_end_clearing/run.html", context, status=400 if problem else 200)


def _cleared(found: ClearingRun) -> Decimal:
    """What the clearing of cases paid by group adds to the spending of the months."""
    return found.spending - sum((Decimal(amount) for amount in found.inputs["spending"].values()), ZERO)


def _told(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**step, "result": amount_of(step), "basis": basis_of(step)} for step in steps]


@require_POST
@permitted(ACCEPT)
def confirm(request: HttpRequest, clearing_id: int) -> HttpResponse:
    """The community confirms."""
    return _done(request, clearing_id, lambda actor, at: confirm_clearing(actor, clearing_id, at=at))


@require_POST
@permitted(CLEAR)
def post(request: HttpRequest, clearing_id: int) -> HttpResponse:
    """The amounts go into the books."""
    return _done(request, clearing_id, lambda actor, at: post_clearing(actor, clearing_id, at=at))


@require_POST
@permitted(CLEAR)
def withdraw(request: HttpRequest, clearing_id: int) -> HttpResponse:
    """The run is taken back before it is posted."""
    why = request.POST.get("why", "")
    return _done(request, clearing_id, lambda actor, at: withdraw_clearing(actor, clearing_id, why, at=at))


def _done(request: HttpRequest, number: int, act: Any) -> HttpResponse:
    try:
        act(request.actor, timezone.now())  # type: ignore[attr-defined]
    except InvalidInput as error:
        return _shown(request, number, error)
    return HttpResponseRedirect(reverse("year_end_clearing:run", args=[number]))


@permitted(SEE)
def statement(request: HttpRequest, clearing_id: int, institution_code: str) -> HttpResponse:
    """What one institution is due, line by line."""
    found = queries.the_run(clearing_id)
    row = queries.the_row(found, institution_code)
    context = {
        "run": found,
        "row": row,
        "mark": _MARKS[found.state],
        "lines": [(label, getattr(row, name)) for name, label in LINES],
        "steps": _told([*found.steps, *found.tiers, *row.steps]),
        "code": code_of(found, row),
    }
    return render(request, "year_end_clearing/statement.html", context)


@permitted(SEE)
def statement_file(request: HttpRequest, clearing_id: int, institution_code: str, file_kind: str) -> HttpResponse:
    """The statement as docx, pdf or xlsx."""
    found = queries.the_run(clearing_id)
    row = queries.the_row(found, institution_code)
    at = found.posted_at or found.confirmed_at or found.computed_at
    if file_kind == "docx":
        return _file(
            statement_document(found, row, language(), at), _WORDS, f"clearing-{found.year}-{institution_code}.docx"
        )
    if file_kind == "pdf":
        return _file(
            statement_page(found, row, language()), "application/pdf", f"clearing-{found.year}-{institution_code}.pdf"
        )
    if file_kind == "xlsx":
        return _file(
            clearing_workbook(found, [row], language()), _SHEET, f"clearing-{found.year}-{institution_code}.xlsx"
        )
    raise Http404


@permitted(SEE)
def workbook(request: HttpRequest, clearing_id: int) -> HttpResponse:
    """The whole run as a workbook: every institution that the actor may see."""
    found = queries.the_run(clearing_id)
    made = clearing_workbook(found, queries.rows_of(found), language())
    return _file(made, _SHEET, f"clearing-{found.year}-{found.institution.code}.xlsx")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


urlpatterns = [
    path("", runs, name="runs"),
    path("compute", compute, name="compute"),
    path("<int:clearing_id>/", run, name="run"),
    path("<int:clearing_id>/confirm", confirm, name="confirm"),
    path("<int:clearing_id>/post", post, name="post"),
    path("<int:clearing_id>/withdraw", withdraw, name="withdraw"),
    path("<int:clearing_id>/workbook", workbook, name="workbook"),
    path("<int:clearing_id>/<str:institution_code>", statement, name="statement"),
    path("<int:clearing_id>/<str:institution_code>/<str:file_kind>", statement_file, name="statement_file"),
]
