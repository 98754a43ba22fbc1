"""Which institution keeps the residents of a village: its clinic, else the township's hospital, else the county.

Clinics carry no village code in the register of institutions, so that they are found by name: “…青禾镇东河村卫生室”, or
“东河村卫生室” below the hospital of that township.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from yigongti.kernel.organisations.models import Institution

_CLINIC, _TOWNSHIP = Institution.Kind.VILLAGE_CLINIC, Institution.Kind.TOWNSHIP_HOSPITAL


def keepers_by_name(otherwise: int, *, using: str = "bulk") -> Callable[[Mapping[str, Any]], int]:
    """A function from a row with `township` and `village` to the institution's number; `otherwise`: where neither the
    village has a clinic nor the township a hospital."""
    rows = Institution.objects.using(using).filter(kind__in=[_CLINIC, _TOWNSHIP]).order_by("id")
    clinics: list[tuple[str, int | None, int]] = []
    townships: dict[str, int] = {}
    for number, kind, name, parent in rows.values_list("id", "kind", "name", "parent_id"):
        plain = name.removesuffix("卫生室").removesuffix("卫生院").removesuffix("中心")
        if kind == _CLINIC:
            clinics.append((plain, parent, number))
        else:
            townships[plain] = number

    def named(township: str, village: str) -> int:
        hospital = next((number for name, number in townships.items() if township and name.endswith(township)), None)
        for name, parent, number in clinics:
            if village and (name.endswith(township + village) or (parent == hospital and name.endswith(village))):
                return number
        return hospital or otherwise

    known: dict[tuple[str, str], int] = {}

    def keeper(row: Mapping[str, Any]) -> int:
        place = (row.get("township") or "", row.get("village") or "")
        if place not in known:
            known[place] = named(*place)
        return known[place]

    return keeper
