"""The first line of each page: the answer in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from yigongti.kernel.presentation import figures
from yigongti.kernel.presentation.focus import Focus


def language() -> str:
    return get_language() or "zh-hans"


def amount(value: Decimal | int | None) -> str:
    """12.35万元, 123.5k yuan"""
    return _("%(amount)s yuan") % {"amount": figures.short_amount(value or 0, language())}


def month(focus: Focus, told: Mapping[str, Any]) -> str:
    """Cases open, late ones, what was ruled and recovered in the month."""
    late = (
        ngettext("%(count)s matter is late", "%(count)s matters are late", told["late"]) % {"count": told["late"]}
        if told["late"]
        else _("nothing is late")
    )
    return _(
        "%(name)s: %(open)s cases are open and %(late)s; in %(month)s %(ruled_cases)s rulings over %(ruled)s,"
        " recovered %(recovered)s."
    ) % {
        "name": focus.name, "open": told["open"], "late": late, "month": focus.month.in_language(language()),
        "ruled_cases": told["ruled_cases"], "ruled": amount(told["ruled"]), "recovered": amount(told["recovered"]),
    }  # fmt: skip


def due(day: date | None, today: date) -> str:
    """Until when, and whether that has passed."""
    if day is None:
        return ""
    if day < today:
        return _("was due on %(day)s") % {"day": day.isoformat()}
    return _("until %(day)s") % {"day": day.isoformat()}


def case(found: Any, where: str, hands: str, until: str) -> str:
    """Where a case is, in whose hands, until when; or how it ended."""
    if found.closed_at:
        told = {"outcome": found.get_outcome_display(), "day": f"{found.closed_at:%Y-%m-%d}"}
        if found.amount_ruled:
            return _("Closed on %(day)s: %(outcome)s, %(amount)s to be recovered.") % {
                **told, "amount": amount(found.amount_ruled),
            }  # fmt: skip
        return _("Closed on %(day)s: %(outcome)s.") % told
    if until:
        return _("“%(where)s”: in the hands of %(hands)s, %(until)s.") % {
            "where": where,
            "hands": hands,
            "until": until,
        }
    return _("“%(where)s”: in the hands of %(hands)s.") % {"where": where, "hands": hands}


def own(waiting: int, late: int, nearest: date | None) -> str:
    """What an institution must do, and until when."""
    if not waiting:
        return _("Nothing waits for your answer.")
    said = ngettext(
        "%(count)s order waits for your answer", "%(count)s orders wait for your answer", waiting
    ) % {"count": waiting}  # fmt: skip
    if late:
        return _("%(said)s, %(late)s of them late.") % {"said": said, "late": late}
    return _("%(said)s, the nearest until %(day)s.") % {"said": said, "day": nearest.isoformat() if nearest else "—"}


def inspector(checks: int, inspections: int, late: int) -> str:
    """What an inspector has to do."""
    if not checks and not inspections:
        return _("No check is assigned to you now.")
    return _("%(checks)s checks of cases and %(inspections)s inspections are yours; %(late)s are late.") % {
        "checks": checks, "inspections": inspections, "late": late,
    }  # fmt: skip


def points(year: int, lines: int, total: Decimal, reached: int) -> str:
    """The points of a year."""
    return _(
        "In %(year)s %(lines)s entries give %(total)s points; %(reached)s have reached a threshold."
    ) % {"year": year, "lines": lines, "total": total, "reached": reached}  # fmt: skip


def recoveries(due_rows: int, due_sum: Decimal, settled: Decimal) -> str:
    """What is still to be recovered."""
    return _("%(rows)s recoveries over %(due)s are still to be deducted; %(settled)s are recovered.") % {
        "rows": due_rows, "due": amount(due_sum), "settled": amount(settled),
    }  # fmt: skip


def published(count: int) -> str:
    """How many rulings the public reads."""
    return ngettext("%(count)s ruling is published.", "%(count)s rulings are published.", count) % {"count": count}


STANDINGS = {
    "waiting": gettext_lazy("To be inspected"),
    "late": gettext_lazy("Late"),
    "not_reached": gettext_lazy("Not reached"),
    "met": gettext_lazy("Everything met"),
    "failed": gettext_lazy("Failed, no order yet"),
    "ordered": gettext_lazy("Ordered to correct"),
    "answered": gettext_lazy("Answered, under review"),
    "corrected": gettext_lazy("Corrected"),
}
"""Where an institution stands in a campaign, in words."""


def campaigns(count: int, running: int) -> str:
    """How many campaigns there are."""
    return _("%(count)s campaigns, %(running)s of them under way.") % {"count": count, "running": running}


def campaign(told: Any) -> str:
    """How far a campaign is."""
    if not told.total:
        return _("No institution is chosen yet: choose them and their inspectors below.")
    said = _("%(done)s of %(total)s inspected, %(failed)s with something failed, %(ordered)s ordered to correct") % {
        "done": told.done, "total": told.total, "failed": told.failed, "ordered": told.ordered,
    }  # fmt: skip
    if told.late or told.not_reached:
        return _("%(said)s; %(late)s late, %(not_reached)s not reached.") % {
            "said": said, "late": told.late, "not_reached": told.not_reached,
        }  # fmt: skip
    return _("%(said)s.") % {"said": said}


def results(done: int, worst: Mapping[str, Any] | None) -> str:
    """The item that most institutions failed."""
    if not done or worst is None or not worst["failed"]:
        return _("%(done)s inspections, and nothing failed.") % {"done": done}
    return _("%(done)s inspections; most failed “%(item)s” (%(failed)s, %(share)s).") % {
        "done": done, "item": worst["label"].in_language(language()), "failed": worst["failed"],
        "share": figures.percent(worst["share"]),
    }  # fmt: skip
