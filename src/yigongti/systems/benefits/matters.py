"""Two kinds of matter: the benefits of a disease to be approved, and an injury whose cause is to be confirmed."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import INSTITUTION, Desk, Kind, Need, State, Transition
from yigongti.systems.benefits.deciding import approve, refuse_approval, refuse_injury, release_injury

SEE, APPROVE, SETTLE = "benefits.see", "benefits.approve", "benefits.settle"

APPROVAL = Kind(
    id="benefits.approval",
    label=Text("病种待遇审批", "Benefits of a disease"),
    why=Text(
        "两病、慢特病和重大疾病的待遇，由医保局凭诊断依据认定起止日期。",
        "The bureau decides from when to when somebody has the benefits of a disease.",
    ),
    see=SEE,
    states=(
        State(
            "asked",
            Text("待审批", "Waiting for the bureau"),
            desk=Desk(APPROVE),
            days="benefits.approval_days",
            shown=True,
        ),
        State("approved", Text("已认定", "Approved"), final=True, shown=True, tone="good"),
        State("refused", Text("不予认定", "Refused"), final=True, shown=True, tone="bad"),
    ),
    transitions=(
        Transition(
            "approve",
            Text("认定", "Approve"),
            ("asked",),
            "approved",
            APPROVE,
            not_of_institution=True,
            effect=approve,
            tone="good",
        ),
        Transition(
            "refuse",
            Text("不予认定", "Refuse"),
            ("asked",),
            "refused",
            APPROVE,
            needs=(Need.WORDS,),
            not_of_institution=True,
            effect=refuse_approval,
            tone="bad",
        ),
    ),
    subject_url=lambda matter: f"/benefits/approvals/{matter.data['approval']}",
)

INJURY = Kind(
    id="benefits.injury",
    label=Text("外伤核查", "Cause of an injury"),
    why=Text(
        "外伤费用先核查原因：有第三方责任或属工伤的，不由医保基金支付。",
        "Insurance pays for an injury once it is known that nobody else has to.",
    ),
    see=SEE,
    states=(
        State(
            "held", Text("待核查", "Cause to be confirmed"), desk=Desk(APPROVE), days="benefits.injury_days", shown=True
        ),
        State(
            "questioned",
            Text("待补充", "Sent back with a question"),
            desk=Desk(SETTLE, INSTITUTION),
            days="benefits.injury_days",
            shown=True,
            tone="due",
        ),
        State("released", Text("已结算", "Released and settled"), final=True, shown=True, tone="good"),
        State("refused", Text("不予支付", "Not for insurance"), final=True, shown=True, tone="bad"),
    ),
    transitions=(
        Transition(
            "confirm",
            Text("确认原因并结算", "Confirm the cause and settle"),
            ("held",),
            "released",
            APPROVE,
            needs=(Need.WORDS,),
            not_of_institution=True,
            effect=release_injury,
            tone="good",
        ),
        Transition("question", Text("要求补充", "Ask for more"), ("held",), "questioned", APPROVE, needs=(Need.WORDS,)),
        Transition(
            "answer",
            Text("补充后再报", "Send again"),
            ("questioned",),
            "held",
            SETTLE,
            INSTITUTION,
            needs=(Need.WORDS,),
        ),
        Transition(
            "refuse",
            Text("不予支付", "Refuse"),
            ("held",),
            "refused",
            APPROVE,
            needs=(Need.WORDS,),
            not_of_institution=True,
            effect=refuse_injury,
            tone="bad",
        ),
    ),
    subject_url=lambda matter: f"/benefits/injuries/{matter.data['injury']}",
)

KINDS = (APPROVAL, INJURY)
