"""Many matters are opened, renewed and closed as sets: the same rules as for one, and nothing twice."""

from dataclasses import replace
from decimal import Decimal

import pytest

from systems.matters.conftest import AT, QUERY
from yigongti.foundation.errors import InvalidInput, Text
from yigongti.kernel.matters.kinds import Transition
from yigongti.kernel.matters.models import Matter, Step
from yigongti.kernel.matters.public import Opening, open_many, renew_many, take_for_many


@pytest.fixture
def some(county, tried):
    def make(count=3, **more):
        place, owner = county["H1"].pk, county["C"].pk
        return [
            Opening(f"2026-09/C{n:03d}", Text(f"试办 {n}", f"Tried {n}"), place, owner, month="2026-09", **more)
            for n in range(count)
        ]

    return make


def matters():
    return Matter.objects.using("bulk").order_by("id")


def test_each_is_opened_with_its_first_line_and_its_deadline_as_one_alone_would_be(some):
    opened = open_many("tried.query", some(3, words="九月疑点", amount=Decimal("12.30")), at=AT)
    assert len(opened) == 3
    assert {(m.state, m.desk, m.last_step, m.version) for m in matters()} == {
        ("found", "casemix_payment.answer_change", 1, 1)
    }
    lines = Step.objects.using("bulk").values_list("number", "action", "words", "amount")
    assert set(lines) == {(1, "opened", "九月疑点", Decimal("12.30"))}


def test_run_again_it_opens_only_what_is_new(some):
    open_many("tried.query", some(2), at=AT)
    assert list(open_many("tried.query", some(3), at=AT)) == ["2026-09/C002"]
    assert matters().count() == 3 == Step.objects.using("bulk").count()


def test_one_without_a_subject_or_with_a_negative_amount_opens_none(some):
    for wrong in (replace(some(1)[0], subject=" "), replace(some(1)[0], amount=Decimal("-1"))):
        with pytest.raises(InvalidInput, match="nothing_to_open"):
            open_many("tried.query", [*some(2), wrong], at=AT)
    assert not matters().exists()


def test_a_subject_that_is_named_twice_is_refused(some):
    with pytest.raises(InvalidInput):
        open_many("tried.query", [*some(1), *some(1)], at=AT)


def test_what_has_changed_is_told_in_the_history_and_what_has_not_is_left(some):
    open_many("tried.query", some(2, data={"rules": ["a"]}), at=AT)
    changed = [replace(some(1)[0], data={"rules": ["b"]}), replace(some(2)[1], data={"rules": ["a"]})]
    assert renew_many("tried.query", changed, at=AT, words="重新质控") == 1
    first, second = matters()
    assert (first.data, first.version, first.last_step) == ({"rules": ["b"]}, 2, 2)
    assert (second.version, second.last_step) == (1, 1)
    assert first.steps.using("bulk").get(number=2).action == "told_anew"


def test_the_product_closes_many_by_an_automatic_step_alone(some, monkeypatch):
    from yigongti.kernel.matters import registry

    gone = Transition(
        "gone", Text("已更正", "Gone"), ("found",), "closed", "casemix_payment.answer_change", automatic=True
    )
    kind = replace(QUERY, transitions=(*QUERY.transitions, gone))
    monkeypatch.setattr(registry, "kinds", lambda: {kind.id: kind})
    open_many("tried.query", some(3), at=AT)
    assert take_for_many("tried.query", "gone", ["2026-09/C000", "2026-09/C002", "unknown"], at=AT) == 2
    assert [m.closed_at is not None for m in matters()] == [True, False, True]
    assert [step.target for step in matters()[0].steps.using("bulk").all()] == ["found", "closed"]
    with pytest.raises(InvalidInput, match="not_for_many"):
        take_for_many("tried.query", "ask", ["2026-09/C001"], at=AT)
