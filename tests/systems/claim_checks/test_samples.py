"""Samples: the same seed draws the same rows, reviewed rows give an estimate with a bound, strangers see none of it."""

from decimal import Decimal

import pytest

from systems.claim_checks.conftest import CHECKED_AT, MONTH
from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.scope import scope
from yigongti.systems.claim_checks.actions.draw_sample import draw_sample, review_row
from yigongti.systems.claim_checks.estimating import allocation, drawn, estimated
from yigongti.systems.claim_checks.models import Sample, SampledFinding


@pytest.fixture
def officer(checked, actor):
    return actor("insurance_bureau_officer", "C")


def draw(who, county, seed=7, size=4):
    with scope(who):
        return draw_sample(
            who, county["C"], MONTH, range(1, 100), seed=seed, size=size, level=Decimal("0.95"), at=CHECKED_AT
        )


def test_the_same_seed_draws_the_same_rows_and_another_seed_others():
    keys, wanted = {"a": list(range(100)), "b": list(range(100, 110))}, {"a": 5, "b": 2}
    assert drawn(keys, wanted, 7) == drawn(keys, wanted, 7)
    assert drawn(keys, wanted, 7) != drawn(keys, wanted, 8)


def test_every_check_gets_at_least_two_rows_and_none_more_than_it_has():
    yuan = {"dear": Decimal(9_900), "cheap": Decimal(100), "single": Decimal(0)}
    assert allocation(yuan, {"dear": 500, "cheap": 40, "single": 1}, 50) == {"cheap": 2, "dear": 50, "single": 1}


def test_the_estimate_of_a_check_that_was_reviewed_whole_is_its_sum_without_any_doubt():
    found = estimated({"a": (2, Decimal(30))}, {"a": [Decimal(10), Decimal(5)]}, {"a": 2}, {"a": 2}, 0.95)
    assert (found.estimate, found.bound) == (Decimal("15.00"), Decimal("15.00"))


def test_the_bound_takes_off_the_standard_error_and_the_sum_of_the_reviewed_rows_stands_under_it():
    rows = [Decimal(10), Decimal(20)]
    found = estimated({"a": (100, Decimal(2000))}, {"a": rows}, {"a": 2}, {"a": 2}, 0.95)
    assert found.estimate == Decimal("1500.00")
    # 100² · 0.98 · 50 / 2 = 245,000; its root 494.97; times 1.6449 = 814.15
    assert abs(found.bound - Decimal("685.85")) < Decimal("0.02")
    alone = estimated({"a": (100, Decimal(2000))}, {"a": [Decimal(10)]}, {"a": 1}, {"a": 1}, 0.95)
    assert alone.bound == Decimal("10.00"), "one row of a hundred proves no more than itself"


def test_reviewed_rows_come_to_an_estimate(checked, officer, county):
    sample = draw(officer, county)
    with scope(officer):
        for row in SampledFinding.objects.filter(sample=sample):
            review_row(officer, sample.pk, row.place, verdict="right", recover=None, remark="", at=CHECKED_AT)
        from yigongti.systems.claim_checks.pages.samples import estimate_of

        found = estimate_of(sample)
    assert found.estimate is not None and found.bound <= found.estimate


def test_no_more_is_recovered_than_was_counted(checked, officer, county):
    sample = draw(officer, county)
    with scope(officer), pytest.raises(InvalidInput):
        review_row(officer, sample.pk, 1, verdict="right", recover=Decimal(10**6), remark="", at=CHECKED_AT)


def test_a_hospital_sees_no_sample(checked, officer, county, actor):
    draw(officer, county)
    with scope(actor("hospital_insurance_office", "H1")):
        assert Sample.objects.count() == SampledFinding.objects.count() == 0


def test_the_pages_draw_review_and_export(checked, signed_in):
    browser = signed_in("insurance_bureau_officer", "C", username="drawer")
    answer = browser.post(f"/claim_checks/samples/?institution=C&month={MONTH}", {"seed": "7", "size": "4"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert browser.get(answer.url + "?open=1").status_code == 200
    assert browser.post(answer.url + "/review", {"place": "1", "verdict": "wrong"}).status_code == 302
    assert browser.get(answer.url + "?export=csv").status_code == 200
    assert browser.get(f"/claim_checks/quality/?month={MONTH}").status_code == 200
