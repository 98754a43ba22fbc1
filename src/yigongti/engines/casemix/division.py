"""A local division: a city keeps the national ADRGs but splits them into its own DRGs.

Its published weight table names the DRGs that it has ("RC13", "RC15" where the national scheme has "RC19"). The ADRG
decides as before; only the endings that it may take are the city's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from yigongti.engines.casemix.scheme import Adrg, Scheme


def with_local_division(scheme: Scheme, drgs: Iterable[str], name: str = "") -> Scheme:
    """The scheme with the endings of `drgs` (four-place codes) for every ADRG that they name; an ADRG that they do not
    name keeps the scheme's own. `name` is added to the scheme's name and digest, so that results tell them apart."""
    endings: dict[str, dict[str, str]] = {}
    for drg in drgs:
        endings.setdefault(drg[:3], {})[drg[3:]] = drg

    def divided(adrg: Adrg) -> Adrg:
        return replace(adrg, endings=endings[adrg.code]) if adrg.code in endings else adrg

    mdcs = tuple(replace(mdc, adrgs=tuple(map(divided, mdc.adrgs))) for mdc in scheme.mdcs)
    suffix = f" / {name}" if name else ""
    return replace(scheme, mdcs=mdcs, name=scheme.name + suffix, digest=scheme.digest + suffix)
