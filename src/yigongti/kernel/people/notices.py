"""Who is told that a record was opened: the resident and the privacy officer, at once.

Whoever can send messages registers itself when the applications start; nothing of messages is kept here.

    on_opening(tell_about_opening)      # in an AppConfig's ready()
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from yigongti.kernel.people.models import Opening

Listener = Callable[[Opening, datetime], None]

_LISTENERS: list[Listener] = []


def on_opening(listener: Listener) -> Listener:
    """Call it with every opening, in the opening's own scope (purpose "opening") and transaction: what it raises takes
    the opening back. Registering the same function twice calls it once."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)
    return listener


def no_longer_on_opening(listener: Listener) -> None:
    """Call it no more."""
    if listener in _LISTENERS:
        _LISTENERS.remove(listener)


def tell_opening(opening: Opening, at: datetime) -> int:
    """Tell all that listen; how many there were."""
    for listener in _LISTENERS:
        listener(opening, at)
    return len(_LISTENERS)
