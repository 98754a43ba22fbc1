"""What always holds of the fund's sums: nothing is lost, nothing is made, more is never less."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.engines.fund.public import (
    BudgetRules,
    CasePaymentRules,
    CaseSum,
    CaseYear,
    Cause,
    ClearingRules,
    CommunityPeople,
    Deduction,
    DistributionRules,
    Member,
    ReasonablePart,
    RunningRules,
    SchemeFinancing,
    ShareRules,
    YearOfCommunity,
    clear,
    clear_cases,
    due_in,
    even_months,
    hand_down,
    make_budget,
    month_shares,
    pay_pooled,
    prepay,
    rolled_into,
    run_out,
    share_out,
)
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import ZERO
from yigongti.foundation.period import Month, Quarter, Year

ON = date(2026, 12, 31)
FEN = Decimal("0.01")
yuan = st.integers(0, 10**13).map(lambda fen: fen * FEN)
ratios = st.integers(0, 1000).map(lambda n: Decimal(n) / 1000)
scores = st.integers(0, 10000).map(lambda n: Decimal(n) / 100)
quick = settings(max_examples=60, deadline=None)

CLEARING = ClearingRules(
    Decimal(60),
    {"390": Decimal(1)},
    Decimal(1),
    (Decimal("0.05"), Decimal("0.10")),
    (Decimal("0.5"), Decimal("0.3"), Decimal(0)),
    {"ageing": Decimal("0.8"), "epidemic": Decimal(1), "policy_change": Decimal(1)},
)
TIERS = DistributionRules(
    "tiers",
    {"county": Decimal(6), "township": Decimal(3), "village": Decimal(1)},
    Decimal("0.4"),
    Decimal("0.3"),
    Decimal("0.3"),
)
CASES = CasePaymentRules(
    Decimal("0.05"), Decimal(90), Decimal(60), Decimal(1), Decimal(0), Decimal("1.1"), Decimal("0.7")
)
RUNNING = RunningRules(Decimal("0.1"), (Decimal(1),) * 12, True)


@quick
@given(yuan, yuan, scores, st.lists(st.tuples(st.sampled_from(list(Cause)), yuan), max_size=3))
def test_surplus_and_overrun_are_shared_without_a_rest(quota, spending, score, parts):
    year = YearOfCommunity(quota, spending, score, reasonable=tuple(ReasonablePart(*part) for part in parts))
    found = clear(year, CLEARING)
    assert found.surplus - found.overrun == quota - spending == found.balance
    assert found.kept + found.returned == found.surplus
    assert found.fund_share + found.community_share == found.overrun
    assert min(found.kept, found.returned, found.fund_share, found.community_share) >= 0
    assert sum((band.amount for band in found.bands), found.reasonable) == found.overrun


@quick
@given(yuan, yuan, yuan, scores)
def test_who_spends_more_never_keeps_more_and_never_bears_less(quota, spending, more, score):
    less, much = (clear(YearOfCommunity(quota, each, score), CLEARING) for each in (spending, spending + more))
    assert much.kept <= less.kept
    assert much.community_share >= less.community_share


@quick
@given(yuan, yuan, scores, scores)
def test_a_better_score_never_keeps_less(quota, spending, one, other):
    worse, better = sorted((one, other))
    kept = [clear(YearOfCommunity(quota, spending, score), CLEARING).kept for score in (worse, better)]
    assert kept[0] <= kept[1]


members = st.lists(
    st.builds(
        lambda tier, people, workload, score, saved: (tier, people, Decimal(workload), score, saved),
        st.sampled_from(("county", "township", "village")),
        st.integers(1, 10**6),
        st.integers(0, 10**6),
        scores,
        yuan,
    ),
    min_size=1,
    max_size=12,
)


@quick
@given(yuan, members)
def test_a_distribution_hands_out_exactly_the_pool(pool, rows):
    people = [Member(f"M{number:02}", *row) for number, row in enumerate(rows)]
    found = hand_down(pool, people, TIERS)
    assert sum(found.by_member.values()) == sum(found.by_tier.values()) == pool
    assert min(found.by_member.values()) >= 0
    assert set(found.by_member) == set(found.told) == {member.code for member in people}


@quick
@given(yuan, members)
def test_the_order_in_which_institutions_are_given_does_not_matter(pool, rows):
    people = [Member(f"M{number:02}", *row) for number, row in enumerate(rows)]
    assert hand_down(pool, people, TIERS).by_member == hand_down(pool, people[::-1], TIERS).by_member


@quick
@given(yuan, members)
def test_by_contribution_too_the_pool_is_handed_out_exactly(pool, rows):
    people = [Member(f"M{number:02}", *row) for number, row in enumerate(rows)]
    rules = replace(TIERS, method="contribution")
    if pool and not sum(member.contribution for member in people):
        with pytest.raises(InvalidInput):
            hand_down(pool, people, rules)
    else:
        assert sum(hand_down(pool, people, rules).by_member.values()) == pool


@quick
@given(yuan, st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6), yuan), min_size=1, max_size=8))
def test_quotas_add_up_to_the_fund_under_both_methods(policy, fund, rows):
    rules = ShareRules.from_policy(policy, on=ON)
    communities = [
        CommunityPeople(f"C{number}", {("390", "18-44", "1"): young, ("390", "80+", "2"): old}, past + FEN)
        for number, (young, old, past) in enumerate(rows)
    ]
    for each in (rules, replace(rules, method="product")):
        assert sum(share_out(fund, communities, each).quotas.values()) == fund


@quick
@given(st.integers(0, 10**7), yuan.filter(lambda amount: amount < 10**6), ratios)
def test_the_package_is_never_more_than_the_financing(people, per_head, reserve):
    rules = BudgetRules({"390": Decimal(1)}, {"390": ZERO}, {"390": reserve}, {"390": ZERO})
    found = make_budget([SchemeFinancing("390", people, per_head)], [], rules).packaged
    assert 0 <= found <= people * per_head


@quick
@given(yuan)
def test_the_months_add_up_to_the_quota(quota):
    assert sum(month_shares(quota, 2026, RUNNING).values()) == quota


@quick
@given(yuan, st.lists(yuan.filter(bool), max_size=5), yuan)
def test_a_prepayment_is_never_negative_and_forgets_no_deduction(quota, amounts, rolled):
    due = [Deduction(f"R{number}", ON, amount) for number, amount in enumerate(amounts)]
    found = prepay(quota, Month(2026, 5), RUNNING, due=due, rolled_in=rolled)
    assert found.paid >= 0
    assert sum(found.taken.values()) == found.deducted == found.gross - found.paid
    for each in due:
        assert found.taken.get(each.key, ZERO) + found.waiting.get(each.key, ZERO) == each.amount


def test_deductions_of_a_quarter_are_due_in_the_next():
    decided = [Deduction("b", date(2026, 3, 31), FEN), Deduction("a", date(2026, 4, 1), FEN)]
    assert [each.key for each in due_in(decided, Quarter(2026, 2))] == ["b"]
    assert [each.key for each in due_in(decided, Quarter(2026, 3))] == ["a"]
    assert due_in([Deduction("c", date(2025, 12, 31), FEN)], Quarter(2026, 1))


def test_what_was_deducted_is_handed_out_again_or_stays_in_the_fund():
    quotas = {"A": Decimal(2), "B": Decimal(1)}
    assert rolled_into(Decimal("100.00"), quotas, RUNNING) == {"A": Decimal("66.67"), "B": Decimal("33.33")}
    assert sum(rolled_into(Decimal("100.00"), quotas, replace(RUNNING, return_to_pool=False)).values()) == 0


def test_a_quota_is_used_up_on_the_day_on_which_spending_goes_beyond_it():
    months = dict.fromkeys(Year(2026).months, Decimal("310.00"))
    assert run_out(Decimal("325.00"), months).on == date(2026, 2, 2)
    assert run_out(Decimal("3720.00"), months).on is None
    found = run_out(Decimal("3719.99"), months)
    assert (found.on, found.over) == (date(2026, 12, 31), Decimal("0.01"))


def test_at_the_present_speed_the_months_to_come_cost_the_mean():
    months = even_months({Month(2026, 1): Decimal("100.00"), Month(2026, 2): Decimal("200.00")}, 2026)
    assert months[Month(2026, 12)] == Decimal("150.00")
    assert sum(months.values()) == Decimal("1800.00")


@quick
@given(
    st.lists(st.tuples(st.integers(1, 10**6), yuan, yuan, yuan), min_size=1, max_size=8),
    yuan,
)
def test_a_pool_by_points_is_handed_out_exactly(rows, more):
    cases = [
        CaseSum(f"H{number}", "390", 1, Decimal(points), cost, patients, None, negotiated)
        for number, (points, cost, patients, negotiated) in enumerate(rows)
    ]
    pool = sum((case.negotiated for case in cases), more)
    found = pay_pooled(cases, {"390": pool})
    assert sum(each.payment for each in found.values()) == pool
    assert all(each.fund == max(ZERO, each.payment - each.patients) for each in found.values())


@quick
@given(yuan, yuan, yuan, yuan, yuan, scores)
def test_a_year_of_cases_is_cleared_without_a_rest(payment, cost, patients, paid, deposit, score):
    found = clear_cases(CaseYear("H", "390", payment, cost, patients, paid, deposit, score), CASES)
    assert found.returned + found.forfeited == deposit
    assert found.settlement + paid + found.forfeited == found.fund
    assert min(found.kept, found.shared, found.fund, found.returned, found.forfeited) >= 0
    assert found.income <= max(payment, cost)
    assert found.income >= min(payment, cost)


@pytest.mark.parametrize(
    "wrong",
    [
        {"edges": (Decimal("0.10"), Decimal("0.05"))},
        {"fund_shares": (Decimal("0.5"),)},
        {"fund_shares": (Decimal("1.5"), Decimal(0), Decimal(0))},
        {"pass_score": Decimal(101)},
        {"surplus_share": {"390": Decimal("1.01")}},
    ],
)
def test_rules_that_make_no_sense_are_refused(wrong):
    with pytest.raises(PolicyError):
        replace(CLEARING, **wrong)


def test_half_a_fen_is_no_amount():
    with pytest.raises(InvalidInput):
        clear(YearOfCommunity(Decimal("1.005"), ZERO, Decimal(90)), CLEARING)


def test_every_step_of_a_clearing_names_its_parameter_and_source(policy):
    found = clear(
        YearOfCommunity(Decimal("100.00"), Decimal("90.00"), Decimal(93)), ClearingRules.from_policy(policy, on=ON)
    )
    kept = next(step for step in found.steps if step.name == "kept")
    assert (kept.parameter, kept.source) == ("fund.surplus_share", "fund-packaging-practice")
    assert kept.sum.zh == "10.00 × 100% × 93%"
    assert kept.as_json()["amount"] == "9.30"
