"""Samples: the same seed draws the same rows, reviewed rows give an estimate with a bound, strangers see none of it."""

from decimal import Decimal

import pytest

from systems.claim_checks.conftest import CHECKED_AT, MONTH
from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.scope import scope
from yigongti.systems.claim_checks.actions.draw_sample import draw_sample, review_row
from yigongti.systems.claim_checks.models import Sample, SampledFinding


@pytest.fixture
def officer(checked, actor):
    return actor("insurance_bureau_officer", "C")


def draw(who, county, seed=7, size=4):
    with scope(who):
        return draw_sample(
            who, county["C"], MONTH, range(1, 100), seed=seed, size=size, level=Decimal("0.95"), at=CHECKED_AT
        )


def rows_of(sample):
    return [(row.case_id, row.line_number, row.check_id) for row in SampledFinding.objects.filter(sample=sample)]


def test_the_same_seed_draws_the_same_rows_though_the_month_was_published_anew(checked, officer, county):
    first = draw(officer, county, size=2)
    checked.publish()
    second = draw(officer, county, size=2)
    with scope(officer):
        assert rows_of(first) == rows_of(second)


def test_strata_and_their_rows_are_made_as_chosen(checked, officer, county):
    with scope(officer):
        sample = draw_sample(
            officer, county["C"], MONTH, range(1, 100), seed=7, size=4, level=Decimal("0.95"), at=CHECKED_AT,
            strata="check,institution,band", by="neyman", bands=[Decimal(400)],
        )  # fmt: skip
    assert set(sample.population) >= {"tried_not_payable|H1|0-400", "tried_not_payable|H2|400-"}
    assert (sample.method, sample.allocation) == ("hash", "neyman")


@pytest.mark.parametrize("wrong", [{"strata": "physician"}, {"by": "lot"}])
def test_strata_and_divisions_that_are_none_are_refused(checked, officer, county, wrong):
    with scope(officer), pytest.raises(InvalidInput):
        draw_sample(
            officer, county["C"], MONTH, range(1, 100), seed=7, size=4, level=Decimal("0.95"), at=CHECKED_AT, **wrong
        )


def test_a_sample_drawn_by_the_generator_of_before_keeps_its_estimate(checked, officer, county):
    from yigongti.systems.claim_checks.pages.samples import estimate_of

    sample = draw(officer, county)
    Sample.objects.using("bulk").filter(pk=sample.pk).update(
        method="random", population={"tried_not_payable": [100, "2000"]}
    )
    SampledFinding.objects.using("bulk").filter(sample=sample).exclude(check_id="tried_not_payable").delete()
    SampledFinding.objects.using("bulk").filter(sample=sample).update(verdict="right", recover=Decimal(15))
    with scope(officer):
        found = estimate_of(Sample.objects.get(pk=sample.pk))
    assert (found.shown, found.estimate) == ("mean", Decimal("1500.00"))


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
