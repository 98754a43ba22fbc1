"""The door of matters: open one, take a step, read.

with scope(NOBODY, purpose=MATTERS):                       # the product itself
    open_matter(NOBODY, "claim_checks.bill", subject=…, title=Text(…), institution=…, owner=…, at=now)
act(request.actor, matter.pk, "answer", at=now, version=3, given=Given(words="…"))
"""

from yigongti.kernel.matters.actions.act import act, may_take
from yigongti.kernel.matters.actions.act_on_many import ManyDone, act_on_many
from yigongti.kernel.matters.actions.assign import assign, take_back
from yigongti.kernel.matters.actions.comment import comment
from yigongti.kernel.matters.actions.end_leave import end_leave
from yigongti.kernel.matters.actions.open_many import Opening, open_many, renew_many, take_for_many
from yigongti.kernel.matters.actions.open_matter import open_matter
from yigongti.kernel.matters.actions.take_leave import can_stand_in, take_leave
from yigongti.kernel.matters.actions.undo import may_undo, undo
from yigongti.kernel.matters.complaints import complaints_of
from yigongti.kernel.matters.kinds import Change, Desk, Given, Kind, Need, State, Transition
from yigongti.kernel.matters.letters.composing import Rows
from yigongti.kernel.matters.models import Letter, Matter, Step
from yigongti.kernel.matters.people import Person, people_at
from yigongti.kernel.matters.queries import inbox
from yigongti.kernel.matters.registry import kind_of, kinds
from yigongti.kernel.matters.telling import MATTERS
from yigongti.kernel.matters.words import action_of, manner_of

__all__ = [
    "MATTERS", "Change", "Desk", "Given", "Kind", "Letter", "ManyDone", "Matter", "Need", "Opening", "Person", "Rows",
    "State", "Step", "Transition", "act", "act_on_many", "action_of", "assign", "can_stand_in", "comment",
    "complaints_of", "end_leave", "inbox", "kind_of", "kinds", "manner_of", "may_take", "may_undo", "open_many",
    "open_matter", "people_at", "renew_many", "take_back", "take_for_many", "take_leave", "undo",
]  # fmt: skip
