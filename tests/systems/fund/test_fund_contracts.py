"""A contract is drawn up by one, signed by another, accepted by the community; nobody reads the other community's."""

from decimal import Decimal

import pytest
from fund_bills import AT, PER_HEAD, step

from yigongti.foundation.errors import Conflict, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.systems.fund.actions.draw_up_contracts import YearAsked, draw_up_contracts
from yigongti.systems.fund.models import Contract, Forecast, FundMonth, FundYear, InsuredCount


def state_of(contract):
    return Contract.objects.using("bulk").get(pk=contract.pk).state


def test_the_quotas_add_up_to_the_packaged_fund(drawn_up):
    year = FundYear.objects.using("bulk").get()
    assert sum(contract.quota for contract in drawn_up.values()) == year.pool
    assert year.people == 2, "one of each community is insured in a packaged scheme"
    assert year.inputs["people"] == {"390": 2}


def test_every_step_is_kept_with_its_formula_parameter_and_source(drawn_up):
    steps = {step["name"]: step for step in drawn_up["H1"].steps}
    assert Decimal(steps["financing"]["amount"]) == Decimal("1800.00")
    assert steps["reserve"]["parameter"] == "fund.reserve_ratio" and steps["reserve"]["source"]
    assert Decimal(steps["quota"]["amount"]) == drawn_up["H1"].quota


def test_a_year_is_not_drawn_up_twice(drawn_up, people, county, fund_policy):
    with pytest.raises(Conflict, match="year_drawn_up"), scope(people["officer"]):
        draw_up_contracts(people["officer"], county["C"], YearAsked(2026, PER_HEAD, {}), policy=fund_policy, at=AT)


def test_an_accountant_draws_up_nothing(published, people, county, fund_policy):
    with pytest.raises(NotPermitted), scope(people["accountant"]):
        draw_up_contracts(people["accountant"], county["C"], YearAsked(2026, PER_HEAD, {}), policy=fund_policy, at=AT)


def test_whoever_drew_it_up_does_not_sign_it(drawn_up, people):
    step(people["second"], drawn_up["H1"], "send")
    with pytest.raises(NotPermitted):
        step(people["second"], drawn_up["H1"], "sign")  # sent by the second, so a third must sign
    with pytest.raises(NotPermitted, match="second_person"):
        step(people["officer"], drawn_up["H1"], "sign")
    assert state_of(drawn_up["H1"]) == "signing"


def test_signed_and_accepted_it_is_in_force(drawn_up, people):
    step(people["officer"], drawn_up["H1"], "send")
    step(people["second"], drawn_up["H1"], "sign")
    step(people["director"], drawn_up["H1"], "accept")
    found = Contract.objects.using("bulk").get(pk=drawn_up["H1"].pk)
    assert (found.state, found.accepted_by_name) == ("in_force", people["director"].display_name)


def test_the_signed_contract_is_a_letter_with_its_formulas(drawn_up, people):
    from yigongti.kernel.matters.models import Letter

    step(people["officer"], drawn_up["H1"], "send")
    step(people["second"], drawn_up["H1"], "sign")
    says = Letter.objects.using("bulk").get(matter_id=drawn_up["H1"].matter_id).values
    assert f"{drawn_up['H1'].quota:,.2f}" in says["paragraphs"][0]["zh"]
    assert len(says["table"]["rows"]) == len(drawn_up["H1"].steps)


def test_a_community_that_objects_sends_it_back_with_its_reason(drawn_up, people):
    step(people["officer"], drawn_up["H1"], "send")
    step(people["second"], drawn_up["H1"], "sign")
    step(people["director"], drawn_up["H1"], "object", "参保人数与实际不符")
    assert state_of(drawn_up["H1"]) == "draft"


def test_a_community_does_not_see_a_contract_before_it_is_signed(drawn_up, people):
    with scope(people["director"]):
        assert not Contract.objects.exists()
        assert not FundYear.objects.exists()


def test_a_community_sees_its_own_contract_spending_and_forecast_and_not_the_others(in_force, people, county):
    with scope(people["director"]):
        for model in (Contract, FundMonth, Forecast, InsuredCount):
            assert {row.institution_id for row in model.objects.all()} == {county["H1"].pk}, model


def test_a_township_sees_the_spending_on_its_own_people_and_no_quota(in_force, people, county):
    with scope(people["township"]):
        assert {row.township_id for row in FundMonth.objects.all()} == {county["T1"].pk}
        assert not Contract.objects.exists() and not Forecast.objects.exists()


def test_a_director_accepts_no_contract_of_the_other_community(drawn_up, people):
    step(people["officer"], drawn_up["H2"], "send")
    step(people["second"], drawn_up["H2"], "sign")
    with pytest.raises((NotPermitted, NotFound)):
        step(people["director"], drawn_up["H2"], "accept")
