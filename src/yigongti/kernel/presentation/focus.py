"""What the user is looking at: one institution (with all below it) and one month, kept from page to page.

Both stand in the query string (`?institution=<code>&month=2026-10`), so that an address can be sent to a colleague.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor, Ranges, covers
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.organisations.queries import subtrees

log = logging.getLogger(__name__)

MonthsProvider = Callable[[], list[Month]]
_months_providers: list[MonthsProvider] = []


def offer_months(provider: MonthsProvider) -> None:
    """Called by an application's `ready()`: a function that lists the months it has something to show for."""
    _months_providers.append(provider)


@dataclass(frozen=True)
class Focus:
    """The institution and month of a page, and what else could be chosen."""

    institution: Institution | None
    month: Month
    institutions: tuple[Institution, ...]
    months: tuple[Month, ...]
    reach: Ranges

    @property
    def query(self) -> str:
        """The query string that keeps the focus."""
        chosen = {"month": str(self.month)}
        if self.institution:
            chosen = {"institution": self.institution.code, **chosen}
        return urlencode(chosen)

    @property
    def name(self) -> str:
        """What the figures are about: a hospital that leads a community stands for all below it, and says so."""
        if self.institution is None:
            return ""
        name = self.institution.in_language(get_language() or "zh-hans")
        if self.institution.leads_community:
            return _("%(name)s and the institutions that it leads") % {"name": name}
        return name

    @property
    def institution_ids(self) -> list[int]:
        """The ids of the institution and all below it: pages filter by them (the scope alone leaves no index path)."""
        return [number for first, end in self.reach for number in range(first, end)]


def focus_of(request: HttpRequest) -> Focus:
    """The focus of a request, made once. Raises NotFound for an institution that is not the actor's to see."""
    kept: Focus | None = getattr(request, "_focus", None)
    if kept is None:
        kept = request._focus = _read(request)  # type: ignore[attr-defined]
    return kept


def _read(request: HttpRequest) -> Focus:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = timezone.localdate()
    institutions = _choices(actor)
    months = _months(today)
    asked_code = request.GET.get("institution", "")
    asked_month = request.GET.get("month", "")
    month = Month.parse(asked_month) if asked_month else months[0]
    if asked_code:
        institution = next((i for i in institutions if i.code == asked_code), None)
        institution = institution or Institution.objects.filter(code=asked_code).first()
        if institution is None or not covers(actor.readable, institution.pk):
            raise NotFound(
                "focus.institution_not_found",
                zh="没有这家机构，或您无权查看",
                en="there is no such institution, or it is not yours to see",
                where=asked_code,
            )
    else:
        institution = institutions[0] if institutions else None
    reach = _reach(actor, institution.pk, today) if institution else ()
    return Focus(institution, month, institutions, months if month in months else (month, *months), reach)


def _reach(actor: Actor, institution_id: int, today: date) -> Ranges:
    """The institution and all below it; a post at that institution has it already."""
    held = next((post.reach for post in actor.posts if post.institution_id == institution_id), None)
    return held if held is not None else subtrees([institution_id], today)[institution_id]


def _choices(actor: Actor) -> tuple[Institution, ...]:
    """The actor's own institutions and what lies below; village clinics are found by search, not in the list."""
    if not actor.is_signed_in:
        return ()
    own = {post.institution_id for post in actor.posts}
    everything = Institution.objects.only("id", "code", "name", "name_en", "short_name", "kind")
    found = [
        institution
        for institution in everything.exclude(kind=Institution.Kind.VILLAGE_CLINIC)
        if covers(actor.readable, institution.pk)
    ]
    found += list(everything.filter(pk__in=own, kind=Institution.Kind.VILLAGE_CLINIC))
    return tuple(sorted(found, key=lambda i: (i.pk not in own, i.pk)))


def _offered() -> set[Month]:
    try:
        with transaction.atomic():  # one savepoint for all; only when one of them fails is each asked apart
            return {month for provider in _months_providers for month in provider()}
    except DatabaseError:
        return {month for provider in _months_providers for month in _offered_by(provider)}


def _offered_by(provider: MonthsProvider) -> list[Month]:
    try:
        with transaction.atomic():  # a provider that fails must not take the page's transaction with it
            return provider()
    except DatabaseError:
        log.exception("months could not be read from %s", provider)
        return []


def _months(today: date) -> tuple[Month, ...]:
    """Newest first: the months that applications offer; before there are any, the last twelve that have ended."""
    offered = sorted(_offered(), reverse=True)
    return tuple(offered) or tuple(Month.of(today).plus(-n) for n in range(1, 13))
