"""The parts of the product that can be replayed, in the order in which they build on each other."""

from __future__ import annotations

from yigongti.processes.rehearsal.replayers.benefits import Benefits
from yigongti.processes.rehearsal.replayers.casemix import Casemix
from yigongti.processes.rehearsal.replayers.checks import ClaimChecks
from yigongti.processes.rehearsal.replayers.clearing import Clearing
from yigongti.processes.rehearsal.replaying import Replayer

REPLAYERS: tuple[Replayer, ...] = (Benefits(), Casemix(), ClaimChecks(), Clearing())


def replayer_named(name: str) -> Replayer:
    """Raises KeyError for a part that there is not."""
    return next(each for each in REPLAYERS if each.name == name)
