"""The kind of matter that the residents' own pages declare: an objection to a look into the record.

The privacy officer answers within working days that the policy gives; the answer goes to the resident. The matter holds
no name and no words of the resident: those lie in `Objection`, which only the resident and the officers see.
"""

from __future__ import annotations

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, NotFound, Text
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS, Change, Desk, Kind, Need, State, Transition
from yigongti.kernel.messages.public import send
from yigongti.systems.resident_services.models import Objection

ANSWER = "trail.see_views"
LONGEST = 500


def _answer(change: Change) -> None:
    """The officer's words become the objection's answer, and the resident is told."""
    words = change.step.words
    if len(words) > LONGEST:
        raise InvalidInput(
            "resident_services.answer_long",
            zh=f"答复请不超过 {LONGEST} 个字",
            en=f"answer in at most {LONGEST} characters",
        )
    with scope(NOBODY, purpose=MATTERS):
        objection = Objection.objects.filter(pk=change.matter.data["objection"]).select_related("institution").first()
        if objection is None:
            raise NotFound("resident_services.no_objection", zh="没有这条异议", en="there is no such objection")
        Objection.objects.filter(pk=objection.pk).update(answer=words, answered_at=change.at)
    place = objection.institution
    with scope(NOBODY, purpose="matching"):  # the officer may not see the registration as such
        resident = objection.resident
    send(
        "objection_answered",
        resident,
        {
            "institution": Text(place.in_language("zh-hans"), place.in_language("en")),
            "when": f"{timezone.localtime(objection.looked_at):%Y-%m-%d %H:%M}",
        },
        at=change.at,
        institution_id=place.pk,
        subject=f"Objection/{objection.pk}",
    )


OBJECTION = Kind(
    id="resident_services.objection",
    label=Text("居民对查看档案的异议", "A resident's objection to a look"),
    why=Text(
        "居民认为某次查看不应发生；个人信息保护负责人核查后答复本人。",
        "A resident says that a look was not right; the privacy officer looks into it and answers.",
    ),
    see=ANSWER,
    states=(
        State(
            "received", Text("待核查", "To be looked into"), desk=Desk(ANSWER), days="resident_services.objection_days",
            escalates_to=(ANSWER,),
        ),
        State("justified", Text("异议成立", "The resident was right"), final=True, tone="bad"),
        State("explained", Text("已说明", "Explained"), final=True, tone="good"),
    ),
    transitions=(
        Transition(
            "explain", Text("查看有据，说明理由", "The look was right: explain"), ("received",), "explained", ANSWER,
            needs=(Need.WORDS,), effect=_answer,
        ),
        Transition(
            "uphold", Text("异议成立，告知处理", "The look was wrong: say what follows"), ("received",), "justified",
            ANSWER, needs=(Need.WORDS,), effect=_answer, tone="bad",
        ),
    ),
    panel="resident_services/objection_panel.html",
    panel_context=lambda matter, actor: {"objection": Objection.objects.filter(pk=matter.data["objection"]).first()},
)  # fmt: skip

KINDS = (OBJECTION,)
