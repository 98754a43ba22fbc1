"""From an entry to what brought it about: other applications tell where their causes are looked at.

    register_cause("settlement", lambda number: CauseLink(f"{number}", reverse("benefits:settlement", args=[number])))

in the `ready()` of the application that owns the kind. A kind that nobody registered is shown as the text that it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class CauseLink:
    """What a cause is called, and the address of its page; "" where there is none."""

    title: str
    url: str = ""


Resolver = Callable[[str], CauseLink | None]
_resolvers: dict[str, Resolver] = {}


def register_cause(kind: str, resolver: Resolver) -> None:
    """resolver: from the address after "kind:" to its link; None when it does not know it. Once for each kind; asked
    while a page is made, in the reader's language and scope."""
    assert _resolvers.get(kind, resolver) is resolver, f"causes of the kind {kind} are registered twice"
    _resolvers[kind] = resolver


def cause_link(cause: str) -> CauseLink:
    """Where "settlement:510001/S0001" leads."""
    kind, _colon, address = cause.partition(":")
    resolver = _resolvers.get(kind)
    return (resolver(address) if resolver else None) or CauseLink(cause)


def register_matters() -> None:
    """Causes of the kind "matter" are looked at on the matter's page; for the application's start."""
    register_cause("matter", _matter)


def _matter(number: str) -> CauseLink | None:
    if not number.isascii() or not number.isdigit():
        return None
    return CauseLink(_("Matter %(number)s") % {"number": number}, reverse("matters:matter", args=[int(number)]))
