"""The rail: what a role may open, in sections.

A system's pages.py says

    NAVIGATION = [Entry("records", _("Front pages"), "front_pages:board", "front_pages.see", order=10, system="S02")]

and the site shows it to whoever holds the permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.access.actor import Actor

SECTIONS: dict[str, Any] = {
    "home": "",
    "records": _("Records and payment"),
    "fund": _("Fund and benefits"),
    "supervision": _("Supervision"),
    "appraisal": _("Appraisal and targets"),
    "residents": _("Residents and records"),
    "reports": _("Reports"),
    "settings": _("Settings"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the rail. permission "" means everyone who is signed in. count: what stands beside it ("12", "99+"),
    asked on every page: it must be cheap."""

    section: str
    label: Any
    url_name: str
    permission: str = ""
    order: int = 100
    system: str = ""
    count: Callable[[HttpRequest], str] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry ready to be shown."""

    label: Any
    url: str
    system: str
    is_current: bool
    count: str = ""


MOST_UNFOLDED = 16
"""A rail of so many lines is shown whole; of a longer one only the section of the page is unfolded (a person who
unfolds others keeps them so: static/site/site.js)."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the rail ("" for the lines above all sections) with its links, unfolded or not."""

    id: str
    heading: Any
    links: list[Link]
    is_open: bool = True


def declared() -> list[Entry]:
    """All entries of all applications that have pages."""
    found: list[Entry] = []
    for application in apps.get_app_configs():
        if application.name.startswith("yigongti.") and find_spec(f"{application.name}.pages"):
            found += getattr(import_module(f"{application.name}.pages"), "NAVIGATION", [])
    return found


def rail(
    entries: Iterable[Entry], actor: Actor, path: str, keep: str, request: HttpRequest | None = None
) -> list[Section]:
    """The sections with the links that the actor may open. keep: the query string that stays between pages. request: of
    whom counts are asked; None where nothing may be asked any more (an error page)."""
    shown: dict[str, list[Link]] = {section: [] for section in SECTIONS}
    allowed = [e for e in entries if actor.is_signed_in and (not e.permission or actor.may(e.permission))]
    urls = {entry: reverse(entry.url_name) for entry in allowed}
    inside = [url for url in urls.values() if path == url or (url != "/" and path.startswith(url))]
    current = max(inside, key=len, default="")
    for entry in sorted(allowed, key=lambda e: (e.order, e.url_name)):
        url = urls[entry]
        count = entry.count(request) if entry.count and request else ""
        link = Link(entry.label, url + (f"?{keep}" if keep else ""), entry.system, url == current, count)
        shown[entry.section].append(link)
    few = sum(len(links) for links in shown.values()) <= MOST_UNFOLDED
    return [
        Section(id, SECTIONS[id], links, few or not SECTIONS[id] or any(link.is_current for link in links))
        for id, links in shown.items()
        if links
    ]
