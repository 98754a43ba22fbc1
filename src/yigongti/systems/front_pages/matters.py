"""The kinds of matter that front pages declare: a page with defects, and a department's month.

A page with defects goes to its attending physician (by name where the physician has an account, else to whoever answers
defects in the department and to the record room) on the day on which the hospital submits it; the record room confirms
what was mended and decides what is no defect; a correct resubmission closes it by itself. Once a month the head of the
department signs the list and the pass rate; a late signature is told to the record room and the insurance office.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import Desk, Kind, Matter, Need, State, Transition
from yigongti.systems.front_pages.defect_panels import month_panel, page_panel

SEE, ANSWER, CORRECT = "front_pages.see", "front_pages.answer_defects", "front_pages.correct"
SIGN, SUBMIT = "front_pages.sign_month", "front_pages.submit"
CONFIRM_DAYS = "front_pages.confirm_days"
ACCOUNT = "account"
"""Key of a matter's data: the physician's account."""


def page_of(matter: Matter) -> str:
    """The address of the front page that a matter is about: its subject is month/institution/case."""
    month, institution, case_id = matter.subject.split("/", 2)
    return reverse("front_pages:page", args=[institution, case_id]) + f"?month={month}"


def month_of(matter: Matter) -> str:
    """The address of the month's pages of the department."""
    month, institution, department = matter.subject.split("/", 2)
    query = f"?institution={institution}&month={month}&where_department_code={department}"
    return reverse("front_pages:pages") + query


def _page(matter: Matter, actor: Actor) -> dict[str, Any]:
    return page_panel(matter.data, Month.parse(matter.month), actor, matter.institution_id)


def _month(matter: Matter, actor: Actor) -> dict[str, Any]:
    return month_panel(matter.data, Month.parse(matter.month), actor, matter.institution_id, matter.department_code)


DEFECTS = Kind(
    id="front_pages.defects",
    label=Text("病案首页缺陷", "Front page with defects"),
    see=SEE,
    why=Text(
        "首页有缺陷的病案，上报当天交主治医师修订；病案室确认或裁定“不是缺陷”；重新上报后已无缺陷的自动办结。",
        "A front page with defects goes to the attending physician on the day it is submitted; the record room"
        " confirms what was mended and decides what is no defect; a correct resubmission closes it.",
    ),
    states=(
        State(
            "mending", Text("待医师修订", "To be mended"), desk=Desk(ANSWER, assigned_by=ACCOUNT),
            days="front_pages.mend_days", shown=True, escalates_to=(CORRECT,), tone="due",
        ),
        State("mended", Text("已修订，待确认", "Mended, to be confirmed"), desk=Desk(CORRECT), days=CONFIRM_DAYS,
              shown=True),
        State(
            "disputed", Text("医师认为不是缺陷", "Said to be no defect"), desk=Desk(CORRECT), days=CONFIRM_DAYS,
            shown=True, tone="due",
        ),
        State("corrected", Text("已更正", "Corrected"), final=True, shown=True, tone="good"),
        State("no_defect", Text("认定不是缺陷", "No defect"), final=True, shown=True),
    ),
    transitions=(
        Transition("mend", Text("已修订", "I have mended it"), ("mending",), "mended", ANSWER, bulk=True,
                   undoable=True),
        Transition("dispute", Text("不是缺陷", "It is no defect"), ("mending",), "disputed", ANSWER,
                   needs=(Need.WORDS,), undoable=True),
        Transition("confirm", Text("确认已更正", "Confirm"), ("mended",), "corrected", CORRECT, bulk=True, tone="good",
                   undoable=True),
        Transition("accept", Text("认定不是缺陷", "Accept: no defect"), ("disputed",), "no_defect", CORRECT, bulk=True,
                   undoable=True),
        Transition("send_back", Text("退回修订", "Send back"), ("mended", "disputed"), "mending", CORRECT,
                   needs=(Need.WORDS,), tone="bad"),
        Transition("resubmitted", Text("重新上报后已更正", "Corrected by resubmission"),
                   ("mending", "mended", "disputed"), "corrected", CORRECT, tone="good", automatic=True),
    ),
    subject_url=page_of,
    panel="front_pages/defects_panel.html",
    panel_context=_page,
)  # fmt: skip

DEPARTMENT_MONTH = Kind(
    id="front_pages.department_month",
    label=Text("科室月度病案质量确认", "A department's month of record quality"),
    see=SEE,
    why=Text(
        "每月月结后，科主任签认本科室的合格率和缺陷清单；逾期告知病案室和医保办。",
        "After each close the head of the department signs its pass rate and list of defects; when late, the record"
        " room and the insurance office are told.",
    ),
    states=(
        State(
            "signing", Text("待科主任签认", "To be signed"), desk=Desk(SIGN), days="front_pages.sign_days", shown=True,
            escalates_to=(CORRECT, SUBMIT), tone="due",
        ),
        State("questioned", Text("科室有异议，待病案室核对", "Questioned"), desk=Desk(CORRECT), days=CONFIRM_DAYS,
              shown=True),
        State("signed", Text("已签认", "Signed"), final=True, shown=True, tone="good"),
    ),
    transitions=(
        Transition("sign", Text("签认", "Sign"), ("signing",), "signed", SIGN, tone="good", undoable=True),
        Transition("question", Text("提出异议", "Question it"), ("signing",), "questioned", SIGN, needs=(Need.WORDS,),
                   tone="bad"),
        Transition("settle", Text("答复，请再签认", "Answer"), ("questioned",), "signing", CORRECT,
                   needs=(Need.WORDS,)),
    ),
    subject_url=month_of,
    panel="front_pages/month_panel.html",
    panel_context=_month,
)  # fmt: skip

KINDS = (DEFECTS, DEPARTMENT_MONTH)
