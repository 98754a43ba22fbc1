"""Somebody is away: the deputy has the inbox, acts in that name, and nobody else does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act, assign, end_leave, inbox, manner_of, take_leave


@pytest.fixture
def now():
    """The rows of leave are judged by the database's own day."""
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture
def mine(people, opened, now):
    """A matter that waits on “one” by name."""
    with scope(people["second"]):
        made = opened(people["second"], at=now)
        return assign(people["second"], made.pk, people["bureau"].account_id, at=now)


def leave(people, now, today, deputy="second", **days):
    with scope(people["bureau"]):
        return take_leave(
            people["bureau"], people[deputy].account_id, valid_from=today, valid_to=today + timedelta(days=7), at=now,
            reason="年休假", **days,
        )  # fmt: skip


def test_the_deputy_has_the_inbox_and_acts_in_that_name(people, mine, now, today):
    with scope(people["second"]):
        assert inbox(people["second"], today).count() == 0
        with pytest.raises(NotPermitted, match="somebody else's hands"):
            act(people["second"], mine.pk, "ask", at=now, given=Given(words="请说明"))
    leave(people, now, today)
    with scope(people["second"]):
        assert [each.pk for each in inbox(people["second"], today)] == [mine.pk]
        act(people["second"], mine.pk, "ask", at=now, given=Given(words="请说明"))
        step = mine.steps.last()
        assert (step.by_name, manner_of(step).zh) == (
            people["second"].display_name, f"代{people['bureau'].display_name}办理",
        )  # fmt: skip


def test_the_deputy_reads_what_no_post_of_its_own_would_show(people, mine, actor, now, today, county):
    """A deputy of another office with the same desk at another place still reads what waits on the account."""
    from yigongti.kernel.matters.models import Leave, Matter

    with scope(people["other"]):
        assert Matter.objects.count() == 0
    Leave.objects.using("bulk").create(
        account_id=people["bureau"].account_id, account_name="一", deputy_id=people["other"].account_id,
        deputy_name="乙", valid_from=today, valid_to=today, made_at=now,
    )  # fmt: skip
    with scope(people["other"]):
        assert [each.pk for each in Matter.objects.all()] == [mine.pk]


def test_after_the_leave_the_deputy_has_it_no_longer(people, mine, now, today):
    made = leave(people, now, today)
    with scope(people["bureau"]):
        end_leave(people["bureau"], made.pk, at=now)
        with pytest.raises(Conflict, match="over"):
            end_leave(people["bureau"], made.pk, at=now)
    with scope(people["second"]):
        assert inbox(people["second"], today).count() == 0
        with pytest.raises(NotPermitted):
            act(people["second"], mine.pk, "ask", at=now, given=Given(words="请说明"))


def test_before_the_leave_the_deputy_does_not_have_it_yet(people, mine, now, today):
    tomorrow = today + timedelta(days=1)
    with scope(people["bureau"]):
        take_leave(people["bureau"], people["second"].account_id, valid_from=tomorrow, valid_to=tomorrow, at=now)
    with scope(people["second"]):
        assert inbox(people["second"], today).count() == 0


def test_nobody_ends_the_leave_of_somebody_else(people, now, today):
    made = leave(people, now, today)
    with scope(people["second"]), pytest.raises(NotFound):
        end_leave(people["second"], made.pk, at=now)


def test_a_deputy_must_sit_at_one_of_the_desks(people, now, today):
    with pytest.raises(NotPermitted, match="holds no post"):
        leave(people, now, today, deputy="hospital")


def test_a_deputy_must_sit_at_the_desk_of_every_matter_that_waits(people, actor, mine, now, today):
    people["coder"] = actor("coder", "H1")  # answers changes, but at one hospital only
    with pytest.raises(NotPermitted, match="may not deal with"):
        leave(people, now, today, deputy="coder")


def test_nobody_is_the_own_deputy(people, now, today):
    with pytest.raises(InvalidInput, match="own deputy"):
        leave(people, now, today, deputy="bureau")


def test_a_deputy_who_is_away_and_a_second_leave_are_refused(people, actor, now, today):
    people["third"] = actor("insurance_bureau_officer", "C", username="three")
    with scope(people["second"]):
        take_leave(people["second"], people["third"].account_id, valid_from=today, valid_to=today, at=now)
    with pytest.raises(Conflict, match="deputy is on leave"):
        leave(people, now, today)
    leave(people, now, today, deputy="third")
    with pytest.raises(Conflict, match="already"):
        leave(people, now, today, deputy="third")


@pytest.mark.parametrize(("first", "last"), [(3, 2), (-5, -1)])
def test_a_leave_that_ends_before_it_begins_or_before_today_is_refused(people, now, today, first, last):
    with scope(people["bureau"]), pytest.raises(InvalidInput):
        take_leave(
            people["bureau"], people["second"].account_id, at=now,
            valid_from=today + timedelta(days=first), valid_to=today + timedelta(days=last),
        )  # fmt: skip


def test_a_closed_account_is_no_deputy(people, account, now, today):
    closed = account("insurance_bureau_officer", "C", username="gone", is_active=False)
    with scope(people["bureau"]), pytest.raises(NotFound):
        take_leave(people["bureau"], closed.pk, valid_from=today, valid_to=today, at=now)


def test_a_colleague_cannot_see_who_stands_in_for_whom(people, actor, now, today):
    from yigongti.kernel.matters.models import Leave

    third = actor("insurance_bureau_officer", "C", username="three")
    leave(people, now, today)
    with scope(third):
        assert Leave.objects.count() == 0
    assert Leave.objects.using("bulk").get().valid_from == date.fromisoformat(str(today))
