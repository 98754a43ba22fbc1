"""An upheld bill becomes a case of supervision, exactly once, with what was found and what was upheld."""

from datetime import timedelta
from decimal import Decimal

import pytest

from systems.claim_checks.conftest import (  # noqa: F401
    CHECKED_AT,
    MONTH,
    bureau,
    bureau_files,
    checked,
    tried_policy,
)
from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, Matter, act
from yigongti.processes.closed_loop.public import hand_over
from yigongti.systems.claim_checks.public import open_matters, upheld_bills

AT = CHECKED_AT + timedelta(hours=1)


@pytest.fixture
def people(checked, actor):  # noqa: F811
    open_matters(MONTH, checked.policy, CHECKED_AT)
    return {
        "officer": actor("insurance_bureau_officer", "C"),
        "office": actor("hospital_insurance_office", "H1"),
    }


@pytest.fixture
def upheld(people):
    """The bill C0001, upheld with 200 of its 500 yuan."""
    matter = Matter.objects.using("bulk").get(kind="claim_checks.bill", data__case_id="C0001")
    for who, name, amount in (("officer", "ask", None), ("office", "answer", None), ("officer", "uphold", "200.00")):
        with scope(people[who]):
            given = Given(words="演示", amount=None if amount is None else Decimal(amount))
            act(people[who], matter.pk, name, at=AT, given=given)
    return matter


def test_the_case_says_what_was_found_and_what_was_upheld(upheld, people):
    from yigongti.systems.supervision.models import Case

    with scope(people["officer"]):
        (done,) = hand_over(people["officer"], [upheld.pk], at=AT)
    case = Case.objects.using("bulk").get(pk=done.case)
    assert (case.amount_claimed, case.month, case.institution.code) == (Decimal("200.00"), str(MONTH), "H1")
    assert case.check_ids == ["sex_limited_medicine", "tried_not_payable"]
    matter = Matter.objects.using("bulk").get(pk=upheld.pk)
    assert (matter.state, matter.data["case"]) == ("handed_over", case.pk)


def test_a_bill_is_handed_over_once(upheld, people):
    from yigongti.systems.supervision.models import Case

    with scope(people["officer"]):
        hand_over(people["officer"], [upheld.pk], at=AT)
        assert upheld_bills(people["officer"]) == []
        with pytest.raises(NotFound):
            hand_over(people["officer"], [upheld.pk], at=AT)
    assert Case.objects.using("bulk").count() == 1


def test_what_was_not_upheld_is_not_handed_over(people):
    waiting = Matter.objects.using("bulk").get(kind="claim_checks.bill", data__case_id="C0002")
    with scope(people["officer"]), pytest.raises(NotFound):
        hand_over(people["officer"], [waiting.pk], at=AT)


def test_the_hospital_does_not_hand_over_its_own_bill(upheld, people):
    from yigongti.foundation.errors import NotPermitted

    with scope(people["office"]), pytest.raises(NotPermitted):
        hand_over(people["office"], [upheld.pk], at=AT)
