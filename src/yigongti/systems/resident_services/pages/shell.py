"""What every page for residents has in common: the size of the text, the unread messages, the open tab."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.messages.public import unread_messages

LARGER_COOKIE = "yigongti_larger"


def resident_of(request: HttpRequest) -> Actor:
    """The resident who looks; pages are closed to everybody else by their guard."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, tab: str = "", status: int = 200
) -> HttpResponse:
    """A page in the residents' frame. context may hold `said` (what was done) and `error`."""
    resident_id = resident_of(request).resident_id
    frame = {
        "tab": tab,
        "larger": request.COOKIES.get(LARGER_COOKIE) == "1",
        "unread": unread_messages(resident_id) if resident_id else 0,
    }
    return render(request, f"resident_services/{template}", frame | context, status=status)


def in_words(error: YigongtiError) -> str:
    """What an error says, in the reader's language."""
    return error.in_language(language())


def language() -> str:
    """The reader's language: "zh-hans" or "en"."""
    return get_language() or "zh-hans"
