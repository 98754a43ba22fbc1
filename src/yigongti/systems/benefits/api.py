"""POST /api/benefits/quote, settle, refund: the counter for the systems of hospitals and clinics.

A system shows the token of its client, as it does for FHIR; to settle, the client needs the scope system/Claim.c. A
signed-in page shows its session and the page's own token against forged requests. Errors are JSON with a code, a
sentence in both languages and the place. GET /api/benefits/openapi.json describes the addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, PolicyError, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.systems.benefits.actions.hold_injury import hold_injury
from yigongti.systems.benefits.actions.quote import quote as work_out
from yigongti.systems.benefits.actions.refund import refund as take_back
from yigongti.systems.benefits.actions.settle import settle as settle_bill
from yigongti.systems.benefits.answers import held_told, quote_told, refund_told, settled_told
from yigongti.systems.benefits.asked import Asked, read
from yigongti.systems.benefits.injuries import is_injury
from yigongti.systems.benefits.models import Settlement
from yigongti.systems.benefits.openapi import described

MOST_BYTES = 4 * 1024 * 1024
_STATUS = {NotPermitted: 403, NotFound: 404, InvalidInput: 400, Conflict: 409, PolicyError: 422}

View = Callable[[HttpRequest], HttpResponse]


class RefundAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which settlement is taken back, and why. key: the caller's own."""

    institution_code: str
    number: str
    reason: str
    key: str = ""


_refund_decoder = msgspec.json.Decoder(RefundAsked)


def _for_systems(permission: str, grant: tuple[str, str]) -> Callable[[Callable[[HttpRequest, Actor], Any]], View]:
    """Closes an address to all but POSTs of those who hold the permission, with the client's scope where it is one."""

    def close(answer: Callable[[HttpRequest, Actor], Any]) -> View:
        @csrf_exempt  # a system's token cannot be forged by a page of another site; sessions are checked below
        @transaction.non_atomic_requests
        @wraps(answer)
        def view(request: HttpRequest) -> HttpResponse:
            if request.method != "POST":
                return _refused(405, "benefits.post_only", "请用 POST", "use POST")
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if not actor.is_signed_in:
                return _refused(401, "benefits.no_token", "请先取得访问令牌或登录", "get a token, or sign in")
            credential = getattr(request, "credential", None)
            forged = credential is None and CsrfViewMiddleware(lambda r: HttpResponse()).process_view(
                request, _own_page, (), {}
            )
            if forged:
                return _refused(403, "benefits.forged", "请从本系统页面提交", "send it from a page of this site")
            try:
                if credential is not None:
                    credential.grants.require(*grant)
                if len(request.body) > MOST_BYTES:
                    raise InvalidInput("benefits.too_large", zh="内容超过 4 MB", en="the body is over 4 MB")
                return _json(answer(request, actor))
            except YigongtiError as error:
                status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 409)
                return _refused(status, error.code, error.text.zh, error.text.en, error.where)

        view.guarded_by = permission  # type: ignore[attr-defined]
        view.handlers = {"POST": view}  # type: ignore[attr-defined]  # asked by systems with tokens, as those of FHIR
        return view

    return close


def _own_page(request: HttpRequest) -> HttpResponse:
    """What the check against forged requests is asked for; itself never called."""
    return HttpResponse()


@_for_systems("benefits.quote", ("read", "Claim"))
def quote(request: HttpRequest, actor: Actor) -> Any:
    """What the bill would come to, step by step."""
    asked = read(request.body)
    return quote_told(work_out(actor, _institution(actor, asked.institution_code, "benefits.quote"), asked))


@_for_systems("benefits.settle", ("create", "Claim"))
def settle(request: HttpRequest, actor: Actor) -> Any:
    """The bill settled; that of an injury is held and told as such."""
    asked: Asked = read(request.body)
    institution = _institution(actor, asked.institution_code, "benefits.settle")
    now = timezone.now()
    if asked.injury.strip() and is_injury(asked, policy()):
        return held_told(hold_injury(actor, institution, asked, at=now))
    return settled_told(settle_bill(actor, institution, asked, at=now))


@_for_systems("benefits.settle", ("create", "Claim"))
def refund(request: HttpRequest, actor: Actor) -> Any:
    """The settlement taken back, whole."""
    try:
        asked = _refund_decoder.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "benefits.refund_unreadable", zh=f"内容有误：{error}", en=f"cannot be read: {error}"
        ) from None
    institution = _institution(actor, asked.institution_code, "benefits.settle")
    found = Settlement.objects.filter(institution_id=institution, number=asked.number).first()
    if found is None:
        raise NotFound(
            "benefits.no_settlement", zh="没有查到这笔结算", en="there is no such settlement", where="number"
        )
    return refund_told(take_back(actor, found.pk, reason=asked.reason, at=timezone.now(), key=asked.key))


@transaction.non_atomic_requests
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of these addresses."""
    return _json(described())


openapi.guarded_by = None  # type: ignore[attr-defined]  # the description of the addresses tells nothing about anybody
openapi.handlers = {"GET": openapi}  # type: ignore[attr-defined]


def _institution(actor: Actor, code: str, permission: str) -> int:
    """The counter: the institution named, or the only one at which the actor holds the permission."""
    own = {post.institution_code: post.institution_id for post in actor.posts if permission in post.role.permissions}
    if not own:
        actor.require(permission)
    if not code and len(own) == 1:
        return next(iter(own.values()))
    if code not in own:
        raise NotFound(
            "benefits.not_your_institution",
            zh="没有这家机构，或不是您的窗口",
            en="there is no such institution, or it is not your counter",
            where="institution_code",
        )
    return own[code]


def _json(told: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(told), content_type="application/json", status=status)


def _refused(status: int, code: str, zh: str, en: str, where: str = "") -> HttpResponse:
    response = _json({"error": code, "zh": zh, "en": en, "where": where}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    if status == 405:
        response.headers["Allow"] = "POST"
    return response


urlpatterns = [
    path("benefits/quote", quote, name="quote"),
    path("benefits/settle", settle, name="settle"),
    path("benefits/refund", refund, name="refund"),
    path("benefits/openapi.json", openapi, name="openapi"),
]
