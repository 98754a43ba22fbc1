"""The overview: every system that has something to say of the month offers a panel; the site puts them together.

# systems/casemix_payment/pages.py
OVERVIEW = [Offer("casemix_payment.see", month_in_a_sentence, order=10)]

def month_in_a_sentence(request) -> Panel | None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import HttpRequest


@dataclass(frozen=True)
class Panel:
    """What a system shows on the overview: a template of its own with its context."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A panel for whoever holds the permission; None from the function means nothing to say."""

    permission: str
    make: Callable[[HttpRequest], Panel | None]
    order: int = 100


def panels(request: HttpRequest) -> list[Panel]:
    """The panels of this actor, in order."""
    offers: list[Offer] = []
    for application in apps.get_app_configs():
        if application.name.startswith("yigongti.") and find_spec(f"{application.name}.pages"):
            offers += getattr(import_module(f"{application.name}.pages"), "OVERVIEW", [])
    actor = request.actor  # type: ignore[attr-defined]
    allowed = sorted((offer for offer in offers if actor.may(offer.permission)), key=lambda offer: offer.order)
    return [panel for offer in allowed if (panel := offer.make(request)) is not None]
