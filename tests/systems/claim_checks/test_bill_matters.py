"""From a finding to a decision: opened once, asked, explained by a physician, answered, decided by two persons."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from systems.claim_checks.conftest import CHECKED_AT, MONTH
from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, Matter, act
from yigongti.systems.claim_checks.public import open_matters

AT = CHECKED_AT + timedelta(hours=1)


@pytest.fixture
def opened(checked):
    """The matters of the month; answers how many."""
    return open_matters(MONTH, checked.policy, CHECKED_AT)


@pytest.fixture
def people(opened, actor):
    return {
        "bureau": actor("insurance_bureau_officer", "C", username="one"),
        "second": actor("insurance_bureau_officer", "C", username="two"),
        "office": actor("hospital_insurance_office", "H1"),
        "stranger": actor("hospital_insurance_office", "H2"),
        "physician": actor("physician", "H1", department="0301"),
    }


def of_case(case_id):
    return Matter.objects.using("bulk").get(kind="claim_checks.bill", data__case_id=case_id)


def step(who, matter, name, words="演示", amount=None, at=AT, **data):
    with scope(who):
        given = Given(words=words, amount=None if amount is None else Decimal(amount), data=data)
        return act(who, matter.pk, name, at=at, given=given)


def test_each_bill_above_the_limit_becomes_one_matter(opened):
    cases = Matter.objects.using("bulk").filter(kind="claim_checks.bill").values_list("data__case_id", flat=True)
    assert sorted(cases) == ["C0001", "C0002", "C0004", "C0005"], "the visit's 30 yuan are below the limit"
    assert opened == 4


def test_closing_again_opens_nothing_twice_even_what_was_closed(opened, people, checked):
    step(people["bureau"], of_case("C0001"), "dismiss")
    checked.publish()
    assert open_matters(MONTH, checked.policy, AT) == 0


def test_a_bill_goes_to_the_hospital_to_its_physician_and_back_and_is_upheld(people):
    matter = of_case("C0001")
    asked = step(people["bureau"], matter, "ask")
    step(people["office"], matter, "assign", physician_account=people["physician"].account_id)
    back = step(people["physician"], matter, "explain")
    assert back.due_on == asked.due_on, "handing it to a physician gains no time"
    step(people["office"], matter, "answer")
    done = step(people["bureau"], matter, "uphold", amount="200.00")
    assert (done.state, done.amount) == ("upheld", Decimal("200.00"))


def test_only_the_physician_who_was_asked_may_explain(people, actor):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "assign", physician_account=people["physician"].account_id)
    with pytest.raises(NotPermitted):
        step(actor("physician", "H1", username="colleague", department="0301"), matter, "explain")


def test_a_bill_cannot_be_handed_to_somebody_who_is_no_physician_of_the_hospital(people):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    with pytest.raises(InvalidInput):
        step(people["office"], matter, "assign", physician_account=people["bureau"].account_id)


def test_no_more_than_was_counted_can_be_upheld(people):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "answer")
    with pytest.raises(InvalidInput, match="counted"):
        step(people["bureau"], matter, "uphold", amount="500.01")


def test_above_the_limit_a_second_person_must_confirm(people):
    matter = of_case("C0001")
    Matter.objects.using("bulk").filter(pk=matter.pk).update(data={**matter.data, "counted": "9000.00"})
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "answer")
    with pytest.raises(Conflict, match="second person"):
        step(people["bureau"], matter, "uphold", amount="9000.00")
    step(people["bureau"], matter, "propose", amount="9000.00")
    with pytest.raises(NotPermitted, match="second person"):
        step(people["bureau"], matter, "confirm")
    assert step(people["second"], matter, "confirm").state == "upheld"


def test_the_hospital_cannot_rule_on_its_own_bill(people):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    step(people["office"], matter, "answer")
    with pytest.raises(NotPermitted):
        step(people["office"], matter, "accept")


def test_another_hospital_sees_nothing_of_it(people):
    from yigongti.foundation.errors import NotFound

    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    with pytest.raises(NotFound):
        step(people["stranger"], matter, "answer")


def test_a_hospital_puts_itself_right_before_its_answer_is_due_and_not_after(people):
    first, second = of_case("C0001"), of_case("C0002")
    for matter in (first, second):
        step(people["bureau"], matter, "ask")
    assert step(people["office"], first, "withdraw", amount="500.00").state == "withdrawn"
    late = datetime(2027, 1, 20, 2, 0, tzinfo=UTC)
    with pytest.raises(Conflict, match="too late"):
        step(people["office"], second, "withdraw", amount="900.00", at=late)


def test_the_bureau_waits_for_the_answer_until_it_is_due(people):
    matter = of_case("C0001")
    step(people["bureau"], matter, "ask")
    with pytest.raises(Conflict, match="may still answer"):
        step(people["bureau"], matter, "go_on")
    assert step(people["bureau"], matter, "go_on", at=datetime(2027, 1, 20, 2, 0, tzinfo=UTC)).state == "answered"


def test_a_bill_that_was_put_right_before_anybody_looked_is_dismissed(opened, checked):
    from yigongti.systems.claim_checks.models import BillFindings

    BillFindings.objects.using("bulk").filter(case_id="C0001").delete()
    open_matters(MONTH, checked.policy, AT)
    assert of_case("C0001").state == "dismissed"
