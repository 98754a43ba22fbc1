"""One matter: what it is, in whose hands, until when; what it is about; what may be done; what happened."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, YigongtiError
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.matters.actions.act import act
from yigongti.kernel.matters.kinds import Need
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.pages import sentences
from yigongti.kernel.matters.pages.evidence import attached, files_of
from yigongti.kernel.matters.pages.given import field_of, form_of, read, sources
from yigongti.kernel.matters.reading import (
    due_of,
    hands_of,
    happened_since,
    may_be_taken,
    the_matter,
    timeline,
)
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.presentation.numbers import row_number

STATUS = {InvalidInput: 400, NotPermitted: 403, Conflict: 409}


@signed_in
def matter(request: HttpRequest, matter_id: int) -> HttpResponse:
    """The page of a matter; asked for by the list (HX-Request with ?beside=1), only its part beside the list."""
    found = the_matter(request.actor, matter_id, timezone.localdate())  # type: ignore[attr-defined]
    return page_of(request, found)


def page_of(request: HttpRequest, found: Matter, status: int = 200, **told: Any) -> HttpResponse:
    """The page of a matter, or its part beside the list; told: as for `detail`."""
    shown = {"opened": detail(request, found, **told)}
    beside = request.GET.get("beside") == "1" and request.headers.get("HX-Request") == "true"
    template = "matters/beside.html" if beside else "matters/matter.html"
    return render(request, template, shown, status=status)


def detail(
    request: HttpRequest,
    found: Matter,
    *,
    step_id: str = "",
    typed: QueryDict | None = None,
    error: YigongtiError | None = None,
    back: str = "",
) -> dict[str, Any]:
    """What the template matters/detail.html tells of a matter. step_id, typed, error: the step that was not taken.
    back: the list beside which it is shown."""
    from yigongti.kernel.matters.pages.beside_steps import what_else

    actor, language = request.actor, sentences.language()  # type: ignore[attr-defined]
    kind, today = kind_of(found.kind), timezone.localdate()
    state, hands, due = kind.state(found.state), hands_of(found, language), due_of(found.due_on, today)
    wrong = {field_of(error.code): error.in_language(language)} if error else {}
    steps = may_be_taken(actor, found)
    forms = [form_of(s, found, typed, wrong) if s.id == step_id else form_of(s, found) for s in steps]
    closed = found.closed_at is not None
    label, state_label = kind.label.in_language(language), state.label.in_language(language)
    events = timeline(found)
    files = attached(each for event in events for each in event.attachments)
    return {
        "matter": found,
        "kind": kind,
        "state": state,
        "title": found.title(language),
        "hands": sentences.hands_words(hands),
        "due": due,
        "sentence": sentences.where_it_is(label, state_label, hands, due, closed=closed),
        "done": _done(request, found),
        "subject_url": kind.subject_url(found) if kind.subject_url else "",
        "panel": _panel(request, found),
        "forms": forms,
        "lost": error.in_language(language) if error and step_id not in {step.id for step in steps} else "",
        "meanwhile": _meanwhile(found, typed) if isinstance(error, Conflict) else [],
        "sources": sources() if any(Need.ARTICLES in step.needs for step in steps) else [],
        "events": [(event, [files[n] for n in event.attachments if n in files]) for event in reversed(events)],
        "else": what_else(actor, found),
        "back": back or own_address(request, request.POST.get("back", "") or request.GET.get("back", "")),
    }


def _panel(request: HttpRequest, found: Matter) -> SafeString | str:
    """What the kind shows of its subject."""
    kind = kind_of(found.kind)
    if not kind.panel:
        return ""
    more = kind.panel_context(found, request.actor) if kind.panel_context else {}  # type: ignore[attr-defined]
    return render_to_string(kind.panel, {"matter": found, **more}, request)


def _done(request: HttpRequest, found: Matter) -> str:
    """After a step (?done=<its number>): what was done, and in whose hands the matter is now."""
    number = row_number(request.GET.get("done", ""))
    step = found.steps.filter(number=number).first() if number else None
    kind = kind_of(found.kind)
    taken = next((t for t in kind.transitions if step and t.id == step.action), None)
    if taken is None:
        return ""
    language = sentences.language()
    return sentences.done(
        taken.label.in_language(language), kind.state(found.state).label.in_language(language),
        hands_of(found, language), due_of(found.due_on, timezone.localdate()), closed=found.closed_at is not None,
    )  # fmt: skip


def _meanwhile(found: Matter, typed: QueryDict | None) -> list[Any]:
    version = row_number(typed.get("version", "")) if typed else 0
    return happened_since(found, version) if version else []


def own_address(request: HttpRequest, address: str) -> str:
    """An address of our own site to go back to, or "" for another."""
    own = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=False)
    return address if own and address.startswith("/") else ""


@require_POST
@signed_in
def take(request: HttpRequest, matter_id: int, transition: str) -> HttpResponse:
    """Take a step. What is wrong is told at its field; after it, where the matter is now."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    found = the_matter(actor, matter_id, today)
    version = row_number(request.POST.get("version", ""))
    try:
        with transaction.atomic():  # what was kept on the way goes with the step
            given = _given(request, found, transition)
            taken = act(actor, found.pk, transition, at=timezone.now(), given=given, version=version)
    except (InvalidInput, NotPermitted, Conflict) as error:
        again = the_matter(actor, matter_id, today)
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        return page_of(request, again, status, step_id=transition, typed=request.POST, error=error)
    return HttpResponseRedirect(_after(request, taken))


def _given(request: HttpRequest, found: Matter, transition: str) -> Any:
    kind = kind_of(found.kind)
    step = next((each for each in kind.transitions if each.id == transition), None)
    if step is None:
        raise NotFound("matters.step_unknown", zh="没有这样的办理步骤", en="there is no such step", where=transition)
    return read(request, step, found, files_of(found, request, timezone.now()))


def _after(request: HttpRequest, taken: Matter) -> str:
    """The list that the actor came from with the matter beside it, else the matter's own page."""
    number = taken.steps.order_by("-number").values_list("number", flat=True)[0]
    back = own_address(request, request.POST.get("back", ""))
    if back:
        sign = "&" if "?" in back else "?"
        return f"{back}{sign}open={taken.pk}&done={number}"
    return reverse("matters:matter", args=[taken.pk]) + f"?done={number}"
