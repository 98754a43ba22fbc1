"""All kinds of matter of all applications, found by their `matters.py`."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from yigongti.foundation.errors import NotFound
from yigongti.kernel.matters.kinds import Kind


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Id → kind, in the order of the applications."""
    found: dict[str, Kind] = {}
    for application in apps.get_app_configs():
        if application.name.startswith("yigongti.") and find_spec(f"{application.name}.matters"):
            for kind in getattr(import_module(f"{application.name}.matters"), "KINDS", ()):
                assert kind.id not in found, f"{kind.id} is declared twice"
                found[kind.id] = kind
    return found


def kind_of(kind_id: str) -> Kind:
    """Raises NotFound for a kind that no application declares."""
    found = kinds().get(kind_id)
    if found is None:
        raise NotFound(
            "matters.kind_unknown",
            zh=f"没有名为“{kind_id}”的事项类别",
            en=f"there is no kind of matter named “{kind_id}”",
            where=kind_id,
        )
    return found
