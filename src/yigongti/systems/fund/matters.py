"""The kind of matter of the fund: a year's contract on its way from the desk to the community."""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import INSTITUTION, Desk, Kind, Need, State, Transition
from yigongti.systems.fund.contract_words import letter_values
from yigongti.systems.fund.steps import (
    accept,
    require_second_person,
    return_to_draft,
    send_for_signature,
    sign,
    take_back,
)

CONTRACT, SIGN, ACCEPT = "fund.contract", "fund.sign", "fund.accept"

YEAR_CONTRACT = Kind(
    id="fund.contract",
    label=Text("年度总额协议", "Contract of the year"),
    why=Text(
        "额度由医保局拟定、另一人复核签署，再由医共体牵头医院确认后生效。",
        "The bureau draws up the quota, a second person signs it, and the community accepts it.",
    ),
    see="fund.see",
    states=(
        State("draft", Text("拟稿", "In preparation"), desk=Desk(CONTRACT), days="fund.draft_days"),
        State(
            "signing", Text("待签发", "Waiting for the signature"), desk=Desk(SIGN), days="fund.sign_days", tone="due"
        ),
        State(
            "accepting",
            Text("待医共体确认", "Waiting for the community"),
            desk=Desk(ACCEPT, INSTITUTION),
            days="fund.accept_days",
            shown=True,
            tone="due",
        ),
        State("in_force", Text("生效", "In force"), final=True, shown=True, tone="good"),
        State("withdrawn", Text("已撤回", "Withdrawn"), final=True),
    ),
    transitions=(
        Transition(
            "send", Text("送签", "Send for signature"), ("draft",), "signing", CONTRACT, effect=send_for_signature
        ),
        Transition(
            "sign",
            Text("签发", "Sign and publish"),
            ("signing",),
            "accepting",
            SIGN,
            not_by=("send",),
            check=require_second_person,
            effect=sign,
            letter="fund_contract",
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
            "accept",
            Text("确认协议", "Accept the contract"),
            ("accepting",),
            "in_force",
            ACCEPT,
            INSTITUTION,
            effect=accept,
            tone="good",
        ),
        Transition(
            "object",
            Text("提出异议", "Object"),
            ("accepting",),
            "draft",
            ACCEPT,
            INSTITUTION,
            needs=(Need.WORDS,),
            effect=return_to_draft,
            tone="bad",
        ),
        Transition(
            "withdraw",
            Text("撤回", "Withdraw"),
            ("draft", "signing", "accepting"),
            "withdrawn",
            CONTRACT,
            needs=(Need.WORDS,),
            effect=take_back,
            tone="bad",
        ),
    ),
    letter_values=letter_values,
    subject_url=lambda matter: f"/fund/contracts/{matter.data['contract']}",
)

KINDS = (YEAR_CONTRACT,)
