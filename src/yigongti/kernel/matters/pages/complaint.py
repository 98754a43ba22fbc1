"""The page on which anybody says what is wrong with the platform, and sees what became of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.matters.complaints import COMPLAINT, complain, home_of
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.pages.evidence import kept_files
from yigongti.kernel.matters.pages.given import field_of
from yigongti.kernel.matters.pages.one import own_address
from yigongti.kernel.matters.pages.sentences import language

OWN_AT_ONCE = 20


@require_http_methods(["GET", "POST"])
@signed_in
def complaint(request: HttpRequest) -> HttpResponse:
    """The form, with the page that it is about filled in (?page=); afterwards the complaint itself."""
    if request.method == "GET":
        return _page(request, {"page": own_address(request, request.GET.get("page", ""))})
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    typed = {"page": own_address(request, request.POST.get("page", "")), "words": request.POST.get("words", "")}
    try:
        with transaction.atomic():
            files = kept_files(request, f"matters.complaints/{actor.account_id}", home_of(actor).pk, now)
            made = complain(actor, words=typed["words"], page=typed["page"], at=now, attachments=files)
    except InvalidInput as error:
        field = field_of(error.code) or "words"
        return _page(request, typed | {f"wrong_{field}": error.in_language(language())}, status=400)
    return HttpResponseRedirect(reverse("matters:matter", args=[made.pk]))


def _page(request: HttpRequest, typed: dict[str, str], status: int = 200) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    own = Matter.objects.filter(kind=COMPLAINT.id, opened_by_id=actor.account_id).order_by("-id")[:OWN_AT_ONCE]
    states = {state.id: state for state in COMPLAINT.states}
    lines = [{"matter": matter, "state": states.get(matter.state)} for matter in own]
    return render(request, "matters/complaint.html", {"typed": typed, "own": lines}, status=status)
