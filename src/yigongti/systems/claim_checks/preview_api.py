"""POST /api/claim-checks/preview: the checks for one prescription or bill, for the systems at the doctor's desk.

A system shows the token of its client, as it does for FHIR; a signed-in page shows its session and the page's own token
against forged requests. Errors are JSON with a code, a sentence in both languages and the place.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from yigongti.foundation.errors import InvalidInput, NotFound, NotPermitted, YigongtiError
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.preview import answer
from yigongti.systems.claim_checks.preview_input import read_question
from yigongti.systems.claim_checks.publishing import place_of

PERMISSION = "claim_checks.preview"
MOST_BYTES = 1024 * 1024
_STATUS = {NotPermitted: 403, NotFound: 404, InvalidInput: 400}


@csrf_exempt  # a system's token cannot be forged by a page of another site; sessions are checked below
@transaction.non_atomic_requests
def preview(request: HttpRequest) -> HttpResponse:
    """The findings as JSON."""
    if request.method != "POST":
        return _refused(405, "claim_checks.post_only", "请用 POST", "use POST")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_signed_in:
        return _refused(401, "claim_checks.no_token", "请先取得访问令牌或登录", "get a token, or sign in")
    if getattr(request, "credential", None) is None and CsrfViewMiddleware(lambda r: HttpResponse()).process_view(
        request, _own_page, (), {}
    ):
        return _refused(403, "claim_checks.forged", "请从本系统页面提交", "send it from a page of this site")
    try:
        return JsonResponse(_answer(request, actor))
    except YigongtiError as error:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 409)
        return _refused(status, error.code, error.text.zh, error.text.en, error.where)


preview.guarded_by = PERMISSION  # type: ignore[attr-defined]
preview.handlers = {"POST": preview}  # type: ignore[attr-defined]  # asked by systems with tokens, as those of FHIR


def _own_page(request: HttpRequest) -> HttpResponse:
    """What the check against forged requests is asked for; itself never called."""
    return HttpResponse()


def _answer(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    actor.require(PERMISSION)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise InvalidInput("claim_checks.preview_too_large", zh="内容超过 1 MB", en="the body is over 1 MB")
    try:
        content = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInput("claim_checks.preview_not_json", zh="内容不是 JSON", en="the body is not JSON") from None
    asked = read_question(content)
    institution = _institution(actor, asked.institution_code)
    today = timezone.localdate()
    checks = in_force(policy(), Month.of(asked.on or today))
    return answer(asked, institution.code, place_of(institution), checks, policy(), today)


def _institution(actor: Actor, code: str) -> Institution:
    """The institution that asks: the one named, or the first at which the actor may ask."""
    own = [post.institution_code for post in actor.posts if PERMISSION in post.role.permissions]
    found = Institution.objects.filter(code=code or (own[0] if own else "")).first()
    if found is None or not actor.may(PERMISSION, found.pk):
        raise NotFound(
            "claim_checks.institution_not_found",
            zh="没有这家机构，或您无权代其查询",
            en="there is no such institution, or it is not yours to ask for",
            where="institution_code",
        )
    return found


def _refused(status: int, code: str, zh: str, en: str, where: str = "") -> HttpResponse:
    headers = {"WWW-Authenticate": 'Bearer realm="api"'} if status == 401 else {}
    headers |= {"Allow": "POST"} if status == 405 else {}
    return JsonResponse({"error": code, "zh": zh, "en": en, "where": where}, status=status, headers=headers)


urlpatterns = [path("claim-checks/preview", preview, name="preview")]
