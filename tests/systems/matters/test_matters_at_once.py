"""Two people at one matter at the same moment: one of them acts, the other is told; nothing is lost or doubled."""

import threading
from contextlib import contextmanager

from systems.matters.conftest import AT
from yigongti.foundation.errors import Conflict
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.models import Matter, Step
from yigongti.kernel.matters.public import act, assign
from yigongti.kernel.matters.verifying import faults


@contextmanager
def own_connection():
    from django.db import connections

    try:
        yield
    finally:
        connections.close_all()


def at_once(*works):
    """Runs the works in threads that begin together; what each returned or raised."""
    begin, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        with own_connection():
            begin.wait()
            try:
                results[place] = work()
            except Exception as error:
                results[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_who_rule_at_once_do_not_both_rule(answered, people):
    matter = answered()

    def rule(who):
        def work():
            with scope(people[who]):
                return act(people[who], matter.pk, "close", at=AT, version=3).version

        return work

    results = at_once(rule("bureau"), rule("second"))
    assert sorted(type(each) for each in results if not isinstance(each, int)) == [Conflict]
    assert Step.objects.using("bulk").filter(action="close").count() == 1
    assert faults() == []


def test_a_matter_that_two_open_at_once_is_opened_once(people, opened):
    def open_it(who):
        def work():
            with scope(people[who]):
                return opened(people[who], "2026-09/SAME").pk

        return work

    results = at_once(open_it("bureau"), open_it("second"), open_it("bureau"))
    assert [type(each) for each in results].count(Conflict) == 2
    assert Matter.objects.using("bulk").count() == 1


def test_a_matter_given_to_two_at_once_is_with_one_of_them(people, opened):
    with scope(people["bureau"]):
        matter = opened(people["bureau"])

    def give(who):
        def work():
            with scope(people["bureau"]):
                return assign(people["bureau"], matter.pk, people[who].account_id, at=AT).holder_account_id

        return work

    results = at_once(give("bureau"), give("second"))
    given = [each for each in results if isinstance(each, int)]
    assert len(given) == 1
    assert Matter.objects.using("bulk").get().holder_account_id == given[0]


def test_comments_at_once_are_all_kept_and_numbered_in_a_row(answered, people):
    from yigongti.kernel.matters.public import comment

    matter = answered()

    def say(number):
        def work():
            with scope(people["bureau"]):
                return comment(people["bureau"], matter.pk, f"第 {number} 条", at=AT).number

        return work

    assert sorted(at_once(*(say(number) for number in range(8)))) == list(range(4, 12))
    assert faults() == []
