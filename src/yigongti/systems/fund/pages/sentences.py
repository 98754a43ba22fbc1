"""The first line of each page: the answer in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.kernel.presentation import figures
from yigongti.systems.fund.queries import YearSoFar


def amount(value: Decimal | int | None) -> str:
    """12.35万元, 123.5k yuan"""
    return _("%(amount)s yuan") % {"amount": figures.short_amount(value or 0, get_language() or "zh-hans")}


def day(value: object) -> str:
    """2026年12月11日 or 2026-12-11."""
    from datetime import date

    assert isinstance(value, date)
    if (get_language() or "zh-hans").startswith("en"):
        return value.isoformat()
    return _("%(year)s-%(month)s-%(day)s") % {"year": value.year, "month": value.month, "day": value.day}


def year_so_far(name: str, month: str, found: YearSoFar | None, spent: Decimal) -> str:
    """“截至2026年10月，青禾医共体已用全年额度 83.1%，按现速度 12 月 11 日用完”"""
    if found is None:
        return _("%(month)s: the fund paid %(amount)s for the people of %(name)s.") % {
            "month": month, "amount": amount(spent), "name": name,
        }  # fmt: skip
    if not found.quota:
        text = _(
            "By %(month)s, %(name)s has used %(amount)s of the fund this year; no contract of the year is in force."
        )
        return text % {"month": month, "name": name, "amount": amount(found.settled)}
    said = _("By %(month)s, %(name)s has used %(share)s of the year's quota") % {
        "month": month, "name": name, "share": figures.percent(found.settled / found.quota),
    }  # fmt: skip
    if found.run_out_on:
        return said + _("; at the present speed it is used up on %(day)s.") % {"day": day(found.run_out_on)}
    if found.expected is None:
        return said + _("; there are too few months for a forecast.")
    return said + _("; at the present speed %(amount)s are left at the year's end.") % {
        "amount": amount(found.quota - found.expected)
    }


def all_communities(month: str, found: list[YearSoFar], names: dict[int, str], spent: Decimal) -> str:
    """How many communities run out before the year ends, and the first of them."""
    running_out = sorted((each for each in found if each.run_out_on), key=lambda each: each.run_out_on)  # type: ignore[arg-type,return-value]
    said = _("%(month)s: the packaged fund paid %(amount)s.") % {"month": month, "amount": amount(spent)}
    if not running_out:
        return said
    first = running_out[0]
    text = _("%(count)s of %(all)s communities use up their quota before the year ends, first %(name)s on %(day)s.")
    told = {
        "count": len(running_out), "all": len(found), "name": names.get(first.institution_id, ""),
        "day": day(first.run_out_on),
    }  # fmt: skip
    return f"{said} {text % told}"


def drill(name: str, month: str, spent: Decimal, largest: tuple[str, Decimal] | None) -> str:
    """What was spent on this level, and the largest part of it."""
    said = _("%(name)s, %(month)s: %(amount)s") % {"name": name, "month": month, "amount": amount(spent)}
    if largest is None or not spent:
        return said + _(".")
    return said + _(", most of it %(part)s (%(share)s).") % {
        "part": largest[0], "share": figures.percent(largest[1] / spent),
    }  # fmt: skip


def leakage(month: str, outside: Decimal, everything: Decimal, worst: tuple[str, Decimal] | None) -> str:
    """What left the communities, and where most of it comes from."""
    share = figures.percent(outside / everything) if everything else "—"
    said = _("%(month)s: %(amount)s (%(share)s) were spent outside the own community") % {
        "month": month, "amount": amount(outside), "share": share,
    }  # fmt: skip
    if worst is None or not worst[1]:
        return said + _(".")
    return said + _(", most of it %(part)s (%(amount)s).") % {"part": worst[0], "amount": amount(worst[1])}
