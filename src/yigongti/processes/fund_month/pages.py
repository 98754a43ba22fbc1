"""The two buttons of the fund's months: prepay, at once, and settle, in the background."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.jobs.public import start
from yigongti.kernel.ledger.public import fund_book
from yigongti.processes.fund_month.jobs import KIND
from yigongti.processes.fund_month.prepaying import prepay


@require_POST
@permitted("fund.pay")
def prepay_month(request: HttpRequest) -> HttpResponse:
    """Prepay the month that the form names."""
    month = Month.parse(request.POST.get("month", ""))
    prepay(request.actor, month, policy=policy(), at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(f"{reverse('fund:months')}?month={month}&open={month}")


@require_POST
@permitted("fund.pay")
def settle_month(request: HttpRequest) -> HttpResponse:
    """Start the settlement of the month that the form names."""
    month = Month.parse(request.POST.get("month", ""))
    actor = request.actor  # type: ignore[attr-defined]
    office = fund_book()
    actor.require("fund.pay", office.pk)
    start(KIND, actor, institution_id=office.pk, arguments={"month": str(month)}, at=timezone.now())
    return HttpResponseRedirect(f"{reverse('fund:months')}?month={month}&started=1")


urlpatterns = [
    path("prepay", prepay_month, name="prepay"),
    path("settle", settle_month, name="settle"),
]
