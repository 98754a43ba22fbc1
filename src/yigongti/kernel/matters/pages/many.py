"""One step for many matters at once, where the kind says that this is safe; each is a matter of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.matters.actions.act_on_many import act_on_many
from yigongti.kernel.matters.kinds import Given
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.pages.one import own_address
from yigongti.kernel.presentation.numbers import row_number


@require_POST
@signed_in
def many(request: HttpRequest) -> HttpResponse:
    """Take the step ("kind~step") for each of that kind that was chosen ("id~version"); what cannot be taken stays as
    it is, and is counted."""
    kind_id, _sign, step_id = request.POST.get("step", "").partition("~")
    versions = dict(_chosen(text) for text in request.POST.getlist("matter"))
    own = set(Matter.objects.filter(pk__in=versions, kind=kind_id).values_list("pk", flat=True))
    given = Given(words=request.POST.get("words", "").replace("\x00", "")[:5000])
    actor = request.actor  # type: ignore[attr-defined]
    found = act_on_many(actor, own, step_id, at=timezone.now(), given=given, versions=versions)
    back = own_address(request, request.POST.get("back", "")) or reverse("matters:inbox")
    sign = "&" if "?" in back else "?"
    told = f"many_done={len(found.done)}&many_left={len(versions) - len(found.done)}"
    return HttpResponseRedirect(f"{back}{sign}{told}")


def _chosen(text: str) -> tuple[int, int]:
    number, _sign, version = text.partition("~")
    return row_number(number), row_number(version)
