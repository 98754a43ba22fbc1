"""Single negotiation (特例单议): how many cases of an institution may be paid by item after review.

The cap is a share of the institution's discharges (casemix.negotiation_cap; nhsa-drg-dip-2-2024: at most 5 %).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR

from yigongti.engines.casemix.pricing.rules import PaymentRules
from yigongti.foundation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class NegotiationRoom:
    """discharges: of the institution in the period. cap: the most cases that may be approved. approved: so far.
    left: how many more; negative when the cap is broken."""

    discharges: int
    cap: int
    approved: int

    @property
    def left(self) -> int:
        return self.cap - self.approved


def negotiation_room(discharges: int, approved: int, rules: PaymentRules) -> NegotiationRoom:
    """The room left. A part of a case is not a case, so the cap is rounded down. Raises InvalidInput on negatives."""
    if discharges < 0 or approved < 0:
        raise InvalidInput("negotiation.count_negative", zh="病例数不能为负", en="a number of cases cannot be negative")
    cap = int((rules.negotiation_cap * discharges).to_integral_value(rounding=ROUND_FLOOR))
    return NegotiationRoom(discharges, cap, approved)


def require_room(room: NegotiationRoom) -> None:
    """Raises InvalidInput when one more approval would break the cap."""
    if room.left < 1:
        raise InvalidInput(
            "negotiation.cap_reached",
            zh=f"特例单议已达上限：出院 {room.discharges} 例，最多 {room.cap} 例，已通过 {room.approved} 例",
            en=f"the cap on single negotiations is reached: {room.approved} approved of at most {room.cap} "
            f"({room.discharges} discharges)",
        )
