"""The feedback window: what departments asked, what the coders answered, before and after beside each other."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import YigongtiError
from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.casemix_payment import queries
from yigongti.systems.casemix_payment.actions.answer_change import answer_change
from yigongti.systems.casemix_payment.actions.ask_change import ask_change
from yigongti.systems.casemix_payment.actions.withdraw_change import withdraw_change
from yigongti.systems.casemix_payment.explanation import explain_case
from yigongti.systems.casemix_payment.front_page import front_page
from yigongti.systems.casemix_payment.models import AdjustmentRequest, PricedCase, PublishedMonth
from yigongti.systems.casemix_payment.pages.cases import case_address
from yigongti.systems.casemix_payment.pages.overview import not_closed
from yigongti.systems.casemix_payment.what_if import codes_from

State = AdjustmentRequest.State
_MARKS = {State.ASKED: "due", State.ACCEPTED: "good", State.DECLINED: "bad"}


@permitted("casemix_payment.see_cases")
def requests(request: HttpRequest) -> HttpResponse:
    """All requests of the month; ?open=<number> shows one beside the list."""
    focus = focus_of(request)
    month = queries.published(focus.month)
    if month is None:
        return not_closed(request)
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.requests(actor, focus.month, focus.institution_ids)
    waiting = rows.filter(state=State.ASKED).count()
    opened = request.GET.get("open", "")
    kept = "&".join(f"{name}={request.GET[name]}" for name in ("institution", "month") if name in request.GET)

    def beside(row: dict) -> str:  # type: ignore[type-arg]
        return f"?{kept}&open={row['id']}" if kept else f"?open={row['id']}"

    columns = [
        Column("case_id", _("Case"), link=beside, beside="detail"),
        Column(
            "state",
            _("State"),
            choices=State.choices,
            value=lambda row: str(State(row["state"]).label),
            mark=lambda row: _MARKS.get(State(row["state"]), ""),
        ),
        Column("asked_by_name", _("Asked by")),
        Column("asked_at", _("Asked"), "instant"),
        Column("drg_before", _("Group before")),
        Column("drg_asked", _("Group asked for")),
        Column("drg_after", _("Group after")),
        Column("pay_before", _("Pay before"), "money"),
        Column("pay_after", _("Pay after"), "money"),
        Column("answered_by_name", _("Answered by"), hidden=True),
        Column("answered_at", _("Answered"), "instant", hidden=True),
    ]
    context = {
        "focus": focus,
        "month": month,
        "waiting": waiting,
        "count": rows.count(),
        "is_open": timezone.localdate() <= month.request_until,
        "days_left": _days_left(month, timezone.localdate()),
        "detail": _request_context(request, row_number(opened), month) if opened else None,
        "table_keep": ["open"],
    }
    table = Table("casemix-requests", columns, order="-asked_at", row_link=beside)
    return table.respond(request, rows, "casemix_payment/requests.html", context)


def _days_left(month: PublishedMonth, today: date) -> int:
    return max((month.request_until - today).days + 1, 0)


def _request_context(request: HttpRequest, number: int, month: PublishedMonth | None) -> dict[str, object]:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_request(actor, number)
    waiting = found.state == State.ASKED
    return {
        "asked": found,
        "case_href": case_address(found.institution.code, found.month, found.case_id),
        "may_answer": waiting
        and found.asked_by_id != actor.account_id
        and actor.may("casemix_payment.answer_change", found.institution_id),
        "may_withdraw": waiting and found.asked_by_id == actor.account_id,
        "counts_from_next_close": found.state == State.ACCEPTED
        and month is not None
        and found.answered_at is not None
        and month.published_at < found.answered_at,
    }


@permitted("casemix_payment.ask_change")
def ask(request: HttpRequest, institution_code: str, case_id: str) -> HttpResponse:
    """The form of a request, filled with the codes of the case or those tried; sent, it becomes a request."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_case(actor, focus.month, institution_code, case_id)
    month = queries.published(focus.month)
    given = request.POST if request.method == "POST" else request.GET
    diagnoses = given.get("diagnoses", found.diagnoses)
    procedures = given.get("procedures", found.procedures)
    problem: YigongtiError | None = None
    if request.method == "POST":
        try:
            made = ask_change(
                actor,
                found,
                diagnoses=codes_from(diagnoses),
                procedures=codes_from(procedures),
                reason=given.get("reason", ""),
                policy=policy(),
                at=timezone.now(),
                newborn=_newborn(found, month),
            )
            return HttpResponseRedirect(_address(made))
        except YigongtiError as error:  # shown at the form, with what was typed
            problem = error
    page = front_page(found, month)
    return render(
        request,
        "casemix_payment/ask.html",
        {
            "focus": focus,
            "month": month,
            "case": found,
            "diagnoses": diagnoses,
            "procedures": procedures,
            "reason": given.get("reason", ""),
            "problem": problem,
            "days_left": _days_left(month, timezone.localdate()) if month else 0,
            "explained": None
            if problem
            else explain_case(
                found,
                policy(),
                page.raw if page else None,
                diagnoses=codes_from(diagnoses),
                procedures=codes_from(procedures),
            ),
        },
        status=400 if problem else 200,
    )


def _newborn(case: PricedCase, month: PublishedMonth | None) -> tuple[int | None, int | None]:
    page = front_page(case, month)
    return (page.raw.get("age_days"), page.raw.get("birth_weight_g")) if page else (None, None)


def _address(made: AdjustmentRequest) -> str:
    return (
        reverse("casemix_payment:requests") + f"?institution={made.institution.code}&month={made.month}&open={made.pk}"
    )


@require_POST
@permitted("casemix_payment.answer_change")
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """The coder's answer; accepted codes may differ from those asked for."""
    actor = request.actor  # type: ignore[attr-defined]
    waiting = queries.the_request(actor, number)
    case = queries.the_case(actor, Month.parse(waiting.month), waiting.institution.code, waiting.case_id)
    made = answer_change(
        actor,
        number,
        accept=request.POST.get("decision") == "accept",
        answer=request.POST.get("answer", ""),
        policy=policy(),
        at=timezone.now(),
        diagnoses=codes_from(request.POST.get("diagnoses", "")) or None,
        procedures=codes_from(request.POST.get("procedures", "")) if "procedures" in request.POST else None,
        newborn=_newborn(case, PublishedMonth.objects.filter(month=case.month).first()),
    )
    return HttpResponseRedirect(_address(made))


@require_POST
@permitted("casemix_payment.ask_change")
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take one's own request back."""
    made = withdraw_change(request.actor, number, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(_address(made))
