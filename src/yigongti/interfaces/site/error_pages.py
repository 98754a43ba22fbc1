"""Error pages: what happened, what to do next, and a number to give to support. Never a traceback."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, YigongtiError

log = logging.getLogger(__name__)

_STATUS = {
    InvalidInput: HTTPStatus.BAD_REQUEST,
    NotPermitted: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
}


def _page(request: HttpRequest, status: int, title: str, sentence: str, code: str) -> HttpResponse:
    request.telling_error = True  # type: ignore[attr-defined]
    shown = {"title": title, "sentence": sentence, "code": code, "status": status, **_frame(request)}
    if request.headers.get("HX-Request") == "true":
        return render(request, "site/error_fragment.html", shown, status=status)
    return render(request, "site/error.html", shown, status=status)


def _frame(request: HttpRequest) -> dict[str, str]:
    """The frame of an error page and where it leads back to: residents keep theirs, in large type."""
    if request.path.startswith("/resident_services/"):
        return {"base": "resident_services/base.html", "back": "/resident_services/"}
    return {"base": "site/base.html", "back": "/"}


def told(request: HttpRequest, error: YigongtiError) -> HttpResponse:
    """The page of one of our own errors, in the user's language."""
    status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
    titles = {
        HTTPStatus.BAD_REQUEST: _("This cannot be accepted"),
        HTTPStatus.FORBIDDEN: _("Not permitted"),
        HTTPStatus.NOT_FOUND: _("Not found"),
        HTTPStatus.CONFLICT: _("Changed meanwhile"),
    }
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s", error, exc_info=error)
    title = titles.get(status, _("Something went wrong"))
    return _page(request, status, title, error.in_language(get_language() or "zh-hans"), error.code)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request, 400, _("This cannot be accepted"), _("The request is not complete. Go back and try again."), "site.400"
    )


def not_permitted(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request, 403, _("Not permitted"), _("Your posts do not allow this. Ask the system administrator."), "site.403"
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request, 403, _("The form has expired"), _("Reload the page and send the form again."), "site.form_expired"
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404, _("Not found"), _("There is no such page, or it is not yours to see."), "site.404")


def failed(request: HttpRequest) -> HttpResponse:
    """An error of ours: the log holds the details under the number shown."""
    number = secrets.token_hex(4)
    log.error("page failed %s %s %s", number, request.method, request.path)
    try:
        return _page(
            request,
            500,
            _("Something went wrong"),
            _("Nothing was changed. Try again; if it stays so, give this number to support."),
            number,
        )
    except Exception:  # the shell itself may be what failed: then a page that needs nothing
        log.exception("the error page failed %s", number)
        return HttpResponse(f"<!doctype html><title>500</title><p>出错了 · Error {number}</p>", status=500)
