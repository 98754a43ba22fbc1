"""The kinds of matter of the claim checks: a bill in question, a clue about an institution, knowledge to be taken over,
a check to be changed.

A bill: found → asked by letter (→ explained by the physician whom the hospital names) → answered → upheld with an
amount, or accepted as explained. Above a policy amount a second person confirms. What is upheld is handed over to
supervision by processes/closed_loop. A hospital that finds the bill wrong itself takes it back before its answer is
due; a bill that was submitted anew and in which nothing is found any more is closed by the product.
"""

from __future__ import annotations

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.public import Desk, Kind, Need, State, Transition
from yigongti.systems.claim_checks import matter_rules as rules

REVIEW, ANSWER, EXPLAIN = "claim_checks.review", "claim_checks.answer", "claim_checks.explain"
KNOWLEDGE, CHANGE = "claim_checks.manage_knowledge", "claim_checks.change"
BILL_KIND, CLUE_KIND = "claim_checks.bill", "claim_checks.clue"
KNOWLEDGE_KIND, CHANGE_KIND = "claim_checks.knowledge", "claim_checks.change"

_STATES = (
    State("found", Text("待初审", "To be reviewed"), Desk(REVIEW), days="claim_checks.review_days"),
    State("asked", Text("待机构说明", "Waiting for the institution"), Desk(ANSWER, "institution"),
          days="claim_checks.answer_days", shown=True, tone="due", escalates_to=(REVIEW,)),
    State("with_physician", Text("待医师说明", "Waiting for the physician"),
          Desk(EXPLAIN, "institution", assigned_by=rules.PHYSICIAN), days="claim_checks.explain_days", shown=True,
          tone="due"),
    State("answered", Text("待裁定", "To be decided"), Desk(REVIEW), days="claim_checks.decide_days", shown=True),
    State("proposed", Text("待复核", "To be confirmed"), Desk(REVIEW), days="claim_checks.decide_days", shown=True),
    State("upheld", Text("已认定，待移交", "Upheld, to be handed over"), Desk(REVIEW),
          days="claim_checks.hand_over_days", shown=True, tone="bad"),
    State("handed_over", Text("已移交监管", "Handed over to supervision"), final=True, shown=True, tone="bad"),
    State("explained", Text("说明成立", "Accepted as explained"), final=True, shown=True, tone="good"),
    State("withdrawn", Text("机构自行纠正", "Put right by the institution"), final=True, shown=True, tone="good"),
    State("corrected", Text("重新上报后已更正", "Corrected by resubmission"), final=True, tone="good"),
    State("dismissed", Text("初审排除", "Dismissed at review"), final=True),
)  # fmt: skip

_TRANSITIONS = (
    Transition("ask", Text("要求说明", "Ask the institution"), ("found",), "asked", REVIEW, needs=(Need.WORDS,),
               not_of_institution=True, bulk=True, letter="claim_query", effect=rules.remember_due_day),
    Transition("dismiss", Text("排除疑点", "Dismiss"), ("found",), "dismissed", REVIEW, needs=(Need.WORDS,),
               not_of_institution=True, internal=True, bulk=True),
    Transition("assign", Text("交医师说明", "Hand to a physician"), ("asked",), "with_physician", ANSWER,
               "institution", check=rules.require_physician,
               ask=((rules.PHYSICIAN, Text("请谁说明", "Who is to explain"), f"person:{EXPLAIN}"),)),
    Transition("explain", Text("作出说明", "Explain"), ("with_physician",), "asked", EXPLAIN, "institution",
               needs=(Need.WORDS,), effect=rules.restore_due_day),
    Transition("recall", Text("收回自办", "Take it back"), ("with_physician",), "asked", ANSWER, "institution",
               effect=rules.restore_due_day),
    Transition("answer", Text("提交说明", "Answer"), ("asked",), "answered", ANSWER, "institution",
               needs=(Need.WORDS,)),
    Transition("withdraw", Text("承认并自行纠正", "Admit and put right"), ("asked",), "withdrawn", ANSWER,
               "institution", needs=(Need.WORDS, Need.AMOUNT), check=rules.require_in_time, tone="good"),
    Transition("go_on", Text("逾期未说明，直接裁定", "Decide without an answer"), ("asked", "with_physician"),
               "answered", REVIEW, needs=(Need.WORDS,), not_of_institution=True, check=rules.require_overdue),
    Transition("accept", Text("说明成立，不予追回", "Accept the explanation"), ("answered",), "explained", REVIEW,
               needs=(Need.WORDS,), not_of_institution=True, tone="good"),
    Transition("uphold", Text("认定违规金额", "Uphold an amount"), ("answered",), "upheld", REVIEW,
               needs=(Need.WORDS, Need.AMOUNT), not_of_institution=True, check=rules.require_one_person_is_enough,
               tone="bad"),
    Transition("propose", Text("拟认定，交第二人复核", "Propose to a second person"), ("answered",), "proposed", REVIEW,
               needs=(Need.WORDS, Need.AMOUNT), not_of_institution=True, check=rules.require_within_counted),
    Transition("confirm", Text("复核同意", "Confirm"), ("proposed",), "upheld", REVIEW, not_by=("propose",),
               not_of_institution=True, tone="bad"),
    Transition("send_back", Text("复核退回", "Send back"), ("proposed",), "answered", REVIEW, needs=(Need.WORDS,),
               not_by=("propose",), not_of_institution=True),
    Transition("resubmitted", Text("重新上报后已更正", "Corrected by resubmission"),
               ("found", "asked", "with_physician"), "corrected", REVIEW, tone="good", automatic=True),
    Transition("hand_over", Text("移交监管立案", "Hand over to supervision"), ("upheld",), "handed_over", REVIEW,
               not_of_institution=True, check=rules.require_case),
)  # fmt: skip

BILL = Kind(
    id=BILL_KIND,
    label=Text("费用疑点", "Bill in question"),
    see="claim_checks.see",
    states=_STATES,
    transitions=_TRANSITIONS,
    why=Text(
        "当月审核在一份账单上发现的违规与可疑，合并金额超过政策下限的成为一件事项。",
        "What the month's checks found in one bill, where the amount counted is above the policy's limit.",
    ),
    subject_url=rules.bill_address,
    panel="claim_checks/matter.html",
    panel_context=rules.bill_panel,
    letter_values=rules.letter_values,
)

CLUE = Kind(
    id=CLUE_KIND,
    label=Text("机构线索", "Clue about an institution"),
    see="claim_checks.see",
    states=_STATES,
    transitions=_TRANSITIONS,
    why=Text(
        "与同级同类机构比较得出的线索，只说明该问什么，不说明有错。",
        "A comparison with institutions of the same kind: it says what to ask, not that something is wrong.",
    ),
    subject_url=rules.clue_address,
    panel="claim_checks/matter.html",
    panel_context=rules.bill_panel,
    letter_values=rules.letter_values,
)

_MADE = State("made", Text("待第二人签署", "Waiting for the second person"), Desk(KNOWLEDGE),
              days="claim_checks.sign_days")  # fmt: skip

KNOWLEDGE_BATCH = Kind(
    id=KNOWLEDGE_KIND,
    label=Text("审核知识导入", "Knowledge to be taken over"),
    see="claim_checks.see",
    states=(
        _MADE,
        State("done", Text("已签署", "Signed"), final=True, tone="good"),
        State("declined", Text("未同意", "Declined"), final=True, tone="bad"),
    ),
    transitions=(
        Transition("sign", Text("核对无误，签署", "Sign"), ("made",), "done", KNOWLEDGE,
                   check=rules.require_another_person, effect=rules.knowledge_signed, tone="good"),
        Transition("decline", Text("不同意", "Decline"), ("made",), "declined", KNOWLEDGE, needs=(Need.WORDS,),
                   effect=rules.knowledge_declined),
    ),
    subject_url=rules.batch_address,
)  # fmt: skip

CHANGE_OF_CHECK = Kind(
    id=CHANGE_KIND,
    label=Text("审核规则调整", "Change of a check"),
    see="claim_checks.see",
    states=(
        State("made", Text("待第二人签署", "Waiting for the second person"), Desk(CHANGE),
              days="claim_checks.sign_days"),
        State("done", Text("已签署", "Signed"), final=True, tone="good"),
        State("declined", Text("未同意", "Declined"), final=True, tone="bad"),
        State("taken_back", Text("已撤回", "Taken back"), final=True),
    ),
    transitions=(
        Transition("sign", Text("签署调整", "Sign"), ("made",), "done", CHANGE, needs=(Need.WORDS,),
                   check=rules.require_rehearsed_by_another, effect=rules.change_signed, tone="good"),
        Transition("decline", Text("不同意", "Decline"), ("made",), "declined", CHANGE, needs=(Need.WORDS,),
                   effect=rules.change_declined),
        Transition("take_back", Text("撤回", "Take back"), ("made",), "taken_back", CHANGE, "opener",
                   effect=rules.change_taken_back),
    ),
    subject_url=rules.change_address,
)  # fmt: skip

KINDS = (BILL, CLUE, KNOWLEDGE_BATCH, CHANGE_OF_CHECK)
