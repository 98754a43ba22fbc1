"""Residents, what institutions call them, who cares for them, to whom a record was opened, and who is whom."""

from yigongti.kernel.people.models.care import FOREVER, Care, Opening
from yigongti.kernel.people.models.matching import DoubtfulPair, Merge, MovedRow
from yigongti.kernel.people.models.residents import Household, Identifier, Resident, ResidentGroup, UsedCode

__all__ = [
    "FOREVER",
    "Care",
    "DoubtfulPair",
    "Household",
    "Identifier",
    "Merge",
    "MovedRow",
    "Opening",
    "Resident",
    "ResidentGroup",
    "UsedCode",
]
