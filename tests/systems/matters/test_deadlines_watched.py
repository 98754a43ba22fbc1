"""Reminders before and after the day, those above, and what the product does by itself: each once."""

import threading
from datetime import UTC, datetime

import pytest

from systems.matters.conftest import AT
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters import deadlines
from yigongti.kernel.matters.deadlines import remind
from yigongti.kernel.matters.models import Matter, Reminder
from yigongti.kernel.matters.public import MATTERS
from yigongti.kernel.messages.models import Notice
from yigongti.kernel.messages.queries import notices_of


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T01:00").replace(tzinfo=UTC)


def notices() -> list[tuple[str, str]]:
    return list(Notice.objects.using("bulk").order_by("id").values_list("kind", "permission"))


def levels() -> list[int]:
    return list(Reminder.objects.using("bulk").order_by("id").values_list("level", flat=True))


def test_nothing_is_said_long_before_the_day(asked):
    asked()  # due on Friday 16 October 2026
    assert remind(day("2026-10-13")) == deadlines.Watched()
    assert notices() == []


def test_two_working_days_before_the_day_the_desk_is_told(asked, people):
    matter = asked()
    assert remind(day("2026-10-14")).soon == 1
    assert notices() == [("matter_due_soon", "front_pages.correct")]
    with scope(people["hospital"]):
        (told,) = notices_of(people["hospital"])
        assert f"（{matter.number}）须于2026-10-16前办理" in told.text_zh
    with scope(people["other"]):
        assert notices_of(people["other"]).count() == 0
    with scope(people["bureau"]):
        assert notices_of(people["bureau"]).count() == 0  # sees the hospital's rows, but does not hold its desk


def test_over_a_weekend_nothing_is_late(asked):
    asked()
    remind(day("2026-10-15"))
    assert remind(day("2026-10-18")).late == 0  # Sunday


def test_on_the_first_working_day_late_the_holder_is_reminded_and_the_history_says_so(asked):
    matter = asked()
    assert remind(day("2026-10-19")).late == 1
    with scope(NOBODY, purpose=MATTERS):
        assert matter.steps.last().action == "reminded"
    assert levels() == [1]


def test_a_reminder_stops_nobody_who_is_about_to_answer(asked, people):
    from yigongti.kernel.matters.public import Given, act

    matter = asked()
    remind(day("2026-10-19"))
    with scope(people["hospital"]):
        done = act(
            people["hospital"], matter.pk, "answer", at=day("2026-10-19"), given=Given(words="已核实"), version=2
        )
    assert done.state == "answered"


def test_every_three_working_days_further_the_next_ones_are_told(asked, people):
    asked()
    remind(day("2026-10-19"))
    assert remind(day("2026-10-21")).escalated == 0
    assert remind(day("2026-10-22")).escalated == 1
    assert remind(day("2026-10-27")).escalated == 1
    assert remind(day("2026-11-27")).escalated == 0  # nobody further is named
    assert levels() == [1, 2, 3]
    assert [permission for kind, permission in notices() if kind == "matter_escalated"] == [
        "casemix_payment.answer_change", "casemix_payment.see_signals",
    ]  # fmt: skip
    with scope(people["bureau"]):
        assert notices_of(people["bureau"]).filter(kind="matter_escalated").count() == 2
    with scope(people["hospital"]):
        assert notices_of(people["hospital"]).filter(kind="matter_escalated").count() == 0


def test_a_worker_that_was_away_for_weeks_tells_each_of_them_once(asked):
    asked()
    found = remind(day("2026-10-29"))
    assert (found.soon, found.late, found.escalated) == (0, 1, 2)


def test_a_second_run_says_nothing_again(asked):
    asked()
    remind(day("2026-10-19"))
    assert remind(day("2026-10-19")) == deadlines.Watched()


def test_a_clock_set_back_and_forward_again_says_nothing_again(asked):
    asked()
    remind(day("2026-10-19"))
    remind(day("2026-10-14"))
    remind(day("2026-10-19"))
    assert sorted(levels()) == [0, 1]


def test_two_runs_at_once_tell_once(asked):
    for number in range(6):
        asked(f"2026-09/C{number:03d}")
    begin = threading.Barrier(3)
    failed = []

    def run():
        from django.db import connections

        begin.wait()
        failed.append(remind(day("2026-10-19")).failed)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    remind(day("2026-10-19"))  # what one run left to another that was at it
    assert (levels(), len(notices()), sum(failed)) == ([1] * 6, 6, 0)


def test_a_run_that_breaks_off_leaves_no_half_reminder(asked, monkeypatch):
    asked()

    def broken(*_given, **_named):
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken_off:
        broken_off.setattr(deadlines, "tell_hands", broken)
        assert remind(day("2026-10-19")).failed == 1
    assert (levels(), notices()) == ([], [])
    assert remind(day("2026-10-19")).late == 1


def test_a_matter_of_an_unknown_kind_hides_no_other(asked):
    gone = asked("2026-09/C000")
    asked("2026-09/C001")
    Matter.objects.using("bulk").filter(pk=gone.pk).update(kind="tried.gone")
    assert remind(day("2026-10-19")).late == 1


def test_without_an_answer_in_time_the_product_takes_the_step_itself(answered, people):
    matter = answered()
    assert remind(day("2026-10-16")).moved_on == 0
    assert remind(day("2026-10-19")).moved_on == 1
    with scope(people["bureau"]):
        matter.refresh_from_db()
        step = matter.steps.last()
        from yigongti.kernel.matters.public import manner_of

        assert (matter.state, matter.closed_at is not None) == ("deemed", True)
        assert (step.by_id, step.action, manner_of(step).zh) == (0, "deem", "到期未办理，系统自动办理")
    assert remind(day("2026-10-19")) == deadlines.Watched()


def test_nobody_takes_the_products_own_step(answered, people):
    from yigongti.foundation.errors import NotPermitted
    from yigongti.kernel.matters.public import Given, act

    matter = answered()
    with scope(people["bureau"]), pytest.raises(NotPermitted, match="itself"):
        act(people["bureau"], matter.pk, "deem", at=AT, given=Given(words="视为接受"))


def test_whoever_opened_it_is_told_that_it_is_closed(answered, people):
    from yigongti.kernel.matters.public import act

    matter = answered()
    with scope(people["second"]):
        act(people["second"], matter.pk, "close", at=AT)
    with scope(people["bureau"]):
        (told,) = notices_of(people["bureau"])
        assert told.kind == "matter_closed" and "已办结：已结" in told.text_zh
