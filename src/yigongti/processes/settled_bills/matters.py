"""The kind of matter of settled bills: a settlement that was paid otherwise than the policy says.

The institution explains, or corrects by reversal and submits again (the product then closes the matter); the insurance
bureau accepts the explanation or asks again.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import INSTITUTION, Desk, Kind, Need, State, Transition

SEE, APPROVE, SETTLE = "benefits.see", "benefits.approve", "benefits.settle"
DIFFERENCE_KIND = "settled_bills.difference"
_DAYS = "benefits.difference_days"

DIFFERENCE = Kind(
    id=DIFFERENCE_KIND,
    label=Text("结算差异", "Settlement that differs"),
    why=Text(
        "月结按政策复算每笔结算，实付与应付之差超过下限的成为一件事项。",
        "The close computes each settlement again; what differs by more than the policy's amount becomes a matter.",
    ),
    see=SEE,
    states=(
        State("asked", Text("待机构说明或更正", "Waiting for the institution"), desk=Desk(SETTLE, INSTITUTION),
              days=_DAYS, shown=True, tone="due", escalates_to=(APPROVE,)),
        State("answered", Text("待核定", "To be decided"), desk=Desk(APPROVE), days=_DAYS, shown=True),
        State("accepted", Text("说明成立", "Accepted as explained"), final=True, shown=True, tone="good"),
        State("corrected", Text("重新上报后已更正", "Corrected by resubmission"), final=True, shown=True, tone="good"),
    ),
    transitions=(
        Transition("explain", Text("提交说明", "Answer"), ("asked",), "answered", SETTLE, INSTITUTION,
                   needs=(Need.WORDS,)),
        Transition("accept", Text("说明成立", "Accept the explanation"), ("answered",), "accepted", APPROVE,
                   needs=(Need.WORDS,), not_of_institution=True, tone="good"),
        Transition("ask_again", Text("退回重新说明", "Ask again"), ("answered",), "asked", APPROVE,
                   needs=(Need.WORDS,), not_of_institution=True, tone="bad"),
        Transition("resubmitted", Text("重新上报后已更正", "Corrected by resubmission"), ("asked", "answered"),
                   "corrected", APPROVE, tone="good", automatic=True),
    ),
    subject_url=lambda matter: (
        f"/settled_bills/differences/?institution={matter.data['institution_code']}&month={matter.month}"
    ),
)  # fmt: skip

KINDS = (DIFFERENCE,)
