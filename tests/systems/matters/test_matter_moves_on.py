"""A matter moves from hand to hand, and nothing moves it that may not."""

import pytest

from systems.matters.conftest import AT
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, Text
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act, inbox, open_matter
from yigongti.kernel.organisations.models import Institution


def opened(actor_, subject="2026-09/C001", place="H1"):
    return open_matter(
        actor_, "tried.query", subject=subject, title=Text("试办", "Tried"),
        institution=Institution.objects.get(code=place), owner=Institution.objects.get(code="C"), at=AT,
    )  # fmt: skip


@pytest.fixture
def people(actor, tried):
    return {
        "bureau": actor("insurance_bureau_officer", "C", username="one"),
        "second": actor("insurance_bureau_officer", "C", username="two"),
        "hospital": actor("record_room_clerk", "H1"),
        "other": actor("record_room_clerk", "H2"),
    }


def test_a_matter_goes_from_the_bureau_to_the_hospital_and_back_and_is_closed(people):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"), version=1)
    with scope(people["hospital"]):
        assert [each.pk for each in inbox(people["hospital"], AT.date())] == [matter.pk]
        act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实"), version=2)
    with scope(people["second"]):
        from decimal import Decimal

        done = act(people["second"], matter.pk, "rule", at=AT, given=Given(amount=Decimal("12.30")), version=3)
        assert (done.state, done.amount, done.closed_at) == ("closed", Decimal("12.30"), AT)
        assert [step.action for step in done.steps.all()] == ["opened", "ask", "answer", "rule"]


def test_the_deadline_counts_working_days_over_the_national_day_holiday(people):
    with scope(people["bureau"]):
        matter = act(people["bureau"], opened(people["bureau"]).pk, "ask", at=AT, given=Given(words="请说明"))
    assert matter.due_on.isoformat() == "2026-10-16"  # ten working days, 1 to 7 October left out, Saturday 10 worked


def test_the_hospital_sees_nothing_before_it_is_asked(people):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
    with scope(people["hospital"]), pytest.raises(NotFound):
        act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实"))


def test_another_hospital_never_sees_it(people):
    with scope(people["bureau"]):
        matter = act(people["bureau"], opened(people["bureau"]).pk, "ask", at=AT, given=Given(words="请说明"))
    with scope(people["other"]), pytest.raises(NotFound):
        act(people["other"], matter.pk, "answer", at=AT, given=Given(words="已核实"))


def test_a_step_without_its_words_changes_nothing(people):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        with pytest.raises(InvalidInput, match="words_missing"):
            act(people["bureau"], matter.pk, "ask", at=AT)
        matter.refresh_from_db()
        assert (matter.state, matter.steps.count()) == ("found", 1)


def test_who_asked_may_not_rule(people):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"))
    with scope(people["hospital"]):
        act(people["hospital"], matter.pk, "answer", at=AT, given=Given(words="已核实"))
    with scope(people["bureau"]), pytest.raises(NotPermitted, match="second person"):
        act(people["bureau"], matter.pk, "rule", at=AT, given=Given(amount=1))


def test_two_who_saw_the_same_version_do_not_both_act(people):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])
        act(people["bureau"], matter.pk, "ask", at=AT, given=Given(words="请说明"), version=1)
    with scope(people["second"]), pytest.raises(Conflict, match="moved"):
        act(people["second"], matter.pk, "ask", at=AT, given=Given(words="请说明"), version=1)


def test_one_subject_has_one_open_matter(people):
    with scope(people["bureau"]):
        opened(people["bureau"])
        with pytest.raises(Conflict, match="open already"):
            opened(people["bureau"])
