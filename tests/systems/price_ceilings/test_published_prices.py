"""A price that is published is what the check of prices looks for, from its day on and not before."""

from datetime import date
from decimal import Decimal

import pytest

from yigongti.engines.claim_checks.public import Bill, Line, check_bill
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.scope import scope
from yigongti.systems.claim_checks.checks_in_force import in_force, own_checks
from yigongti.systems.prices.models import Price, PriceItem

CHECK = "price_above_ceiling"
BED, DEAREST = "D010010", Decimal("36.00")  # the starter list's ceiling for a bed at a county hospital
NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


@pytest.fixture(scope="module")
def policy(policy_root):
    return Policy.load(policy_root)


@pytest.fixture
def bureau(county, actor):
    with scope(actor("insurance_bureau_officer", "C")) as who:
        yield who


def publish(price, first=date(2026, 12, 1), last=None, code=BED, level="county"):
    item, _new = PriceItem.objects.using("bulk").get_or_create(code=code, defaults={"name": "演示·床位"})
    Price.objects.using("bulk").create(
        item=item, level=level, price=Decimal(price), valid_from=first, valid_to=last, revision_number=1
    )


def found(checks, price, on, level="county", code=BED):
    line = Line(1, code, on, Decimal(price), unit_price=Decimal(price), item_name="演示·床位")
    bill = Bill("H1", "C1", "2", on, on, institution_level=level, lines=(line,))
    judged = check_bill(bill, None, checks, "during", on, only=[CHECK])
    return [(finding.limit, finding.amount) for finding in judged.findings]


def test_before_anything_is_published_the_starter_list_holds(bureau, policy):
    assert found(in_force(policy, DECEMBER), "36.01", date(2026, 12, 2)) == [("36", Decimal("0.01"))]


def test_a_line_above_a_newly_published_price_is_found_from_its_day_on_and_not_before(bureau, policy):
    publish("30.00")
    checks = in_force(policy, DECEMBER)
    assert found(checks, "35.00", date(2026, 12, 1)) == [("30", Decimal("5.00"))]
    assert found(checks, "35.00", date(2026, 11, 30)) == []
    assert found(checks, "36.01", date(2026, 11, 30)) == [("36", Decimal("0.01"))], "until then the starter list holds"


def test_a_higher_price_that_is_published_lets_through_what_was_too_dear(bureau, policy):
    publish("50.00")
    assert found(in_force(policy, DECEMBER), "45.00", date(2026, 12, 1)) == []


def test_the_price_of_one_level_says_nothing_of_another(bureau, policy):
    publish("10.00")
    checks = in_force(policy, DECEMBER)
    assert found(checks, "32.40", date(2026, 12, 1), level="township") == []
    assert found(checks, "32.41", date(2026, 12, 1), level="township") == [("32.4", Decimal("0.01"))]


def test_an_item_that_is_no_longer_charged_has_no_ceiling(bureau, policy):
    publish("30.00", date(2026, 1, 1), date(2026, 11, 30))
    checks = in_force(policy, DECEMBER)
    assert found(checks, "35.00", date(2026, 11, 30)) == [("30", Decimal("5.00"))]
    assert found(checks, "99.00", date(2026, 12, 1)) == []


def test_what_is_published_is_part_of_what_names_the_checks(bureau, policy):
    own = own_checks(policy).digest
    assert in_force(policy, NOVEMBER).digest == own
    publish("30.00", date(2026, 11, 1))
    first = in_force(policy, NOVEMBER).digest
    Price.objects.using("bulk").update(valid_to=date(2026, 11, 30))
    publish("31.00")
    assert len({own, first, in_force(policy, NOVEMBER).digest}) == 3
