"""What can be done with a matter besides its steps: say something, give it to a colleague, take back what one did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.matters.actions.assign import assign, take_back
from yigongti.kernel.matters.actions.comment import comment
from yigongti.kernel.matters.actions.requirements import sits_at
from yigongti.kernel.matters.actions.undo import may_undo, undo
from yigongti.kernel.matters.kinds import OPENER
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.pages.evidence import files_of
from yigongti.kernel.matters.pages.one import STATUS, own_address, page_of
from yigongti.kernel.matters.people import Person, people_at
from yigongti.kernel.matters.reading import the_matter
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.presentation.numbers import row_number


def what_else(actor: Actor, matter: Matter) -> dict[str, Any]:
    """For the template matters/more_actions.html: whom the matter may be given to, whether it may be taken back."""
    desk = kind_of(matter.kind).state(matter.state).desk
    own_desk = (
        matter.closed_at is None
        and desk is not None
        and desk.at != OPENER
        and sits_at(actor, matter.desk, matter.holder_id or 0, matter.department_code)
    )
    return {
        "colleagues": _colleagues(matter) if own_desk and not matter.holder_account_id else [],
        "may_take_back": own_desk and bool(matter.holder_account_id),
        "may_undo": may_undo(actor, matter, timezone.now()),
        "may_write_internally": covers(actor.readable, matter.owner_id) and matter.owner_id != matter.institution_id,
    }


def _colleagues(matter: Matter) -> list[Person]:
    return people_at(matter.desk, matter.holder_id or 0, timezone.localdate(), matter.department_code)


def _answered(request: HttpRequest, matter_id: int, do: Callable[[Matter], object], step_id: str) -> HttpResponse:
    """Do it and go back to where the actor was; what is wrong is told on the page of the matter."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    found = the_matter(actor, matter_id, today)
    try:
        with transaction.atomic():
            do(found)
    except (InvalidInput, NotPermitted, Conflict, NotFound) as error:
        again = the_matter(actor, matter_id, today)
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 404)
        return page_of(request, again, status, step_id=step_id, typed=request.POST, error=error)
    back = own_address(request, request.POST.get("back", ""))
    if back:
        return HttpResponseRedirect(f"{back}{'&' if '?' in back else '?'}open={matter_id}")
    return HttpResponseRedirect(reverse("matters:matter", args=[matter_id]))


@require_POST
@signed_in
def say(request: HttpRequest, matter_id: int) -> HttpResponse:
    """A comment, perhaps for the own office alone, perhaps with files."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]

    def do(found: Matter) -> None:
        comment(
            actor, found.pk, request.POST.get("words", "").replace("\x00", ""), at=now,
            attachments=files_of(found, request, now), internal=request.POST.get("internal") == "1",
        )  # fmt: skip

    return _answered(request, matter_id, do, "comment")


@require_POST
@signed_in
def give(request: HttpRequest, matter_id: int) -> HttpResponse:
    """Give it to a colleague of the desk; to nobody: take it back to the desk."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    person, version = row_number(request.POST.get("person", "")), row_number(request.POST.get("version", ""))

    def do(found: Matter) -> None:
        if person:
            assign(actor, found.pk, person, at=now, version=version)
        else:
            take_back(actor, found.pk, at=now, version=version)

    return _answered(request, matter_id, do, "assign")


@require_POST
@signed_in
def undone(request: HttpRequest, matter_id: int) -> HttpResponse:
    """Take the own last step back."""
    actor, version = request.actor, row_number(request.POST.get("version", ""))  # type: ignore[attr-defined]
    return _answered(
        request, matter_id, lambda found: undo(actor, found.pk, at=timezone.now(), version=version), "undo"
    )
