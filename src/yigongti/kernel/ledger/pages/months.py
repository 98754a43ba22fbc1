"""The months of a book: which are closed, closing one, asking for one to be opened again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import NotFound, YigongtiError
from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.ledger.matters import REOPENING, ask_to_reopen
from yigongti.kernel.ledger.pages.chosen import SEE, language
from yigongti.kernel.ledger.periods import CLOSE, close_period, periods
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import focus_of

SHOWN = 18


@permitted(SEE)
def months(request: HttpRequest) -> HttpResponse:
    """Up to where the book is closed, month by month, and what can be done about each."""
    return _shown(request, _book(request), None)


def _book(request: HttpRequest) -> Institution:
    """The institution in focus, or that of the form. Raises NotFound without one."""
    code = request.POST.get("book", "")
    found = Institution.objects.filter(code=code).first() if code else focus_of(request).institution
    if found is None:
        raise NotFound("ledger.book_unknown", zh="请先选择机构", en="choose an institution first")
    request.actor.require(SEE, found.pk)  # type: ignore[attr-defined]
    return found


def _shown(request: HttpRequest, book: Institution, problem: YigongtiError | None) -> HttpResponse:
    this = Month.of(timezone.localdate())
    found = periods(book.pk, [this.plus(-back) for back in range(SHOWN)])
    asked = {
        matter.month: matter
        for matter in Matter.objects.filter(kind=REOPENING.id, institution=book, closed_at__isnull=True)
    }
    closed = next((period.month for period in found if period.is_closed), None)
    name = book.in_language(language())
    if closed is None:
        sentence = _("No month of the books of %(name)s is closed.") % {"name": name}
    else:
        sentence = _("The books of %(name)s are closed up to %(month)s.") % {
            "name": name, "month": closed.in_language(language()),
        }  # fmt: skip
    rows = [
        {"period": period, "asked": asked.get(str(period.month)), "is_over": period.month < this} for period in found
    ]
    context = {
        "book": book, "rows": rows, "sentence": sentence, "problem": problem,
        "may_close": request.actor.may(CLOSE, book.pk),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "ledger/periods.html", context, status=400 if problem else 200)


@require_POST
@permitted(CLOSE)
def close(request: HttpRequest) -> HttpResponse:
    """Close the month of the form."""
    book = _book(request)
    try:
        month = Month.parse(request.POST.get("month", ""))
        close_period(request.actor, book.pk, month, timezone.now())  # type: ignore[attr-defined]
    except YigongtiError as problem:
        return _shown(request, book, problem)
    return HttpResponseRedirect(f"{reverse('ledger:periods')}?institution={book.code}")


@require_POST
@permitted(CLOSE)
def reopen(request: HttpRequest) -> HttpResponse:
    """Ask for the month of the form to be opened again; leads to the matter."""
    book = _book(request)
    try:
        month = Month.parse(request.POST.get("month", ""))
        made = ask_to_reopen(
            request.actor,
            book,
            month,
            request.POST.get("reason", ""),
            timezone.now(),  # type: ignore[attr-defined]
        )
    except YigongtiError as problem:
        return _shown(request, book, problem)
    return HttpResponseRedirect(reverse("matters:matter", args=[made.pk]))
