"""A kind of matter (事项), declared: its states, who moves it on from each, what each step needs, and by when.

# systems/claim_checks/matters.py
BILL = Kind(
    id="claim_checks.bill",
    label=Text("费用疑点", "Doubtful bill"),
    see="claim_checks.see",
    states=(
        State("found", Text("待初审", "To be reviewed"), desk=Desk("claim_checks.review", "owner"),
              days="claim_checks.review_days"),
        State("answering", Text("待医院说明", "Waiting for the hospital"),
              desk=Desk("claim_checks.answer", "institution"), days="claim_checks.answer_days", shown=True),
        State("closed", Text("已结", "Closed"), final=True, shown=True),
    ),
    transitions=(
        Transition("ask", Text("要求说明", "Ask the hospital"), ("found",), "answering", "claim_checks.review", "owner",
                   needs=(Need.WORDS,), letter="claim_query"),
        ...
    ),
)
KINDS = (BILL,)

Everything that people see of a kind (buttons, inbox, deadlines, letters, the drawing) comes from here. The registry
reads `KINDS` of every application's matters.py. A kind is checked whole when it is declared: a state that nothing
reaches, a transition to nowhere, a permission that no role holds are errors (`Kind.__post_init__`, tests/architecture).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from yigongti.foundation.errors import Text

if TYPE_CHECKING:
    from yigongti.kernel.access.actor import Actor
    from yigongti.kernel.matters.models import Matter, Step

OWNER, INSTITUTION, OPENER = "owner", "institution", "opener"
PLACES = (OWNER, INSTITUTION, OPENER)
NO_WORDS = Text("", "")


class Need(StrEnum):
    """What a step cannot be taken without."""

    WORDS = "words"  # a reason or an answer in words
    AMOUNT = "amount"  # yuan, not negative
    EVIDENCE = "evidence"  # at least one attachment
    FORM = "form"  # an accepted answer of the transition's form
    ARTICLES = "articles"  # articles of law: sources of policy/sources


@dataclass(frozen=True, slots=True)
class Desk:
    """In whose hands a state is: those who hold the permission at the place (owner, institution), or the one who opened
    it (opener). assigned_by: key of Matter.data that names an account, when the state belongs to one person."""

    permission: str
    at: str = OWNER
    assigned_by: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A state. days: the policy parameter with the working days until it is due, "" for no deadline. shown: whether the
    institution concerned sees the matter from here on. escalates_to: permissions at the owner (and above it) told one
    after the other when it stays late. when_late: a transition that the product itself takes once the deadline has
    passed (no answer in time: deemed accepted). tone: "", "due", "good" or "bad" for the mark beside the word."""

    id: str
    label: Text
    desk: Desk | None = None
    days: str = ""
    shown: bool = False
    final: bool = False
    escalates_to: tuple[str, ...] = ()
    when_late: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody hands in with a step. data: what the transition's own form brought, merged into Matter.data."""

    words: str = ""
    amount: Decimal | None = None
    attachments: tuple[int, ...] = ()
    articles: tuple[str, ...] = ()
    form_answer: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A step as it is being taken, for a transition's `check` and `effect`: both run in its transaction."""

    actor: Actor
    matter: Matter
    step: Step
    given: Given
    at: datetime


@dataclass(frozen=True, slots=True)
class Transition:
    """A step that somebody may take.

    label: a verb. permission at `at`: who may (OPENER: whoever opened the matter). not_by: transitions whose last taker
    may not take this one (a second person must). not_of_institution: nobody who holds a post at the institution
    concerned (or below it, unless the post reaches the owner as well) may take it: the accused cannot rule. internal:
    the step's words are not shown to the institution concerned. letter: kind of letter that it prints
    (policy/letters), due in the same transaction. bulk: may be taken for many matters at once. form: id of the form
    that Need.FORM asks for.
    check: raises an error of foundation.errors when the step cannot be taken now. effect: what else happens in the same
    transaction. ask: names of the extra fields that the page asks for, as (key of data, label, kind "text", "number",
    "date", "choice:parameter", "person:permission": the account of somebody who holds it at the institution concerned).
    undoable: its taker may take it back within matters.undo_minutes, as long as its letter is not made; undo: what
    takes its effect back, in the same transaction. automatic: taken by the product itself, so that it has no button.
    """

    id: str
    label: Text
    source: tuple[str, ...]
    target: str
    permission: str
    at: str = OWNER
    needs: tuple[Need, ...] = ()
    not_by: tuple[str, ...] = ()
    not_of_institution: bool = False
    internal: bool = False
    letter: str = ""
    bulk: bool = False
    form: str = ""
    ask: tuple[tuple[str, Text, str], ...] = ()
    check: Callable[[Change], None] | None = None
    effect: Callable[[Change], None] | None = None
    undoable: bool = False
    undo: Callable[[Change], None] | None = None
    tone: str = ""
    automatic: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of matter. id: "<application>.<word>". see: the permission with which its matters are read; those in
    whose hands a matter is, and who opened it, see it in any case. subject_url: from Matter to the page of what it is
    about, "" for none. letter_values: what the words of its letters name beyond what every letter knows (texts in both
    languages, words, Decimal yuan, days; a table as letters.composing.Rows), asked in the step's own transaction."""

    id: str
    label: Text
    see: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    why: Text = NO_WORDS
    subject_url: Callable[[Matter], str] | None = None
    panel: str = ""  # template that shows what the matter is about, given {"matter": …, **panel_context(matter, actor)}
    panel_context: Callable[[Matter, Actor], dict[str, Any]] | None = None
    letter_values: Callable[[Change], Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        ids = [state.id for state in self.states]
        assert len(set(ids)) == len(ids), f"{self.id}: a state is named twice"
        names = [transition.id for transition in self.transitions]
        assert len(set(names)) == len(names), f"{self.id}: a transition is named twice"
        reached = {ids[0]} | {transition.target for transition in self.transitions}
        for transition in self.transitions:
            assert {*transition.source, transition.target} <= set(ids), f"{self.id}.{transition.id}: unknown state"
            assert transition.at in PLACES, f"{self.id}.{transition.id}: at is one of {PLACES}"
            assert set(transition.not_by) <= set(names), f"{self.id}.{transition.id}: not_by names no transition"
            taken_back = not transition.undoable or transition.undo or not transition.effect
            assert taken_back, f"{self.id}.{transition.id}: an effect without what takes it back is not undoable"
        for state in self.states:
            if state.when_late:
                self._check_when_late(state)
            assert state.id in reached, f"{self.id}: nothing leads to {state.id}"
            leaves = any(state.id in transition.source for transition in self.transitions)
            assert state.final or leaves, f"{self.id}: nothing leads out of {state.id}"
            assert state.final or state.desk, f"{self.id}: {state.id} is in nobody's hands"

    def _check_when_late(self, state: State) -> None:
        """What the product does by itself needs nothing that only a person can give."""
        where = f"{self.id}.{state.id}: when_late"
        taken = next((each for each in self.transitions if each.id == state.when_late), None)
        assert taken is not None, f"{where} names no transition"
        assert state.id in taken.source, f"{where}: {taken.id} does not lead out of it"
        assert state.days, f"{where} without a deadline"
        assert set(taken.needs) <= {Need.WORDS}, f"{where}: {taken.id} needs more than words"

    @property
    def start(self) -> State:
        """The state in which a matter opens."""
        return self.states[0]

    def state(self, state_id: str) -> State:
        """Raises KeyError for a state that there is not."""
        return next((state for state in self.states if state.id == state_id), None) or _missing(self.id, state_id)

    def transition(self, transition_id: str) -> Transition:
        """Raises KeyError for a transition that there is not."""
        found = next((each for each in self.transitions if each.id == transition_id), None)
        return found or _missing(self.id, transition_id)

    def leading_out(self, state_id: str) -> list[Transition]:
        return [transition for transition in self.transitions if state_id in transition.source]


def _missing(kind: str, name: str) -> Any:
    raise KeyError(f"{kind} has no {name}")
