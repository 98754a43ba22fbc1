"""One step for many matters at once, where the kind says that this is safe; each is a matter of its own."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import InvalidInput, NotFound, YigongtiError
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.matters.actions.act import act
from yigongti.kernel.matters.kinds import Given, Transition
from yigongti.kernel.matters.pages.one import own_address
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.presentation.numbers import row_number

MOST_AT_ONCE = 200


@require_POST
@signed_in
def many(request: HttpRequest) -> HttpResponse:
    """Take the step for each that was chosen; what cannot be taken stays, and is counted."""
    step = _step(request.POST.get("step", ""))
    chosen = [_chosen(text) for text in request.POST.getlist("matter")[:MOST_AT_ONCE]]
    given = Given(words=request.POST.get("words", "").replace("\x00", "")[:5000])
    done = sum(_taken(request, number, version, step, given) for number, version in chosen)
    back = own_address(request, request.POST.get("back", "")) or reverse("matters:inbox")
    sign = "&" if "?" in back else "?"
    return HttpResponseRedirect(f"{back}{sign}many_done={done}&many_left={len(chosen) - done}")


def _taken(request: HttpRequest, number: int, version: int, step: Transition, given: Given) -> bool:
    try:
        with transaction.atomic():
            act(request.actor, number, step.id, at=timezone.now(), given=given, version=version)  # type: ignore[attr-defined]
    except YigongtiError:
        return False
    return True


def _step(text: str) -> Transition:
    kind_id, _sign, step_id = text.partition("~")
    step = next((each for each in kind_of(kind_id).transitions if each.id == step_id), None)
    if step is None:
        raise NotFound("matters.step_unknown", zh="没有这样的办理步骤", en="there is no such step", where=step_id)
    if not step.bulk:
        raise InvalidInput(
            "matters.not_for_many",
            zh=f"“{step.label.zh}”须逐件办理",
            en=f"“{step.label.en}” must be taken one by one",
        )
    return step


def _chosen(text: str) -> tuple[int, int]:
    number, _sign, version = text.partition("~")
    return row_number(number), row_number(version)
