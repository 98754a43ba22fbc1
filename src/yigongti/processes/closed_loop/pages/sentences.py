"""The first line of the page of effects: whether the order helped, in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.engines.claim_checks.public import CANNOT, Effect
from yigongti.kernel.presentation import figures
from yigongti.processes.closed_loop.effects import Ordered


def language() -> str:
    """The user's language."""
    return get_language() or "zh-hans"


def rate(value: Decimal | None) -> str:
    """A rate or an effect to one place, or two where it is small; a dash where there is none."""
    if value is None:
        return "—"
    return figures.rounded(value, 1 if abs(value) >= 1 or not value else 2).replace("-", "−")


def effect(one: Ordered, label: str, since: str, unit: str, level: float) -> str:
    """The institution before and after, its peers, the effect with its interval, or why it cannot be said."""
    found = one.effect
    told = {
        "day": one.event.isoformat(), "name": one.institution.in_language(language()), "check": label,
        "before": rate(found.before), "after": rate(found.after),
    }  # fmt: skip
    said = {
        ("order", "lines"): _("After the order of %(day)s, “%(check)s” at %(name)s went from %(before)s to %(after)s findings for 1,000 lines"),  # noqa: E501
        ("order", "yuan"): _("After the order of %(day)s, “%(check)s” at %(name)s went from %(before)s to %(after)s yuan for 10,000 yuan claimed"),  # noqa: E501
        ("ruling", "lines"): _("After the ruling of %(day)s, “%(check)s” at %(name)s went from %(before)s to %(after)s findings for 1,000 lines"),  # noqa: E501
        ("ruling", "yuan"): _("After the ruling of %(day)s, “%(check)s” at %(name)s went from %(before)s to %(after)s yuan for 10,000 yuan claimed"),  # noqa: E501
    }[since, unit] % told  # fmt: skip
    return said + _against_peers(found, level)


def _against_peers(found: Effect, level: float) -> str:
    if found.effect is None:
        return _("; whether that is an effect cannot be said yet: %(why)s.") % {"why": why_not(found)}
    said = _("; peers of the same level without an order went from %(before)s to %(after)s") % {
        "before": rate(found.peers_before), "after": rate(found.peers_after),
    }  # fmt: skip
    said += _("; difference in differences %(effect)s") % {"effect": rate(found.effect)}
    if found.interval is None:
        return said + _(" (no interval: %(why)s).") % {"why": why_not(found)}
    return said + _(" (%(level)s interval %(low)s to %(high)s); %(verdict)s.") % {
        "level": figures.percent(level, 0), "low": rate(found.interval.low), "high": rate(found.interval.high),
        "verdict": verdict(found),
    }  # fmt: skip


def verdict(found: Effect) -> str:
    """What the interval allows to be said, in a few words."""
    if found.effect is None or found.interval is None:
        return _("Cannot be said yet")
    if not found.interval.shows_a_change:
        return _("not told apart from what peers did")
    return _("fell more than at peers") if found.effect < 0 else _("rose more than at peers")


def why_not(found: Effect) -> str:
    """Why nothing can be said, each reason once."""
    return _(", ").join(CANNOT[code].in_language(language()) for code in found.cannot)


def nothing(since: str) -> str:
    """Before there is any event."""
    if since == "ruling":
        return _("No case about a claim check was ruled on yet: there is nothing whose effect could be told.")
    return _("No order to correct about a claim check was issued yet: there is nothing whose effect could be told.")
