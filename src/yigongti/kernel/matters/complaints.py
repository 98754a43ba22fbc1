"""意见与投诉: a complaint about the platform itself, open to everyone who is signed in.

Whoever meets something wrong or slow on a page says so from that page; the system administrator of the county answers
by a date; whoever complained closes it or says that it does not help. The product keeps who, where and what; nothing of
the page's own content.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.kinds import OPENER, OWNER, Desk, Kind, Need, State, Transition
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.telling import MATTERS
from yigongti.kernel.organisations.models import Institution

ANSWER = "matters.answer_complaints"
MOST_CHARACTERS = 2000
_CHINA = ZoneInfo("Asia/Shanghai")

COMPLAINT = Kind(
    id="matters.complaint",
    label=Text("意见与投诉", "Complaint about the platform"),
    see=ANSWER,
    why=Text(
        "对平台本身的意见与投诉：由管理员限期答复，是否解决由提出人说了算。",
        "What people say about the platform itself: the administrator answers by a date, and whoever asked says whether"
        " that helps.",
    ),
    states=(
        State(
            "opened", Text("待答复", "To be answered"), desk=Desk(ANSWER, OWNER), days="matters.complaint_days",
            escalates_to=("access.manage",), tone="due",
        ),
        State(
            "answered", Text("已答复，待确认", "Answered, to be confirmed"), desk=Desk(ANSWER, OPENER),
            days="matters.complaint_confirm_days", shown=True,
        ),
        State("closed", Text("已办结", "Closed"), final=True, shown=True, tone="good"),
    ),
    transitions=(
        Transition("answer", Text("答复", "Answer"), ("opened",), "answered", ANSWER, OWNER, needs=(Need.WORDS,)),
        Transition("withdraw", Text("撤回", "Withdraw"), ("opened",), "closed", ANSWER, OPENER),
        Transition("close", Text("确认已解决", "It is solved"), ("answered",), "closed", ANSWER, OPENER, bulk=True,
                   tone="good"),
        Transition("reopen", Text("尚未解决，请再办", "It is not solved"), ("answered",), "opened", ANSWER, OPENER,
                   needs=(Need.WORDS,), tone="bad"),
        Transition("conclude", Text("逾期未确认，办结", "Close: nobody confirmed"), ("answered",), "closed", ANSWER,
                   OWNER, needs=(Need.WORDS,)),
    ),
    panel="matters/complaint_panel.html",
)  # fmt: skip


def complain(actor: Actor, *, words: str, page: str, at: datetime, attachments: Sequence[int] = ()) -> Matter:
    """Open a complaint about the page at that address of the site. It is opened as the product itself, so that also
    posts that change nothing may complain. Raises InvalidInput without words."""
    from yigongti.kernel.matters.actions.open_matter import open_matter

    words = words.replace("\x00", "").strip()[:MOST_CHARACTERS]
    if not words:
        raise InvalidInput("matters.words_missing", zh="请写明您的意见或遇到的问题", en="say what is wrong")
    place = home_of(actor)
    first = words.splitlines()[0][:60]
    with scope(NOBODY, purpose=MATTERS):
        return open_matter(
            actor, COMPLAINT.id, subject=f"{at:%Y%m%d%H%M%S%f}/{actor.account_id}",
            title=Text(f"意见：{first}", f"Complaint: {first}"), institution=place, owner=top_of(place), at=at,
            words=words, data={"page": page[:300]}, attachments=attachments,
        )  # fmt: skip


def home_of(actor: Actor) -> Institution:
    """The institution of the actor's first post."""
    if not actor.posts:
        raise InvalidInput("matters.no_post", zh="您没有在任的岗位", en="you hold no post in force")
    return Institution.objects.get(pk=actor.posts[0].institution_id)


def top_of(place: Institution) -> Institution:
    """The county above an institution: the top of its tree."""
    while place.parent_id is not None:
        place = Institution.objects.get(pk=place.parent_id)
    return place


def complaints_of(month: Month, *, using: str = "default") -> dict[int, int]:
    """Institution → how many complaints its people raised in the month (China's calendar), whatever became of them."""
    rows = Matter.objects.using(using).filter(
        kind=COMPLAINT.id,
        opened_at__gte=datetime.combine(month.first_day, time(), _CHINA),
        opened_at__lt=datetime.combine(month.plus(1).first_day, time(), _CHINA),
    )
    return dict(rows.order_by().values_list("institution_id").annotate(count=Count("id")))
