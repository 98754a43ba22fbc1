"""The same step on many matters: each on its own, and only where the kind calls it safe."""

import pytest

from systems.matters.conftest import AT
from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act, act_on_many


def test_one_that_is_refused_leaves_the_others_done(people, opened):
    with scope(people["bureau"]):
        made = [opened(people["bureau"], f"2026-09/C{n}", kind="tried.loop").pk for n in range(3)]
        act(people["bureau"], made[1], "ask", at=AT, given=Given(words="先问"))
        found = act_on_many(people["bureau"], [*made, 999_999], "ask", at=AT, given=Given(words="请说明"))
        assert [matter.pk for matter in found.done] == [made[0], made[2]]
        assert [(number, error.code) for number, error in found.refused] == [
            (made[1], "matters.moved_on"), (999_999, "matters.not_found"),
        ]  # fmt: skip


def test_a_version_that_has_moved_on_is_refused(people, opened):
    with scope(people["bureau"]):
        made = opened(people["bureau"], kind="tried.loop")
        found = act_on_many(
            people["bureau"], [made.pk], "ask", at=AT, given=Given(words="请说明"), versions={made.pk: 7}
        )
        assert [error.code for _number, error in found.refused] == ["matters.moved_on"]


def test_a_step_that_needs_a_look_each_time_is_done_one_by_one(people, asked):
    matter = asked()
    with scope(people["hospital"]):
        found = act_on_many(people["hospital"], [matter.pk], "answer", at=AT, given=Given(words="已核实"))
    assert [error.code for _number, error in found.refused] == ["matters.one_by_one"]


def test_more_than_the_policy_allows_is_refused_whole(people):
    with scope(people["bureau"]), pytest.raises(InvalidInput, match="at most 500"):
        act_on_many(people["bureau"], range(1, 502), "ask", at=AT)
