"""The kinds of matter that this system declares: a department asks for a case to be grouped by other codes.

asked → accepted / declined by the coder / withdrawn by whoever asked. The codes, before and after, stand in
AdjustmentRequest; its state follows the matter's (adjusting.py), whether the step was taken on the page of requests or
in the inbox.
"""

from __future__ import annotations

from django.urls import reverse

from yigongti.foundation.errors import Text
from yigongti.kernel.matters.kinds import INSTITUTION, OPENER, Desk, Kind, Need, State, Transition
from yigongti.kernel.matters.models import Matter
from yigongti.systems.casemix_payment import adjusting

ANSWER, ASK = "casemix_payment.answer_change", "casemix_payment.ask_change"


def _page(matter: Matter) -> str:
    """The request in the list of its month."""
    request = adjusting.request_of(matter)
    return reverse("casemix_payment:requests") + (
        f"?institution={request.institution.code}&month={request.month}&open={request.pk}"
    )


ADJUSTMENT = Kind(
    id="casemix_payment.adjustment",
    label=Text("分组异议", "Request to change a grouping"),
    why=Text("科室认为病例入组有误时提出，由编码员答复。", "Asked by a department that finds a case grouped wrongly."),
    see="casemix_payment.see_cases",
    states=(
        State("asked", Text("待编码员答复", "Waiting for the coder"), desk=Desk(ANSWER, INSTITUTION), shown=True,
              days="casemix.answer_change_days", tone="due"),
        State("accepted", Text("已采纳", "Accepted"), final=True, shown=True, tone="good"),
        State("declined", Text("未采纳", "Declined"), final=True, shown=True, tone="bad"),
        State("withdrawn", Text("已撤回", "Withdrawn"), final=True, shown=True),
    ),
    transitions=(
        Transition("accept", Text("采纳", "Accept"), ("asked",), "accepted", ANSWER, INSTITUTION, needs=(Need.WORDS,),
                   check=adjusting.require_another, effect=adjusting.accepted, tone="good"),
        Transition("decline", Text("不采纳", "Decline"), ("asked",), "declined", ANSWER, INSTITUTION,
                   needs=(Need.WORDS,), check=adjusting.require_another, effect=adjusting.declined, tone="bad"),
        Transition("withdraw", Text("撤回", "Withdraw"), ("asked",), "withdrawn", ASK, OPENER,
                   effect=adjusting.withdrawn),
    ),
    subject_url=_page,
)  # fmt: skip

KINDS = (ADJUSTMENT,)
