"""What every response of the site has in common: headers, language, and errors as pages that say what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.interfaces.site import error_pages

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

# scripts and styles come from us alone; charts set sizes in style attributes
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class SecurityHeaders:
    """The content security policy, and no copy of a person's page in a shared cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class Language:
    """The account's language, else the cookie's, else Chinese; the browser's own wish is not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = getattr(request, "actor", None)
        wished = actor.language if actor and actor.is_signed_in else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = wished if wished in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ["Cookie"])
        return response


class Errors:
    """An error that is meant for users becomes its page; the view's own changes have been taken back by then."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):  # a zero byte, a number beyond its column: what was sent cannot be a value
            log.warning("%s %s: %s", request.method, request.path, exception)
            exception = InvalidInput(
                "site.value_not_acceptable",
                zh="地址或表单中有无法识别的内容（如不可见字符或过大的数字），请改正后重试",
                en="the address or the form holds what cannot be a value (an invisible character, too large a number)",
            )
        return error_pages.told(request, exception) if isinstance(exception, YigongtiError) else None
