"""The first line of each page: the answer in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yigongti.kernel.presentation import figures


def language() -> str:
    """The user's language."""
    return get_language() or "zh-hans"


def amount(value: Decimal | int | None) -> str:
    """12.35万元, 123.5k yuan"""
    return _("%(amount)s yuan") % {"amount": figures.short_amount(value or 0, language())}


def month(
    name: str,
    month_name: str,
    now: dict[str, Any],
    before: dict[str, Any] | None,
    main_check: tuple[str, Decimal] | None,
    main_place: tuple[str, Decimal] | None,
) -> str:
    """What the month's checks found, in whom and by which check, against last month."""
    if not now["findings"]:
        return _("%(name)s, %(month)s: the checks found nothing.") % {"name": name, "month": month_name}
    said = _("%(name)s, %(month)s: %(count)s findings, %(violation)s of violations and %(doubtful)s doubtful") % {
        "name": name, "month": month_name, "count": figures.rounded(now["findings"], 0),
        "violation": amount(now["violation"]), "doubtful": amount(now["doubtful"]),
    }  # fmt: skip
    if main_check is not None:
        said += _("; most by “%(check)s” (%(amount)s)") % {"check": main_check[0], "amount": amount(main_check[1])}
    if main_place is not None:
        said += _("; most at %(place)s (%(amount)s)") % {"place": main_place[0], "amount": amount(main_place[1])}
    return said + _against(now["counted"], before) + _(".")


def _against(now: Decimal, before: dict[str, Any] | None) -> str:
    if before is None:
        return ""
    difference = now - before["counted"]
    if difference > 0:
        return _("; %(amount)s more than last month") % {"amount": amount(difference)}
    if difference < 0:
        return _("; %(amount)s less than last month") % {"amount": amount(-difference)}
    return _("; as much as last month")


def findings(name: str, month_name: str, count: int, counted: Decimal | None) -> str:
    """How many findings where and when, and what they come to."""
    said = _("%(name)s, %(month)s: ") % {"name": name, "month": month_name}
    said += ngettext("%(count)s finding", "%(count)s findings", count) % {"count": figures.rounded(count, 0)}
    return said + _(", %(amount)s counted once.") % {"amount": amount(counted)}


def bill(count: int, counted: Decimal, total: Decimal) -> str:
    """What was found in one bill."""
    said = ngettext("%(count)s finding in this bill", "%(count)s findings in this bill", count) % {"count": count}
    return said + _(": %(counted)s of %(total)s in question.") % {"counted": amount(counted), "total": amount(total)}


def repeaters(places: int, months: int) -> str:
    """Who comes again month after month."""
    said = ngettext("%(places)s comes again", "%(places)s come again", places) % {"places": places}
    return said + _(" in at least two of the last %(months)s months.") % {"months": months}


def self_checks(count: int) -> str:
    """How many self-checks there are, and who sees them."""
    said = ngettext("%(count)s self-check", "%(count)s self-checks", count) % {"count": count}
    return said + _("; only your own office sees them, until you delete them.")


def self_check(check: Any) -> str:
    """What one self-check found."""
    said = ngettext("%(count)s finding", "%(count)s findings", check.findings) % {
        "count": figures.rounded(check.findings, 0)
    }
    return said + _(" in %(bills)s bills: %(violation)s of violations, %(doubtful)s doubtful.") % {
        "bills": figures.rounded(check.bills, 0), "violation": amount(check.violation_amount),
        "doubtful": amount(check.doubtful_amount),
    }  # fmt: skip


def knowledge(rows: int, checks: int, day: Any) -> str:
    """How much the checks know on a day."""
    return _("On %(day)s %(rows)s rows of knowledge are in force for %(checks)s checks.") % {
        "day": day, "rows": figures.rounded(rows, 0), "checks": checks,
    }  # fmt: skip


def batch(found: Any) -> str:
    """What a batch changes, from when."""
    return _(
        "%(rows)s rows: from %(day)s on %(added)s are added, %(changed)s changed, %(ended)s end; %(unchanged)s stay."
    ) % {
        "rows": figures.rounded(found.rows, 0), "day": found.valid_from, "added": found.added,
        "changed": found.changed, "ended": found.ended, "unchanged": found.unchanged,
    }  # fmt: skip


def changes(count: int, signed: int) -> str:
    """How many changes there are, and how many hold."""
    return _("%(count)s changes of checks, %(signed)s of them signed.") % {"count": count, "signed": signed}


def change(found: Any, told: dict[str, Any] | None) -> str:
    """What a change would have done in the rehearsal, where the reader may know."""
    said = _("From %(day)s: %(kind)s") % {"day": found.valid_from, "kind": found.get_kind_display()}
    if told is None:
        return said + _(".")
    return said + _("; in the rehearsal %(today)s findings become %(changed)s, %(yuan)s become %(new)s.") % {
        "today": told["findings_today"], "changed": told["findings_changed"],
        "yuan": amount(told["yuan_today"]), "new": amount(told["yuan_changed"]),
    }  # fmt: skip


def quality(checks: int, below: int, demo: bool) -> str:
    """How many checks are measured, and how many fall short."""
    if not checks:
        return _("Nothing has been reviewed yet: draw a sample of findings and review it.")
    said = _("%(checks)s checks are measured") % {"checks": checks}
    said += _(" against what was planted in the demonstration") if demo else _(" by findings that were reviewed")
    return said + _("; %(below)s of them miss the target.") % {"below": below}


def samples(count: int) -> str:
    """How many samples were drawn."""
    return ngettext("%(count)s sample was drawn.", "%(count)s samples were drawn.", count) % {"count": count}


def sample(result: Any, level: float, drawn: int) -> str:
    """What the reviewed rows say about the whole."""
    reviewed = sum(stratum.reviewed for stratum in result.strata)
    said = _("%(reviewed)s of %(drawn)s rows are reviewed; they come to %(certain)s") % {
        "reviewed": reviewed, "drawn": drawn, "certain": amount(result.certain),
    }  # fmt: skip
    if result.estimate is None:
        return said + _(". The whole is estimated when every stratum has a reviewed row.")
    return said + _("; in all about %(estimate)s are to be recovered, with %(level)s at least %(bound)s.") % {
        "estimate": amount(result.estimate), "level": figures.percent(level, 0), "bound": amount(result.bound),
    }  # fmt: skip
