"""Injuries are held until the bureau confirms the cause; special diseases count from their approval on; stays are
admitted without deposit; clinics without a network bring their bills later."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from invented_bills import AT, NUMBER, asked, entries, row

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act
from yigongti.systems.benefits.actions.accept_offline import accept_offline
from yigongti.systems.benefits.actions.admit import admit
from yigongti.systems.benefits.actions.ask_approval import ask_approval
from yigongti.systems.benefits.actions.confirm_offline import confirm_offline
from yigongti.systems.benefits.actions.enrol import enrol
from yigongti.systems.benefits.actions.find_insured import find_insured
from yigongti.systems.benefits.actions.hold_injury import hold_injury
from yigongti.systems.benefits.models import Admission, Approval, HeldInjury, OfflineBill, Settlement

LATER = AT + timedelta(days=1)
INJURY = {"injury": "自家院内滑倒", "diagnosis": "S82.200"}


@pytest.fixture
def officer(actor):
    return actor("insurance_bureau_officer", "C")


@pytest.fixture
def held(clerk, county, insured):
    with scope(clerk):
        return hold_injury(clerk, county["T1"].pk, asked(**INJURY), at=AT)


def decided(actor, matter_id, step, words="已核实"):
    with scope(actor):
        return act(actor, matter_id, step, at=LATER, given=Given(words=words))


def test_an_injury_is_settled_when_its_cause_is_confirmed(held, officer, year_of):
    assert not Settlement.objects.using("bulk").exists()
    decided(officer, held.matter_id, "confirm")
    released = HeldInjury.objects.using("bulk").select_related("settlement").get(pk=held.pk)
    made = row(released.settlement_id)
    assert (released.state, made.total_cost, made.institution.code) == ("released", Decimal("3000.00"), "T1")
    assert len(entries(made.cause)) == 2
    assert year_of().settlements == 1


def test_an_injury_that_somebody_else_pays_for_is_not_settled(held, officer):
    decided(officer, held.matter_id, "refuse", "有第三方责任")
    assert HeldInjury.objects.using("bulk").get(pk=held.pk).state == "refused"
    assert not Settlement.objects.using("bulk").exists()


def test_the_counter_does_not_confirm_its_own_injury(held, clerk):
    with pytest.raises(NotPermitted):
        decided(clerk, held.matter_id, "confirm")


def test_a_question_goes_back_to_the_counter_and_returns(held, officer, clerk):
    decided(officer, held.matter_id, "question", "何时受伤")
    assert decided(clerk, held.matter_id, "answer", "上午八时").state == "held"


def test_the_same_injury_sent_again_is_held_once(held, clerk, county):
    with scope(clerk):
        again = hold_injury(clerk, county["T1"].pk, asked(**INJURY), at=LATER)
    assert again.pk == held.pk


def test_an_injury_needs_its_story(clerk, county, insured):
    with pytest.raises(InvalidInput) as refused, scope(clerk):
        hold_injury(clerk, county["T1"].pk, asked(diagnosis="S82.200"), at=AT)
    assert refused.value.code == "benefits.injury_untold"


DIALYSIS = {"care": "special_disease", "disease_code": "dialysis", "started_on": "2026-10-09"}


@pytest.fixture
def asked_for(clerk, county, insured):
    with scope(clerk):
        return ask_approval(
            clerk, county["T1"].pk, insured_number=NUMBER, kind="special_disease", disease_code="dialysis",
            valid_from=date(2026, 10, 1), valid_to=date(2027, 9, 30), evidence="病历号 演示-1", at=AT,
        )  # fmt: skip


def test_a_special_disease_counts_once_it_is_approved(settle_at, asked_for, officer):
    with pytest.raises(InvalidInput) as refused:
        settle_at(**DIALYSIS)
    assert refused.value.code == "benefit.approval_missing"
    decided(officer, asked_for.matter_id, "approve")
    made = row(settle_at(**DIALYSIS))
    fund = entries(made.cause)[f"settlement/T1/{made.number}/fund"]
    assert made.pool_fund == fund["5001.04"] > 0


def test_a_refused_disease_does_not_count(settle_at, asked_for, officer):
    decided(officer, asked_for.matter_id, "refuse", "依据不足")
    assert Approval.objects.using("bulk").get(pk=asked_for.pk).state == "refused"
    with pytest.raises(InvalidInput):
        settle_at(**DIALYSIS)


def test_the_same_disease_is_asked_for_once_at_a_time(asked_for, clerk, county):
    with pytest.raises(Conflict) as refused, scope(clerk):
        ask_approval(
            clerk, county["T1"].pk, insured_number=NUMBER, kind="special_disease", disease_code="dialysis",
            valid_from=date(2026, 10, 1), valid_to=date(2027, 9, 30), evidence="再次", at=AT,
        )  # fmt: skip
    assert refused.value.code == "benefits.approval_asked"


def admitted(clerk, county, case="Z9"):
    with scope(clerk):
        return admit(clerk, county["T1"].pk, insured_number=NUMBER, case_id=case, started_on=date(2026, 10, 2), at=AT)


def test_a_stay_without_deposit_ends_with_its_settlement(settle_at, clerk, county, insured):
    stay = admitted(clerk, county)
    made = row(settle_at(case_id="Z9"))
    assert Admission.objects.using("bulk").get(pk=stay.pk).state == "settled"
    assert made.paid_at is None


def test_nobody_lies_in_two_hospitals_at_once(clerk, county, insured):
    admitted(clerk, county)
    with pytest.raises(Conflict) as refused:
        admitted(clerk, county, case="Z10")
    assert refused.value.code == "benefits.stay_open"


def offline(clerk, county, quoted=None, **told):
    what = asked(key="device-1", care="outpatient", started_on="2026-10-09", **told)
    with scope(clerk):
        return accept_offline(clerk, county["T1"].pk, what, quoted=quoted, accepted_at=AT, at=LATER)


def test_a_bill_accepted_without_a_network_is_settled_once_and_differences_are_told(clerk, county, insured, year_of):
    bill = offline(clerk, county, quoted={"total_cost": "3000.00", "cash": "1.00"})
    assert offline(clerk, county, quoted=None).pk == bill.pk
    for _turn in range(2):
        with scope(clerk):
            done = confirm_offline(clerk, bill.pk, at=LATER)
    made = row(done.settlement_id)
    assert (done.state, made.origin, made.key) == ("confirmed", "offline", "device-1")
    assert done.told == {"cash": {"quoted": "1.00", "settled": str(made.cash)}}
    assert year_of().settlements == 1


def test_a_bill_that_the_rules_refuse_says_so_to_the_clinic(clerk, county, insured):
    bill = offline(clerk, county, lines=[{"item_code": "none", "quantity": "1", "amount": "1.00"}])
    with scope(clerk):
        done = confirm_offline(clerk, bill.pk, at=LATER)
    assert (done.state, done.told["code"]) == ("refused", "benefits.item_unknown")
    assert OfflineBill.objects.using("bulk").get(pk=bill.pk).settlement_id is None


def test_the_same_id_with_another_bill_is_refused(clerk, county, insured):
    offline(clerk, county)
    with pytest.raises(Conflict):
        offline(clerk, county, amount="5.00")


def test_a_second_enrolment_at_the_same_time_is_refused(officer, insured, county, resident):
    days = {"valid_from": date(2026, 12, 1), "valid_to": date(2027, 12, 31), "at": AT}
    with pytest.raises(Conflict) as refused, scope(officer):
        enrol(officer, county["C"], insured, insurance_type="310", insured_number="B0003", **days)
    assert refused.value.code == "benefits.insured_twice"
    other = resident("V1", "演示·乙", care=False)
    with pytest.raises(Conflict) as refused, scope(officer):
        enrol(officer, county["C"], other, insurance_type="390", insured_number=NUMBER, **days)
    assert refused.value.code == "benefits.number_taken"
    with scope(officer):
        assert enrol(officer, county["C"], other, insurance_type="390", insured_number="B4", **days).name == "演示·乙"


def test_whoever_brings_a_card_is_found_and_no_name_is_searched_in_the_register(clerk, settle_at, insured):
    from yigongti.kernel.people.sealing import ring

    number = ring().open(insured.number_sealed, "number")
    with scope(clerk):
        assert [found.resident_id for found in find_insured(clerk, NUMBER, at=AT)] == [insured.pk]
        assert [found.resident_id for found in find_insured(clerk, number, at=AT)] == [insured.pk]
        assert find_insured(clerk, insured.name, at=AT) == []
    settle_at()
    with scope(clerk):
        assert [found.resident_id for found in find_insured(clerk, insured.name, at=AT)] == [insured.pk]
