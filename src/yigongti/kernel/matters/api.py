"""JSON of the inbox and of steps: the same rows, permissions and requirements as the pages.

GET  /matters/api/inbox?late=1&after=…
     → {"open": "12", "matters": [{"id": 4, "version": 2, "steps": ["answer"], …}], "after": "…"}
POST /matters/api/4/answer {"version": 2, "words": "…"}
     → the matter as it stands then, or {"error": {"code", "zh", "en", "where"}}

A step's body: version (the one that was seen, required), words, amount (yuan as text), articles, data (what the step
asks for besides). Files are handed in on the pages.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, Text, YigongtiError
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.matters import registry
from yigongti.kernel.matters.actions.act import act
from yigongti.kernel.matters.hands import in_hands
from yigongti.kernel.matters.kinds import Given
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.pages.filters import Wanted
from yigongti.kernel.matters.pages.inbox import LINES_AT_ONCE, waiting_count
from yigongti.kernel.matters.pages.lines import FIELDS
from yigongti.kernel.matters.pages.sentences import counted
from yigongti.kernel.matters.reading import due_of, may_be_taken, the_matter
from yigongti.kernel.presentation.focus import focus_of

STATUS = {InvalidInput: 400, NotPermitted: 403, NotFound: 404, Conflict: 409}


@require_GET
@signed_in
def inbox(request: HttpRequest) -> JsonResponse:
    """The open matters in the actor's hands, the late first; filters and paging as on the page."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    wanted = Wanted.of(request.GET)
    try:
        source = in_hands(actor, today, FIELDS, *wanted.conditions(today, focus_of(request)))
        page = source.page(wanted.order, LINES_AT_ONCE, request.GET.get("after", ""), "")
    except YigongtiError as error:
        return _told(error)
    matters = [Matter(**{name: row[name] for name in FIELDS}) for row in page.rows]
    known = [matter for matter in matters if matter.kind in registry.kinds()]
    found = [_as_json(matter, [step.id for step in may_be_taken(actor, matter)]) for matter in known]
    return JsonResponse({"open": counted(waiting_count(request)), "matters": found, "after": page.after})


@require_POST
@signed_in
def take(request: HttpRequest, matter_id: int, transition: str) -> JsonResponse:
    """Take a step."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    try:
        the_matter(actor, matter_id, today)
        with transaction.atomic():  # what a refused step has written goes with it
            version, given = _body(request)
            taken = act(actor, matter_id, transition, at=timezone.now(), given=given, version=version)
    except YigongtiError as error:
        return _told(error)
    return JsonResponse(_as_json(taken, [step.id for step in may_be_taken(actor, taken)]))


def _body(request: HttpRequest) -> tuple[int, Given]:
    try:
        body = json.loads(request.body or b"{}")
        if not isinstance(body, dict):
            raise ValueError
        version = body["version"]
        if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 2**31:
            raise ValueError
        amount = None if body.get("amount") is None else Decimal(str(body["amount"]))
        if amount is not None and (not amount.is_finite() or abs(amount) >= 10**14):
            raise ValueError
        given = Given(
            words=str(body.get("words", "")).replace("\x00", "")[:5000],
            amount=amount,
            articles=tuple(str(each)[:200] for each in body.get("articles", [])),
            data=dict(body.get("data", {})),
        )
    except (ValueError, TypeError, KeyError, InvalidOperation, RecursionError):
        raise InvalidInput(
            "matters.body_not_readable",
            zh="请求须为 JSON 对象，含 version（整数）；金额为数字",
            en="the body must be a JSON object with version (a whole number); amount a number",
        ) from None
    return version, given


def _as_json(matter: Matter, steps: list[str]) -> dict[str, Any]:
    due = due_of(matter.due_on, timezone.localdate())
    return {
        "id": matter.pk, "number": matter.number, "kind": matter.kind, "subject": matter.subject,
        "title": {"zh": matter.title_zh, "en": matter.title_en}, "state": matter.state, "version": matter.version,
        "institution": matter.institution_id, "month": matter.month, "due_on": matter.due_on,
        "working_days_left": due.days,
        "amount": None if matter.amount is None else str(matter.amount), "closed": matter.closed_at is not None,
        "steps": steps,
    }  # fmt: skip


def _told(error: YigongtiError) -> JsonResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    text: Text = error.text
    return JsonResponse(
        {"error": {"code": error.code, "zh": text.zh, "en": text.en, "where": error.where}}, status=status
    )
