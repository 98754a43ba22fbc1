"""A change of policy on its way from paper into force: prepared and rehearsed, signed by a second person, published."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import Desk, Kind, Need, State, Transition
from yigongti.processes.rehearsal.steps import (
    back_to_draft,
    published,
    require_rehearsed,
    require_signable,
    require_still_as_signed,
    signed,
    to_signing,
    withdrawn,
)

RUN, SIGN = "rehearsal.run", "rehearsal.sign"

CHANGE = Kind(
    id="rehearsal.change",
    label=Text("政策推演与公布", "Change of policy"),
    why=Text(
        "政策调整先在历史数据上推演，由另一人复核签署，再公布，到期日生效。",
        "A change of policy is rehearsed on past facts, signed by another, published, and in force from its day.",
    ),
    see=RUN,
    states=(
        State("draft", Text("拟定与推演", "In preparation"), desk=Desk(RUN)),
        State("signing", Text("待复核签署", "Waiting for the second person"), desk=Desk(SIGN),
              days="rehearsal.sign_days", tone="due"),
        State("signed", Text("已签署待公布", "Signed, to be published"), desk=Desk(SIGN),
              days="rehearsal.publish_days", tone="due"),
        State("published", Text("已公布", "Published"), final=True, tone="good"),
        State("withdrawn", Text("已撤回", "Withdrawn"), final=True),
    ),
    transitions=(
        Transition(
            "send", Text("送复核", "Send to the second person"), ("draft",), "signing", RUN,
            check=require_rehearsed, effect=to_signing,
        ),
        Transition(
            "sign", Text("复核签署", "Sign"), ("signing",), "signed", SIGN, not_by=("send",), check=require_signable,
            effect=signed, tone="good",
            ask=(("digest", Text("推演结果摘要（前 12 位）", "Digest of the result (first 12 places)"), "text"),),
        ),
        Transition(
            "return", Text("退回修改", "Return"), ("signing", "signed"), "draft", SIGN, needs=(Need.WORDS,),
            effect=back_to_draft,
        ),
        Transition(
            "publish", Text("公布", "Publish"), ("signed",), "published", SIGN, check=require_still_as_signed,
            effect=published, tone="good",
        ),
        Transition(
            "withdraw", Text("撤回", "Withdraw"), ("draft", "signing", "signed"), "withdrawn", RUN,
            needs=(Need.WORDS,), effect=withdrawn, tone="bad",
        ),
    ),
    subject_url=lambda matter: f"/rehearsal/{matter.data['rehearsal']}",
)  # fmt: skip

KINDS = (CHANGE,)
