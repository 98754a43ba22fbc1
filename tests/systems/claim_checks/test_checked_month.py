"""The month's checks: the same bytes, every finding once, no yuan counted twice, one transaction."""

from decimal import Decimal

import pytest

from systems.claim_checks.conftest import BEFORE, MONTH
from yigongti.kernel.access.scope import scope
from yigongti.systems.claim_checks import queries


def test_checking_twice_gives_the_same_bytes(bureau):
    first, second = bureau.check(), bureau.check()
    assert [file.sha256 for file in first] == [file.sha256 for file in second]
    assert first[0].rows == 7


def test_two_findings_on_one_line_count_its_money_once(checked, actor):
    director = actor("county_director", "C")
    with scope(director):
        bill = queries.the_bill(director, MONTH, "H1", "C0001")
        found = queries.findings_of_bill(director, bill)
    assert bill.counted == Decimal("500.00"), "300 and 200; the 300 are both not payable and for the other sex"
    assert sum(row.amount for row in found) == Decimal("800.00")
    assert {(row.check_id, row.line_number): row.counted for row in found} == {
        ("tried_not_payable", 1): Decimal("300.00"),
        ("tried_not_payable", 2): Decimal("200.00"),
        ("sex_limited_medicine", 1): Decimal("0.00"),
    }


def test_a_finding_says_itself_in_both_languages(checked, actor):
    director = actor("county_director", "C")
    with scope(director):
        found = queries.findings(director, MONTH, range(1, 100)).get(check_id="sex_limited_medicine")
    assert found.said_zh == "“演示·F001”限男性使用，患者为女性，涉及300.00元"
    assert "300.00 yuan" in found.said_en


def test_a_hospital_sees_its_own_findings_and_no_others(checked, actor):
    office = actor("hospital_insurance_office", "H2")
    with scope(office):
        assert {row.case_id for row in queries.findings(office, MONTH, range(1, 100))} == {"C0005"}


def test_a_physician_sees_the_findings_of_the_own_department(checked, actor):
    physician = actor("physician", "H1", department="0302")
    with scope(physician):
        assert {r.case_id for r in queries.findings(physician, MONTH, range(1, 100))} == {"C0004", "V0001"}


def test_the_month_says_which_earlier_months_it_read(checked):
    from yigongti.systems.claim_checks.models import CheckedMonth

    month = CheckedMonth.objects.using("bulk").get()
    assert month.months_read == [str(BEFORE)]
    assert month.absent == ["settlement_lists", "stock_moves"]


def test_what_was_looked_at_is_published_by_institution(checked):
    from yigongti.systems.claim_checks.models import InstitutionVolume

    rows = InstitutionVolume.objects.using("bulk").order_by("institution__code")
    assert [(r.institution.code, r.month, r.bills, r.lines, r.claimed) for r in rows] == [
        ("H1", str(MONTH), 5, 7, Decimal("3660.00")),
        ("H2", str(MONTH), 1, 1, Decimal("900.00")),
    ]


def test_a_hospital_sees_nothing_of_what_was_looked_at_elsewhere(checked, actor):
    from yigongti.systems.claim_checks.models import InstitutionVolume

    with scope(actor("hospital_insurance_office", "H2")):
        assert [row.institution.code for row in InstitutionVolume.objects.all()] == ["H2"]


def test_publishing_again_replaces_the_month(checked):
    from yigongti.systems.claim_checks.models import Finding

    checked.publish()
    assert Finding.objects.using("bulk").count() == 7


@pytest.mark.parametrize("strength", ["violation", "doubtful", "clue"])
def test_the_sums_are_those_of_the_findings(checked, actor, strength):
    director = actor("county_director", "C")
    with scope(director):
        rows = queries.findings(director, MONTH, range(1, 100)).filter(strength=strength)
        split = queries.summed(queries.sums(director, [MONTH], range(1, 100)), "strength")
        assert queries.amount_of(split, strength) == sum((row.counted for row in rows), Decimal(0))
