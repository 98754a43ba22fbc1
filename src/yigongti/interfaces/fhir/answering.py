"""How every address of FHIR answers: who may ask, in which format, and each error as an OperationOutcome.

    @answering("records.see", GET=read, PUT=update)      # permission, and what each method does

A handler takes (asked, **parts of the address) and gives an Answer, or raises one of our errors.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DataError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from yigongti.foundation.errors import YigongtiError
from yigongti.interfaces.fhir.asked import Asked, read_request, require_json
from yigongti.kernel.records.public import Refused, as_refused, may_see, write_json
from yigongti.kernel.trail.public import viewed_many

log = logging.getLogger(__name__)

FHIR_JSON = "application/fhir+json; charset=utf-8"
SAFE = frozenset({"GET", "HEAD"})


@dataclass
class Answer:
    """What is sent back. body: a resource, JSON that is ready, or nothing; raw: another kind of response altogether."""

    status: int = 200
    body: dict[str, Any] | bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: HttpResponseBase | None = None
    kind: str = FHIR_JSON


Handler = Callable[..., Answer]


def answering(permission: str, *, by_session: bool = False, **handlers: Handler) -> Callable[..., HttpResponseBase]:
    """The view of an address. permission: what a post must allow; empty: open to visitors, with a reason in the tests.

    by_session: whether a signed-in browser may use it by POST too; it may always GET.
    """

    @csrf_exempt
    @transaction.non_atomic_requests  # the scope is one transaction; what writes has a savepoint of its own
    def view(request: HttpRequest, **parts: str) -> HttpResponseBase:
        asked = read_request(request)
        number = request.headers.get("X-Request-Id", "")[:64] or secrets.token_hex(8)
        try:
            answer = _answer(asked, permission, by_session, handlers, parts)
        except Exception as error:  # every error is told in the standard's own form
            answer = _told(error, number)
        return _response(asked, answer, number)

    view.guarded_by = permission or None  # type: ignore[attr-defined]
    view.handlers = handlers  # type: ignore[attr-defined]
    return view


def _answer(
    asked: Asked, permission: str, by_session: bool, handlers: dict[str, Handler], parts: dict[str, str]
) -> Answer:
    method = "GET" if asked.request.method == "HEAD" else str(asked.request.method)
    if method not in handlers:
        raise _MethodNotAllowed(sorted({*handlers, *(["HEAD"] if "GET" in handlers else [])}))
    if permission:
        _require_caller(asked, method, by_session)
        if permission == "records.see":
            may_see(asked.actor)  # residents read their own record, public health its facts
        else:
            asked.actor.require(permission)
    require_json(asked)
    answer = handlers[method](asked, **parts)
    _note_views(asked)
    return answer


class _MethodNotAllowed(Refused):
    def __init__(self, allowed: list[str]) -> None:
        names = ", ".join(allowed)
        super().__init__(405, "not-supported", zh=f"该地址只支持 {names}", en=f"this address knows only {names}")
        self.allowed = names


def _require_caller(asked: Asked, method: str, by_session: bool) -> None:
    shown = asked.request.headers.get("Authorization", "")
    signed_in = asked.actor.is_signed_in or asked.actor.resident_id
    if not signed_in:
        raise Refused(
            401, "login", zh="请先取得访问令牌" if not shown else "访问令牌无效或已过期",
            en="get an access token first" if not shown else "the access token is not valid or has ended",
        )  # fmt: skip
    if asked.credential is None and method not in SAFE and not by_session:
        # a page of another site can make a browser post, but cannot show a token
        raise Refused(
            403, "forbidden", zh="写入须使用访问令牌", en="writing needs an access token, not a browser's session"
        )


def _note_views(asked: Asked) -> None:
    by_types: dict[str, list[int]] = {}
    for resident_id, types in asked.seen.items():
        by_types.setdefault(", ".join(sorted(types)), []).append(resident_id)
    client = asked.credential.client_id if asked.credential else ""
    for types_told, residents in by_types.items():
        viewed_many(asked.actor, residents, what=f"fhir: {types_told}"[:200], at=asked.at, client=client)


def _told(error: Exception, number: str) -> Answer:
    refused = _as_refused(error, number)
    headers = {}
    if isinstance(refused, _MethodNotAllowed):
        headers["Allow"] = refused.allowed
    if refused.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="fhir"'
    return Answer(refused.status, refused.outcome, headers)


def _as_refused(error: Exception, number: str) -> Refused:
    if isinstance(error, YigongtiError):
        return as_refused(error)
    if isinstance(error, DataError | BadRequest | SuspiciousOperation | UnreadablePostError):
        log.warning("fhir %s: %s", number, error)
        return Refused(
            400, "value", zh="请求中有无法识别的内容", en="the request holds what cannot be a value", code="fhir.value"
        )
    if isinstance(error, OperationalError):
        log.warning("fhir %s: %s", number, error)
        if "statement timeout" in str(error):
            return Refused(
                503, "too-costly", zh="检索条件过宽，请指定患者或更多条件",
                en="the search takes too long; name a patient or more conditions",
            )  # fmt: skip
        return Refused(503, "transient", zh="请稍后重试", en="try again in a moment")
    log.exception("fhir %s failed", number)
    return Refused(
        500, "exception", zh=f"系统内部错误，请把编号 {number} 告知技术支持",
        en=f"an error of ours; give the number {number} to support", code="fhir.failed",
    )  # fmt: skip


def _response(asked: Asked, answer: Answer, number: str) -> HttpResponseBase:
    if answer.raw is not None:
        response: HttpResponseBase = answer.raw
    else:
        content = b"" if answer.body is None else answer.body
        text = content if isinstance(content, bytes) else write_json(content)
        if asked.pretty and text:
            text = msgspec.json.format(text, indent=2)
        made = HttpResponse(text, status=answer.status, content_type=answer.kind)
        if answer.body is None:
            del made.headers["Content-Type"]
        made.headers["Content-Length"] = str(len(text))
        if asked.request.method == "HEAD":
            made.content = b""
        response = made
    for name, value in answer.headers.items():
        response.headers[name] = value
    response.headers["X-Request-Id"] = "".join(letter for letter in number if letter.isascii() and letter.isprintable())
    return response
