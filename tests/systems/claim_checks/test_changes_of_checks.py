"""A check is changed: rehearsed on a past month, signed by a second person, in force from its day and not before."""

from datetime import date, timedelta

import pytest

from systems.claim_checks.conftest import CHECKED_AT, MONTH
from yigongti.foundation.errors import InvalidInput, NotPermitted
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, Matter, act
from yigongti.systems.claim_checks.actions.propose_change import Wanted, propose_change
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.models import ChangeOfCheck

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def maker(checked, actor):
    return actor("insurance_bureau_officer", "C", username="maker")


@pytest.fixture
def checker(checked, actor):
    return actor("insurance_bureau_officer", "C", username="checker")


def propose(bureau, who, check="tried_days", kind="parameters", months=(MONTH,), reason="演示", **told):
    wanted = Wanted(check, kind, DECEMBER, reason, **told)
    with scope(who):
        return propose_change(who, wanted, list(months), lake=bureau.lake, policy=bureau.policy, at=CHECKED_AT)


def sign(change, who):
    with scope(who):
        return act(who, change.matter_id, "sign", at=CHECKED_AT + timedelta(hours=1), given=Given(words="同意"))


def test_the_rehearsal_says_what_the_past_month_would_have_been(checked, maker):
    change = propose(checked, maker, parameters={"outpatient_days": "14"})
    with scope(maker):
        (row,) = change.rehearsed.all()
    assert (row.institution.code, row.findings_today, row.findings_changed) == ("H1", 1, 0)
    assert (row.yuan_today, row.yuan_changed) == (30, 0)


def test_a_hospital_reads_the_change_and_not_what_it_did_to_others(checked, maker, actor):
    change = propose(checked, maker, check="tried_not_payable", kind="pause")
    with scope(actor("hospital_insurance_office", "H2")):
        assert ChangeOfCheck.objects.get().pk == change.pk
        assert [row.institution.code for row in change.rehearsed.all()] == ["H2"]


def test_a_signed_change_holds_from_its_day_and_not_before(checked, maker, checker):
    change = propose(checked, maker, parameters={"outpatient_days": "14"})
    sign(change, checker)
    with scope(maker):
        check = in_force(checked.policy, Month(2026, 12)).check("tried_days")
    assert str(check.on(date(2026, 11, 30)).parameters["outpatient_days"]) == "7"
    assert str(check.on(DECEMBER).parameters["outpatient_days"]) == "14"
    assert str(check.on(DECEMBER).parameters["emergency_days"]) == "3", "what was not changed stays"


def test_who_proposed_it_cannot_sign_it(checked, maker):
    change = propose(checked, maker, parameters={"outpatient_days": "14"})
    with pytest.raises(NotPermitted, match="second person"):
        sign(change, maker)
    assert ChangeOfCheck.objects.using("bulk").get().state == "proposed"


def test_a_paused_check_finds_nothing_from_that_day(checked, maker, checker):
    sign(propose(checked, maker, check="tried_not_payable", kind="pause"), checker)
    with scope(maker):
        check = in_force(checked.policy, Month(2026, 12)).check("tried_not_payable")
    assert check.on(date(2026, 11, 30)) is not None
    assert check.on(DECEMBER) is None


def test_another_strength_counts_from_the_month_in_which_it_holds(checked, maker, checker):
    sign(propose(checked, maker, check="tried_not_payable", kind="strength", strength="doubtful"), checker)
    with scope(maker):
        assert in_force(checked.policy, Month(2026, 11)).check("tried_not_payable").strength == "violation"
        assert in_force(checked.policy, Month(2026, 12)).check("tried_not_payable").strength == "doubtful"


@pytest.mark.parametrize(
    "told",
    [
        {"parameters": {"outpatient_days": "many"}},
        {"parameters": {"outpatient_days": "7"}},
        {"parameters": {}},
        {"parameters": {"no_such": "1"}},
        {"kind": "strength", "strength": "doubtful"},
        {"kind": "erase"},
        {"parameters": {"outpatient_days": "14"}, "reason": " "},
        {"parameters": {"outpatient_days": "14"}, "months": ()},
        {"parameters": {"outpatient_days": "14"}, "months": (Month(2026, 1),)},
    ],
)
def test_a_change_that_makes_no_sense_is_refused_and_leaves_nothing(checked, maker, told):
    with pytest.raises(InvalidInput):
        propose(checked, maker, **told)
    assert not ChangeOfCheck.objects.using("bulk").exists()
    assert not Matter.objects.using("bulk").filter(kind="claim_checks.change").exists()


def test_the_page_rehearses_and_shows_the_outcome(checked, signed_in):
    browser = signed_in("insurance_bureau_officer", "C", username="maker")
    assert browser.get("/claim_checks/checks/tried_days/change").status_code == 200
    form = {"kind": "parameters", "setting_outpatient_days": "14", "valid_from": "2026-12-01", "reason": "演示",
            "of_month": str(MONTH)}  # fmt: skip
    answer = browser.post("/claim_checks/checks/tried_days/change", form)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    said = browser.get(answer.url).content.decode()
    assert "示范县人民医院" in said and "30.00" in said
    assert browser.get("/claim_checks/changes/").status_code == 200
    assert browser.post(answer.url + "/take-back").status_code == 302
    assert ChangeOfCheck.objects.using("bulk").get().state == "withdrawn"
