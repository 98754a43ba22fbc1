"""A kind of matter as a drawing, made from its own declaration: states in layers, the steps out of each as arrows.

The states stand one below the other in the order in which a matter reaches them; under each state its steps, every one
with its verb, who takes it, what it needs. An arrow leads from a step to the state it ends in: on the right when that
lies further down, on the left when it goes back. So nothing can lie over anything else, the column is as wide as a
phone, and it is readable on paper. The numbers are pixels of the drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.roles import PERMISSIONS, ROLES
from yigongti.kernel.matters.kinds import INSTITUTION, OPENER, OWNER, Kind, Need, State, Transition

SIZE, SMALL, LINE = 14, 12, 18
"""Sizes of letters and the height of a line."""
WIDTH = 272
"""Width of a state; a step is a little narrower."""
PAD, GAP, INDENT, LANE = 8, 10, 20, 10
BETWEEN = 26
"""Room between the last step of a state and the next state."""
MARK = 22
"""Room for the marks of start and end."""


_POINT = (
    '<defs><marker id="point" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L10 5L0 10z" fill="currentColor"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class Box:
    """A state or a step as it is drawn. id: "state" or "state>step". lines: the first is written large."""

    kind: str
    id: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    tone: str = ""

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any room."""
        return (
            self.x < other.x + other.width and other.x < self.x + self.width
            and self.y < other.y + other.height and other.y < self.y + self.height
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a step to a state: the corners of its line, the last is the point of the arrow."""

    step: str
    state: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Drawing:
    """A kind, laid out. label: what it is, for those who cannot see it."""

    label: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    finals: frozenset[str]

    def svg(self) -> SafeString:
        """The drawing as SVG; every text in it is escaped."""
        width, height = round(self.width), round(self.height)
        parts = [
            (
                f'<svg class="kind-drawing" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
                f' xmlns="http://www.w3.org/2000/svg"><title>{conditional_escape(self.label)}</title>'
            ),
            _POINT,
        ]
        parts.append(self._start())
        parts += [self._arrow(arrow) for arrow in self.arrows]
        parts += [self._stem(box) for box in self.boxes if box.kind == "step"]
        parts += [self._box(box) for box in self.boxes]
        parts.append("</svg>")
        return mark_safe("".join(parts))

    def _start(self) -> str:
        """The mark above the state in which a matter opens."""
        first = self.boxes[0]
        x = first.x + first.width / 2
        return (
            f'<circle class="start" cx="{x:.0f}" cy="10" r="6"/><text class="small" x="{x + 12:.0f}" y="14"'
            f' font-size="{SMALL}">{conditional_escape(_("start"))}</text>'
            f'<polyline class="arrow" points="{x:.0f},16 {x:.0f},{first.y - 1:.0f}" fill="none" stroke="currentColor"'
            ' marker-end="url(#point)"/>'
        )

    @staticmethod
    def _arrow(arrow: Arrow) -> str:
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in arrow.points)
        return f'<polyline class="arrow" points="{line}" fill="none" stroke="currentColor" marker-end="url(#point)"/>'

    def _stem(self, box: Box) -> str:
        """The short line from the state down to its step."""
        state = next(other for other in self.boxes if other.id == box.id.partition(">")[0])
        x, y = state.x + INDENT / 2, box.y + box.height / 2
        return (
            f'<polyline class="stem" points="{x:.0f},{state.y + state.height:.0f} {x:.0f},{y:.0f} {box.x:.0f},{y:.0f}"'
            ' fill="none" stroke="currentColor"/>'
        )

    def _box(self, box: Box) -> str:
        final = box.id in self.finals
        around = "state final" if final else box.kind
        corner = 14 if box.kind == "state" else 3
        tone = f" tone-{conditional_escape(box.tone)}" if box.tone else ""
        drawn = [
            (
                f'<rect class="{around}{tone}" x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}"'
                f' height="{box.height:.0f}" rx="{corner}"/>'
            )
        ]
        if final:
            drawn.append(
                f'<rect class="inner" x="{box.x + 3:.0f}" y="{box.y + 3:.0f}" width="{box.width - 6:.0f}"'
                f' height="{box.height - 6:.0f}" rx="{corner - 3}" fill="none"/>'
            )
        for place, line in enumerate(box.lines):
            large = place == 0
            drawn.append(
                f'<text class="{"large" if large else "small"}" x="{box.x + PAD:.0f}"'
                f' y="{box.y + PAD + LINE * (place + 1) - 5:.0f}" font-size="{SIZE if large else SMALL}">'
                f"{conditional_escape(line)}</text>"
            )
        return "".join(drawn)


# ---- laying out


def draw(kind: Kind, policy: Policy, on: date) -> Drawing:
    """Lay the kind out in the user's language, with the deadlines in force on that day."""
    ordered = layers(kind)
    flat = [state for layer in ordered for state in layer]
    place = {state.id: number for number, state in enumerate(flat)}
    backward = [(s.id, t) for s in flat for t in kind.leading_out(s.id) if place[t.target] <= place[s.id]]
    left = PAD + LANE * (len(backward) + 1)
    boxes: list[Box] = []
    y = float(MARK + PAD)
    for state in flat:
        about = tuple(_wrapped(_state_lines(state, policy, on), WIDTH - 2 * PAD))
        boxes.append(Box("state", state.id, left, y, WIDTH, _height(about), about, state.tone))
        y += boxes[-1].height + GAP
        for step in kind.leading_out(state.id):
            lines = tuple(_wrapped(step_lines(step), WIDTH - INDENT - 2 * PAD))
            boxes.append(
                Box("step", f"{state.id}>{step.id}", left + INDENT, y, WIDTH - INDENT, _height(lines), lines, step.tone)
            )
            y += boxes[-1].height + GAP
        y += BETWEEN - GAP
    by_id = {box.id: box for box in boxes}
    arrows = list(_arrows(kind, flat, place, by_id, left))
    right = max((x for arrow in arrows for x, _y in arrow.points), default=left + WIDTH)
    return Drawing(
        kind.label.in_language(_language()), max(right, left + WIDTH) + PAD + LANE, y + MARK, tuple(boxes),
        tuple(arrows), frozenset(state.id for state in kind.states if state.final),
    )  # fmt: skip


def layers(kind: Kind) -> list[list[State]]:
    """The states in layers: how many steps the longest way from the start has; steps that go back do not count."""
    order = {state.id: number for number, state in enumerate(kind.states)}
    depth = dict.fromkeys(order, 0)
    for _round in kind.states:  # longest way; steps back (to an earlier declared state) are left out
        for step in kind.transitions:
            for source in step.source:
                if order[step.target] > order[source]:
                    depth[step.target] = max(depth[step.target], depth[source] + 1)
    last = max(depth.values(), default=0)
    for state in kind.states:
        if state.final:
            depth[state.id] = last + 1
    rows: dict[int, list[State]] = {}
    for state in kind.states:
        rows.setdefault(depth[state.id], []).append(state)
    return [rows[number] for number in sorted(rows)]


def _arrows(
    kind: Kind, flat: Sequence[State], place: dict[str, int], boxes: dict[str, Box], left: float
) -> Iterable[Arrow]:
    """Each arrow in a lane of its own where it would lie over another; arrows into one state share their lane."""
    forward: dict[str, float] = {}
    lanes: list[tuple[float, float, float]] = []
    back = 0
    entered: dict[str, int] = {}
    for state in flat:
        for step in kind.leading_out(state.id):
            box, target = boxes[f"{state.id}>{step.id}"], boxes[step.target]
            start = box.y + box.height / 2
            if place[step.target] > place[state.id]:
                x = forward.get(step.target)
                if x is None:
                    x = forward[step.target] = _free_lane(lanes, start, target.y, left + WIDTH + LANE)
                end = target.y + PAD
                points = ((box.x + box.width, start), (x, start), (x, end), (target.x + target.width + 1, end))
            else:
                back += 1
                x, end = left - LANE * back, target.y + target.height - PAD - 4 * entered.get(step.target, 0)
                entered[step.target] = entered.get(step.target, 0) + 1
                points = ((box.x, start + 4), (x, start + 4), (x, end), (target.x - 1, end))
            yield Arrow(box.id, step.target, points)


def _free_lane(lanes: list[tuple[float, float, float]], top: float, bottom: float, first: float) -> float:
    """The nearest lane in which no other arrow runs between the two heights."""
    x = first
    while any(taken == x and top < end and start < bottom for taken, start, end in lanes):
        x += LANE
    lanes.append((x, top, bottom))
    return x


def _height(lines: Sequence[str]) -> float:
    return LINE * len(lines) + 2 * PAD - 4


# ---- words


def _language() -> str:
    return get_language() or "zh-hans"


def place_words(at: str) -> str:
    """Where somebody sits: at the office that sees it through, at the institution concerned, or who opened it."""
    return {
        OWNER: _("the office in charge"), INSTITUTION: _("the institution concerned"), OPENER: _("whoever opened it")
    }[at]  # fmt: skip


def who_words(permission: str, at: str) -> str:
    """Who that is: the roles that hold the permission, at which place."""
    if at == OPENER:
        return place_words(at)
    comma = ", " if _language().startswith("en") else "、"
    names = [role.name.in_language(_language()) for role in ROLES.values() if permission in role.permissions]
    who = comma.join(names) or PERMISSIONS[permission].in_language(_language())
    return _("%(who)s at %(place)s") % {"who": who, "place": place_words(at)}


def need_words(step: Transition) -> list[str]:
    """What a step cannot be taken without."""
    words = {
        Need.WORDS: _("words"), Need.AMOUNT: _("an amount"), Need.EVIDENCE: _("evidence"), Need.FORM: _("a form"),
        Need.ARTICLES: _("articles of law"),
    }  # fmt: skip
    found = [words[need] for need in step.needs] + [label.in_language(_language()) for _name, label, _kind in step.ask]
    if step.not_by:
        found.append(_("a second person"))
    if step.not_of_institution:
        found.append(_("nobody of the institution concerned"))
    return found


def deadline(state: State, policy: Policy, on: date) -> dict[str, Any] | None:
    """Working days of a state with parameter and source; None for a state without a deadline. days is None, with the
    parameter told, where the policy does not say."""
    if not state.days or state.final:
        return None
    try:
        return {
            "days": policy.value(state.days, on=on), "parameter": state.days,
            "source": policy.source_of(state.days, on=on),
        }  # fmt: skip
    except PolicyError:
        return {"days": None, "parameter": state.days, "source": None}


def _state_lines(state: State, policy: Policy, on: date) -> list[str]:
    lines = [state.label.in_language(_language())]
    if state.final:
        return [*lines, _("end")]
    if state.desk:
        lines.append(_("In the hands of: %(who)s") % {"who": who_words(state.desk.permission, state.desk.at)})
    term = deadline(state, policy, on)
    if term and term["days"] is not None:
        title = term["source"].title.in_language(_language())
        lines.append(_("Within %(days)s working days (%(source)s)") % {"days": term["days"], "source": title})
    elif term is None:
        lines.append(_("No deadline"))
    return lines


def step_lines(step: Transition) -> list[str]:
    """The verb, who takes the step, what it needs, what it prints."""
    lines = [step.label.in_language(_language())]
    lines.append(_("The product itself") if step.automatic else who_words(step.permission, step.at))
    needs = need_words(step)
    if needs:
        comma = ", " if _language().startswith("en") else "、"
        lines.append(_("Needs: %(needs)s") % {"needs": comma.join(needs)})
    if step.letter:
        lines.append(_("Prints a letter"))
    return lines


def _wrapped(lines: Iterable[str], width: float) -> Iterable[str]:
    """The lines broken to the width; the first is written large."""
    for number, line in enumerate(lines):
        yield from _broken(line, width, SIZE if number == 0 else SMALL)


def _broken(line: str, width: float, size: int) -> Iterable[str]:
    start, used, space = 0, 0.0, 0
    for place, sign in enumerate(line):
        wide = _width(sign, size)
        if used + wide > width and place > start:
            cut = space if space > start and not _is_wide(sign) else place
            yield line[start:cut].strip()
            start, used = cut, sum(_width(each, size) for each in line[cut:place])
        if sign == " " or _is_wide(sign):
            space = place + 1
        used += wide
    yield line[start:].strip()


def _is_wide(sign: str) -> bool:
    return ord(sign) > 0x2E7F


def _width(sign: str, size: int) -> float:
    """A Chinese character is a square; of others the widest of usual fonts are reckoned, so that nothing runs over."""
    return size * (1.02 if _is_wide(sign) else 0.72 if sign.isupper() else 0.58)
