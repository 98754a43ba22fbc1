"""The first line of each page: the answer in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.kernel.presentation import figures


def amount(value: Decimal | int | None) -> str:
    """12.35万元, 123.5k yuan"""
    return _("%(amount)s yuan") % {"amount": figures.short_amount(value or 0, get_language() or "zh-hans")}


def gain(balance: Decimal | None) -> str:
    """A surplus or a loss of so much."""
    if not balance:
        return _("neither gains nor loses")
    if balance > 0:
        return _("gains %(amount)s") % {"amount": amount(balance)}
    return _("loses %(amount)s") % {"amount": amount(-balance)}


def overview(name: str, month: str, total: dict[str, Any], worst: tuple[str, Decimal] | None) -> str:
    """What the month came to, and who loses most."""
    said = _("%(name)s, %(month)s: %(cases)s cases, CMI %(cmi)s; %(gain)s") % {
        "name": name, "month": month, "cases": figures.rounded(total["cases"], 0),
        "cmi": "—" if total["cmi"] is None else figures.rounded(total["cmi"], 4), "gain": gain(total["balance"]),
    }  # fmt: skip
    return said + _worst(worst)


def _worst(worst: tuple[str, Decimal] | None) -> str:
    if worst is None or worst[1] >= 0:
        return _(".")
    return _("; the largest loss is %(name)s (%(amount)s).") % {"name": worst[0], "amount": amount(-worst[1])}


def departments(count: int, losing: int, worst: tuple[str, Decimal] | None) -> str:
    """How many departments lose, and the worst."""
    said = _("%(losing)s of %(count)s departments lose") % {"losing": losing, "count": count}
    return said + _worst(worst)


def groups(count: int, losing: int, worst: tuple[str, Decimal] | None) -> str:
    """How many groups lose, and the worst."""
    said = _("%(losing)s of %(count)s groups lose") % {"losing": losing, "count": count}
    return said + _worst(worst)


def one_department(name: str, balance: Decimal, worst: tuple[str, Decimal, int] | None) -> str:
    """“骨科亏损 12.4 万元，主要来自 IC29 组 7 例”"""
    said = _("%(name)s %(gain)s") % {"name": name, "gain": gain(balance)}
    if worst is None or worst[1] >= 0:
        return said + _(".")
    return said + _(", most of all in group %(drg)s with %(cases)s cases (%(amount)s).") % {
        "drg": worst[0], "cases": worst[2], "amount": amount(-worst[1]),
    }  # fmt: skip


def cases(count: int, balance: Decimal | None) -> str:
    """How many cases, and what they come to."""
    return _("%(count)s cases; together the hospital %(gain)s on them.") % {
        "count": figures.rounded(count, 0), "gain": gain(balance),
    }  # fmt: skip
