"""The trail's pages: acts, who looked at whose record, what changed in which row, and how the view log is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.middleware import visitor_address
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.roles import PERMISSIONS
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.navigation import Entry
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.column import Row
from yigongti.kernel.trail.models import Block, Keeping, RowChange, TrailEntry, View
from yigongti.kernel.trail.public import record
from yigongti.kernel.trail.row_words import TABLES, told_change
from yigongti.kernel.trail.view_words import told_what, told_why

NAVIGATION = [
    Entry("settings", _("Trail of actions"), "trail:acts", "trail.see", order=84),
    Entry("settings", _("Who looked at records"), "trail:views", "trail.see_views", order=85),
    Entry("settings", _("Changes of data"), "trail:changes", "trail.see", order=86),
    Entry("settings", _("Sealing of the view log"), "trail:blocks", "trail.see_views", order=87),
]
DAYS_SHOWN = 30


@dataclass(frozen=True)
class Span:
    """The days that a page shows, both included."""

    first: date
    last: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """From midnight in the county to the midnight after the last day."""
        zone = timezone.get_default_timezone()
        past = self.last + timedelta(days=1)
        return datetime.combine(self.first, time(), zone), datetime.combine(past, time(), zone)


def _span(request: HttpRequest) -> Span:
    """?from=2026-10-01&to=2026-10-31; by default the last thirty days. Raises InvalidInput."""
    today = timezone.localdate()
    try:
        last = date.fromisoformat(request.GET.get("to") or today.isoformat())
        first = date.fromisoformat(request.GET.get("from") or (last - timedelta(days=DAYS_SHOWN)).isoformat())
        if not date(1900, 1, 1) <= first <= last <= date(9000, 1, 1):
            raise ValueError(first)
    except (ValueError, OverflowError):
        raise InvalidInput(
            "trail.days_not_readable",
            zh="日期请写成 2026-10-31，且起始不晚于截止",
            en="write days as 2026-10-31, the first no later than the last",
        ) from None
    return Span(first, last)


def _number(request: HttpRequest, name: str) -> int | None:
    """A whole number of the address; None if it is not asked for. Raises InvalidInput."""
    asked = request.GET.get(name, "").strip()
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise InvalidInput("trail.number_not_readable", zh="编号只能是数字", en="a number has digits only")
    return int(asked)


def _at_own(request: HttpRequest, permission: str) -> Q:
    """Rows of the institutions in focus at which a post grants the permission, and rows of no institution. The
    database decides again; this leaves it an index path."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    held = [post.reach for post in actor.posts if permission in post.role.permissions]
    of_posts, in_focus = Q(pk__in=[]), Q(pk__in=[])
    for first, end in (span for reach in held for span in reach):
        of_posts |= Q(institution_id__gte=first, institution_id__lt=end)
    for first, end in focus_of(request).reach:
        in_focus |= Q(institution_id__gte=first, institution_id__lt=end)
    return (of_posts & in_focus) | Q(institution_id__isnull=True)


def _username() -> Subquery:
    return Subquery(Account.objects.filter(pk=OuterRef("account_id")).values("username")[:1])


def _institution(row: Row) -> Any:
    return row["institution__name"]


INSTITUTION = Column("institution__name", _("Institution"), value=_institution)


@permitted("trail.see")
def acts(request: HttpRequest) -> HttpResponse:
    """Who did what: the lines that actions leave."""
    span = _span(request)
    first, past = span.instants
    table = Table(
        "acts",
        [
            Column("happened_at", _("Time"), kind="instant", filterable=False),
            Column("username", _("User name")),
            INSTITUTION,
            Column("verb", _("Action"), value=lambda row: PERMISSIONS.get(row["verb"], row["verb"])),
            Column("subject", _("Acted upon")),
            Column("detail", _("Details"), sortable=False, value=lambda row: _told(row["detail"])),
            Column("address", _("Network address"), hidden=True),
        ],
        order="-id",
    )
    rows = TrailEntry.objects.filter(_at_own(request, "trail.see"), happened_at__gte=first, happened_at__lt=past)
    return table.respond(request, rows, "trail/acts.html", {"span": span})


def _told(detail: Any) -> str:
    return "; ".join(f"{name}: {value}" for name, value in detail.items()) if isinstance(detail, dict) else ""


@permitted("trail.see_views")
def views(request: HttpRequest) -> HttpResponse:
    """Who looked at whose record; an export is itself kept in the trail."""
    span, resident, account = _span(request), _number(request, "resident"), _number(request, "account")
    first, past = span.instants
    table = Table(
        "views",
        [
            Column("happened_at", _("Time"), kind="instant", filterable=False),
            Column("viewer", _("Who looked")),
            Column("account_id", _("Account number"), hidden=True, filterable=False, value=lambda r: r["account_id"]),
            INSTITUTION,
            Column("resident_id", _("Resident number"), filterable=False, value=lambda row: str(row["resident_id"])),
            Column("what", _("What was looked at"), value=lambda row: told_what(row["what"])),
            Column("why", _("By which right"), value=lambda row: told_why(row["why"])),
            Column("client", _("System"), hidden=True),
            Column("address", _("Network address"), hidden=True, filterable=False),
            Column("request_id", _("Request"), hidden=True),
        ],
        order="-id",
    )
    rows = View.objects.filter(
        _at_own(request, "trail.see_views"), account_id__gt=0, recorded_at__gte=first, recorded_at__lt=past
    )
    if resident is not None:
        rows = rows.filter(resident_id=resident)
    if account is not None:
        rows = rows.filter(account_id=account)
    if request.GET.get("export") in {"csv", "xlsx"}:
        asked = {"from": str(span.first), "to": str(span.last), "resident": resident, "account": account}
        institution = focus_of(request).institution
        record(
            request.actor,  # type: ignore[attr-defined]
            "trail.views_exported",
            at=timezone.now(),
            institution_id=institution.pk if institution else None,
            detail={name: value for name, value in asked.items() if value is not None},
            address=visitor_address(request),
        )
    return table.respond(request, rows, "trail/views.html", {"span": span, "resident": resident, "account": account})


@permitted("trail.see")
def changes(request: HttpRequest) -> HttpResponse:
    """What changed in which row. What residents' rows say is written out for those alone who may see identities."""
    span, actor = _span(request), request.actor  # type: ignore[attr-defined]
    first, past = span.instants
    table = Table(
        "changes",
        [
            Column("happened_at", _("Time"), kind="instant", filterable=False),
            Column("username", _("User name"), value=_who, fields=("account_id", "by_resident_id", "database_role")),
            INSTITUTION,
            Column("table_name", _("Kind of data"), value=lambda row: TABLES.get(row["table_name"], row["table_name"]),
                   choices=list(TABLES.items())),
            Column("row_key", _("Row")),
            Column("operation", _("What was done"), choices=RowChange.Operation.choices,
                   value=lambda row: RowChange.Operation(row["operation"]).label),
            Column("changed", _("Before → after"), sortable=False, filterable=False, value=_what_changed(actor),
                   fields=("before", "after", "about_residents", "institution_id", "operation", "row_count")),
            Column("transaction_id", _("Transaction"), hidden=True, filterable=False,
                   value=lambda row: str(row["transaction_id"])),
        ],
        order="-id",
    )  # fmt: skip
    rows = RowChange.objects.filter(_at_own(request, "trail.see"), happened_at__gte=first, happened_at__lt=past)
    return table.respond(request, rows.annotate(username=_username()), "trail/changes.html", {"span": span})


def _who(row: Row) -> str:
    if row["username"]:
        return str(row["username"])
    if row["account_id"]:
        return gettext("account %(number)s") % {"number": row["account_id"]}
    if row["by_resident_id"]:
        return gettext("the resident")
    return str(row["database_role"])


def _what_changed(actor: Actor) -> Callable[[Row], str]:
    def told(row: Row) -> str:
        whole = not row["about_residents"] or actor.may("people.see_identity", row["institution_id"])
        return told_change(row, whole)

    return told


@permitted("trail.see_views")
def blocks(request: HttpRequest) -> HttpResponse:
    """Whether the view log is whole: the last verification, the last anchor, and the blocks."""
    table = Table(
        "blocks",
        [
            Column("number", _("Block"), kind="count"),
            Column("month", _("Month"), value=lambda row: f"{row['month']:%Y-%m}", filterable=False),
            Column("row_count", _("Views"), kind="count"),
            Column("first_at", _("First view"), kind="instant", filterable=False),
            Column("last_at", _("Last view"), kind="instant", filterable=False),
            Column("sealed_at", _("Sealed"), kind="instant", filterable=False),
            Column("digest", _("Digest")),
        ],
        key="number",
        order="-number",
    )
    kept = {kind: Keeping.objects.filter(kind=kind).order_by("-id").first() for kind in ("verified", "anchored")}
    last = Block.objects.order_by("-number").first()
    return table.respond(request, Block.objects.all(), "trail/blocks.html", {**kept, "last": last})


urlpatterns = [
    path("", acts, name="acts"),
    path("views/", views, name="views"),
    path("changes/", changes, name="changes"),
    path("blocks/", blocks, name="blocks"),
]
