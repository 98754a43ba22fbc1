"""Two kinds of matter: a revision of prices on its way to publication, and a hospital's application for a new item."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import OPENER, Desk, Kind, Need, State, Transition
from yigongti.systems.prices.steps import (
    accept_item,
    ask_back,
    decline_item,
    publish,
    require_rehearsed,
    require_signable,
    resend_item,
    return_to_draft,
    send_for_signature,
    take_back,
)

PREPARE, SIGN, APPLY = "prices.prepare", "prices.sign", "prices.apply"

REVISION = Kind(
    id="prices.revision",
    label=Text("价格调整", "Revision of prices"),
    why=Text(
        "调价先测算、再由另一人签发，到期日自动生效。",
        "A revision is rehearsed first, signed by a second person, and in force from its day.",
    ),
    see="prices.see",
    states=(
        State("draft", Text("拟稿", "In preparation"), desk=Desk(PREPARE), days="prices.draft_days"),
        State(
            "signing",
            Text("待签发", "Waiting for the signature"),
            desk=Desk(SIGN),
            days="prices.signing_days",
            tone="due",
        ),
        State("published", Text("已公布", "Published"), final=True, shown=True, tone="good"),
        State("withdrawn", Text("已撤回", "Withdrawn"), final=True),
    ),
    transitions=(
        Transition(
            "send",
            Text("送签", "Send for signature"),
            ("draft",),
            "signing",
            PREPARE,
            check=require_rehearsed,
            effect=send_for_signature,
        ),
        Transition(
            "sign",
            Text("签发", "Sign and publish"),
            ("signing",),
            "published",
            SIGN,
            not_by=("send",),
            check=require_signable,
            effect=publish,
            tone="good",
        ),
        Transition(
            "return",
            Text("退回修改", "Return"),
            ("signing",),
            "draft",
            SIGN,
            needs=(Need.WORDS,),
            effect=return_to_draft,
        ),
        Transition(
            "withdraw",
            Text("撤回", "Withdraw"),
            ("draft", "signing"),
            "withdrawn",
            PREPARE,
            needs=(Need.WORDS,),
            effect=take_back,
            tone="bad",
        ),
    ),
    subject_url=lambda matter: f"/prices/revisions/{matter.data['revision']}",
)

NEW_ITEM = Kind(
    id="prices.new_item",
    label=Text("新增项目申请", "Application for a new item"),
    why=Text(
        "医院申请新的收费项目，由医保局答复。",
        "A hospital asks for a new item to be charged; the insurance bureau answers.",
    ),
    see="prices.see",
    states=(
        State(
            "asked", Text("待受理", "Waiting for the bureau"), desk=Desk(PREPARE), days="prices.item_days", shown=True
        ),
        State(
            "questioned",
            Text("待补充", "Sent back with a question"),
            desk=Desk(APPLY, OPENER),
            days="prices.item_days",
            shown=True,
            tone="due",
        ),
        State("accepted", Text("已采纳", "Taken into a revision"), final=True, shown=True, tone="good"),
        State("declined", Text("不予采纳", "Declined"), final=True, shown=True, tone="bad"),
    ),
    transitions=(
        Transition(
            "accept",
            Text("采纳", "Accept"),
            ("asked",),
            "accepted",
            PREPARE,
            needs=(Need.WORDS,),
            not_of_institution=True,
            effect=accept_item,
            ask=(
                ("code", Text("项目编码", "Item code"), "text"),
                ("revision_number", Text("纳入哪次调价（编号）", "Into which revision (number)"), "number"),
            ),
        ),
        Transition(
            "question",
            Text("要求补充", "Ask for more"),
            ("asked",),
            "questioned",
            PREPARE,
            needs=(Need.WORDS,),
            effect=ask_back,
        ),
        Transition(
            "resend",
            Text("补充后再报", "Send again"),
            ("questioned",),
            "asked",
            APPLY,
            OPENER,
            needs=(Need.WORDS,),
            effect=resend_item,
        ),
        Transition(
            "decline",
            Text("不予采纳", "Decline"),
            ("asked",),
            "declined",
            PREPARE,
            needs=(Need.WORDS,),
            not_of_institution=True,
            effect=decline_item,
        ),
    ),
    subject_url=lambda matter: f"/prices/applications/{matter.data['application']}",
)

KINDS = (REVISION, NEW_ITEM)
