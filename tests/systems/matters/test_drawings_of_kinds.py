"""Every kind is drawn from its own declaration: whole, and with nothing over anything else."""

import itertools
import re
from datetime import date

import pytest
from django.utils.translation import override

from systems.matters.conftest import QUERY
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.drawing import draw
from yigongti.kernel.matters.registry import kinds

DAY = date(2026, 11, 1)
KINDS = [QUERY, *kinds().values()]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
each_language = pytest.mark.parametrize("language", ["zh-hans", "en"])


def drawn(kind, language):
    with override(language):
        return draw(kind, policy(), DAY)


@each_kind
@each_language
def test_every_state_and_every_step_is_in_the_drawing(kind, language):
    drawing = drawn(kind, language)
    states = {box.id for box in drawing.boxes if box.kind == "state"}
    steps = {box.id for box in drawing.boxes if box.kind == "step"}
    assert states == {state.id for state in kind.states}
    assert steps == {f"{source}>{t.id}" for t in kind.transitions for source in t.source}
    assert {(a.step, a.state) for a in drawing.arrows} == {
        (f"{source}>{t.id}", t.target) for t in kind.transitions for source in t.source
    }


@each_kind
@each_language
def test_nothing_lies_over_anything_else(kind, language):
    drawing = drawn(kind, language)
    over = [(a.id, b.id) for a, b in itertools.combinations(drawing.boxes, 2) if a.overlaps(b)]
    assert over == []
    inside = [
        b.id for b in drawing.boxes if b.x < 0 or b.x + b.width > drawing.width or b.y + b.height > drawing.height
    ]
    assert inside == []


@each_kind
def test_no_arrow_runs_through_a_box(kind):
    drawing = drawn(kind, "zh-hans")
    through = []
    for arrow in drawing.arrows:
        for (x1, y1), (x2, y2) in itertools.pairwise(arrow.points):
            for box in drawing.boxes:
                crosses = (
                    min(x1, x2) < box.x + box.width - 1 and max(x1, x2) > box.x + 1
                    and min(y1, y2) < box.y + box.height and max(y1, y2) > box.y
                )  # fmt: skip
                if crosses and box.id not in (arrow.step, arrow.state):
                    through.append((arrow.step, box.id))
    assert through == []


@each_kind
@each_language
def test_the_drawing_says_what_the_declaration_says(kind, language):
    with override(language):
        text = re.sub(r"<[^>]+>", "", str(draw(kind, policy(), DAY).svg())).replace(" ", "")
    for state in kind.states:
        assert state.label.in_language(language).replace(" ", "") in text
    for step in kind.transitions:
        assert step.label.in_language(language).replace(" ", "") in text
