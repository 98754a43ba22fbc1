"""Points: given once for a case and rule, taken back by a line of their own, added up over the calendar year."""

from datetime import date
from decimal import Decimal

import pytest

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.scope import scope
from yigongti.systems.supervision.practice_points import reached, rules


def given(office, rule="institution/fraud", **told):
    case = office.to_accountability(office.opened())
    office.take("officer", case, "mark_institution", data={"rule": rule, **told})
    return case


def test_points_for_one_case_and_rule_are_given_once(office):
    case = given(office)
    with pytest.raises(Conflict, match="points_given"):
        office.take("officer", case, "mark_institution", data={"rule": "institution/fraud"})


def test_a_practitioner_is_one_of_the_institutions_staff(office):
    case = office.to_accountability(office.opened())
    with pytest.raises(InvalidInput, match="staff_unknown"):
        office.take("officer", case, "mark_practitioner", data={"rule": "practitioner/grave", "staff_code": "X9"})


def test_points_are_taken_back_once_and_by_a_line_of_their_own(office):
    from yigongti.systems.supervision.actions.give_points import reverse_points
    from yigongti.systems.supervision.queries import year_totals

    given(office)
    officer = office.people["officer"]
    with scope(officer):
        from yigongti.systems.supervision.models import Points

        number = Points.objects.get().pk
        assert [total["total"] for total in year_totals(officer, 2026)] == [Decimal("12.0")]
        reverse_points(officer, number, reason="复议撤销", at=office.at)
        assert [total["total"] for total in year_totals(officer, 2026)] == [Decimal("0.0")]
        with pytest.raises(Conflict, match="points_reversed"):
            reverse_points(officer, number, reason="再次撤销", at=office.at)


@pytest.mark.parametrize(
    ("total", "met"), [("5.9", None), ("6", "talk"), ("9", "suspension"), ("11.9", "suspension"), ("12", "end")]
)
def test_a_years_points_reach_the_threshold_of_the_policy(policy_root, total, met):
    found = reached(Policy.load(policy_root), "institution", Decimal(total), date(2026, 12, 31))
    assert (found.id if found else None) == met


def test_every_rule_of_points_rests_on_a_source_of_the_policy(policy_root):
    policy = Policy.load(policy_root)
    for rule in rules(policy, date(2026, 12, 31)).values():
        assert {rule.source, rule.article.partition("#")[0]} <= set(policy.sources)


def test_the_rules_to_choose_from_are_those_of_the_cards(policy_root):
    policy, day = Policy.load(policy_root), date(2026, 12, 31)
    offered = {
        rule
        for name in ("institution_rules", "practitioner_rules")
        for rule in policy.value(f"supervision.{name}", on=day)
    }
    assert offered == set(rules(policy, day))
