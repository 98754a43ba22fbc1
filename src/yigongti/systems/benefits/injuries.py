"""Which bills are those of injuries: by the diagnosis, or because somebody has told how it happened."""

from __future__ import annotations

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy
from yigongti.systems.benefits.asked import Asked

CHAPTERS = "benefits.injury_chapters"


def is_injury(asked: Asked, policy: Policy) -> bool:
    """Whether the bill is that of an injury: its diagnosis says so, or whoever brought it."""
    chapters = policy.value(CHAPTERS, on=asked.ended_on)
    assert isinstance(chapters, tuple)
    return bool(asked.injury.strip()) or asked.diagnosis[:1].upper() in chapters


def require_told_cause(asked: Asked, policy: Policy) -> None:
    """Raises InvalidInput for the bill of an injury: it is held until the cause is confirmed."""
    if is_injury(asked, policy):
        raise InvalidInput(
            "benefits.injury_is_held",
            zh="外伤须先登记经过，由医保局核查原因后再结算",
            en="an injury is held until its cause is confirmed: tell how it happened",
            where="injury" if not asked.injury.strip() else "",
        )
