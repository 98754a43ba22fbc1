"""The door of matters: open one, take a step, read.

with scope(NOBODY, purpose=MATTERS):                       # the product itself
    open_matter(NOBODY, "claim_checks.bill", subject=…, title=Text(…), institution=…, owner=…, at=now)
act(request.actor, matter.pk, "answer", at=now, version=3, given=Given(words="…"))
"""

from yigongti.kernel.matters.actions.act import act, may_take
from yigongti.kernel.matters.actions.open_matter import open_matter
from yigongti.kernel.matters.kinds import Change, Desk, Given, Kind, Need, State, Transition
from yigongti.kernel.matters.letters.due import MATTERS
from yigongti.kernel.matters.models import Letter, Matter, Step
from yigongti.kernel.matters.queries import inbox
from yigongti.kernel.matters.registry import kind_of, kinds

__all__ = [
    "MATTERS", "Change", "Desk", "Given", "Kind", "Letter", "Matter", "Need", "State", "Step", "Transition",
    "act", "inbox", "kind_of", "kinds", "may_take", "open_matter",
]  # fmt: skip
