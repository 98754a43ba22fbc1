"""Consents: who was let in by the resident, giving and withdrawing, and who sees the record anyway."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.guard import resident_signed_in
from yigongti.kernel.people.limits import limit
from yigongti.systems.resident_services import queries
from yigongti.systems.resident_services.actions.give_consent import give_consent
from yigongti.systems.resident_services.actions.withdraw_consent import withdraw_consent
from yigongti.systems.resident_services.pages.shell import in_words, resident_of, shown

OFFERED_DAYS = (7, 30, 90, 180, 365)


def _offered(longest: int) -> list[int]:
    return [days for days in OFFERED_DAYS if days <= longest] or [longest]


@require_http_methods(["GET", "POST"])
@resident_signed_in
def consents(request: HttpRequest) -> HttpResponse:
    """Those in force, those that were, and a new one."""
    actor, now = resident_of(request), timezone.now()
    today = timezone.localdate(now)
    offered = _offered(limit("records.consent_days", today))
    error = ""
    if request.method == "POST":
        try:
            institution, days = _chosen(request, offered)
            give_consent(actor, institution, until=today + timedelta(days=days), today=today, at=now)
        except YigongtiError as wrong:
            error = in_words(wrong)
        else:
            return HttpResponseRedirect(reverse("resident_services:consents") + "?done=given")
    given = queries.consents_of(actor)
    live = [one for one in given if one.ended_at is None and one.valid_from <= today <= one.valid_to]
    context = {
        "live": live,
        "past": [one for one in given if one not in live],
        "caring": queries.care_of(actor, today),
        "institutions": queries.institutions_to_choose(today),
        "offered": offered,
        "said": {
            "given": _("Consent given. A message about it is on its way."),
            "withdrawn": _("Consent withdrawn. It holds no longer."),
        }.get(request.GET.get("done", ""), ""),
        "error": error,
    }
    return shown(request, "consents.html", context, tab="more", status=400 if error else 200)


def _chosen(request: HttpRequest, offered: list[int]) -> tuple[int, int]:
    institution, days = request.POST.get("institution", ""), request.POST.get("days", "")
    if not (institution.isascii() and institution.isdigit() and len(institution) < 10):
        raise InvalidInput("resident_services.institution", zh="请选择一家医疗机构", en="choose an institution")
    if days not in {str(one) for one in offered}:
        raise InvalidInput("resident_services.days", zh="请选择授权多久", en="choose for how long")
    return int(institution), int(days)


@require_POST
@resident_signed_in
def withdrawal(request: HttpRequest, care_id: int) -> HttpResponse:
    """Withdraw one."""
    withdraw_consent(resident_of(request), care_id, at=timezone.now())
    return HttpResponseRedirect(reverse("resident_services:consents") + "?done=withdrawn")
