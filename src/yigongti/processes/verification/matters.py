"""The kind of matter of verification: what should be the same is not. Found → looked into → closed by the product when
the check holds again. Nobody closes it by hand: a difference that is explained is posted, and then it is gone."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import Desk, Kind, Matter, Need, State, Transition

RUN, SEE = "verification.run", "verification.see"
BOOKS_DIFFER = "verification.books_differ"


def _address(matter: Matter) -> str:
    return f"{reverse('verification:overview')}?month={matter.month}&check={matter.data.get('check', '')}"


def _panel(matter: Matter, actor: Actor) -> dict[str, Any]:
    from yigongti.processes.verification.checks import BY_ID

    return {"check": BY_ID.get(str(matter.data.get("check", "")))}


KIND = Kind(
    id=BOOKS_DIFFER,
    label=Text("账实不符", "Books differ"),
    see=SEE,
    states=(
        State("found", Text("待查", "To be looked into"), Desk(RUN), days="verification.look_days", tone="bad"),
        State("explained", Text("已查明，待更正", "Explained, to be put right"), Desk(RUN),
              days="verification.put_right_days", tone="due"),
        State("holds", Text("已相符", "Holds again"), final=True, tone="good"),
    ),
    transitions=(
        Transition("explain", Text("写明原因", "Say why"), ("found",), "explained", RUN, needs=(Need.WORDS,)),
        Transition("holds", Text("再次核对，已相符", "Holds again"), ("found", "explained"), "holds", RUN, tone="good",
                   automatic=True),
    ),
    why=Text(
        "账单、账簿、个人累计和资金池之间应当相等的两个数不相等；更正后再次核对，自动办结。",
        "Two sums that must be the same between bills, books, counters and pools are not; once put right, the next"
        " run closes it.",
    ),
    subject_url=_address,
    panel="verification/matter.html",
    panel_context=_panel,
)  # fmt: skip

KINDS = (KIND,)
