"""A month of the fund adds up: by community, by institution, by month of care; and again to the same bytes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.complaints import complain
from yigongti.systems.fund.models import CounterIndicator, FundMonth, InstitutionMonth, InsuredCount, LateBills


def pool(**where):
    return FundMonth.objects.using("bulk").filter(month="2026-10", **where).aggregate(found=Sum("pool"))["found"]


def test_each_community_bears_what_its_people_were_paid_wherever_they_went(published, county):
    assert pool(institution=county["H1"]) == Decimal("13450.00")
    assert pool(institution=county["H2"]) == Decimal("2000.00")


def test_what_nobody_answers_for_stands_at_the_office_and_is_not_lost(published, county):
    assert pool(institution=county["C"]) == Decimal("40.00")
    assert pool() == Decimal("15490.00")


def test_the_spending_is_told_by_destination_township_and_chapter(published, county):
    outside = FundMonth.objects.using("bulk").get(institution=county["H1"], place="province")
    assert (outside.treated_at_id, outside.treated_code, outside.chapter) == (None, "OUT01", "II")
    assert outside.township_id == county["T1"].pk, "a village's people count at their township"
    assert pool(institution=county["H1"], place="county", treated_at=county["H2"]) == Decimal("2400.00")


def test_a_bill_that_was_taken_back_counts_neither_as_money_nor_as_a_case(published, county):
    visits = FundMonth.objects.using("bulk").get(institution=county["H1"], category="outpatient")
    assert (visits.cases, visits.pool) == (1, Decimal("50.00"))


def test_months_before_the_first_close_are_shown_with_it(published, county):
    assert FundMonth.objects.using("bulk").get(institution=county["H1"], month="2025-12").pool == Decimal("600.00")
    published.publish()
    assert FundMonth.objects.using("bulk").filter(month="2025-12").count() == 2


def test_every_institution_is_owed_what_its_bills_say_payer_by_payer(published, county):
    h1 = InstitutionMonth.objects.using("bulk").get(institution=county["H1"])
    assert (h1.pool_packaged, h1.pool_other) == (Decimal("3040.00"), Decimal("5000.00"))
    assert (h1.critical_illness, h1.medical_assistance) == (Decimal("100.00"), Decimal("200.00"))
    assert (h1.personal_account, h1.cash) == (Decimal("500.00"), Decimal("2240.00"))
    outside = InstitutionMonth.objects.using("bulk").get(outside=True)
    assert (outside.institution_id, outside.pool_packaged) == (county["C"].pk, Decimal("8000.00"))


def test_a_bill_that_came_late_is_told_by_the_month_of_care(published, county):
    rows = LateBills.objects.using("bulk").filter(institution=county["H1"], month="2026-10")
    assert {(row.occurred, row.pool) for row in rows} == {
        ("2026-08", Decimal("8000.00")), ("2026-10", Decimal("5450.00")),
    }  # fmt: skip


def test_insured_people_are_counted_by_age_band_and_township(published, county):
    rows = InsuredCount.objects.using("bulk").order_by("insurance_type", "age_band")
    assert [(row.insurance_type, row.age_band, row.people) for row in rows] == [
        ("310", "45-59", 1), ("390", "0-6", 1), ("390", "60-69", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "numerator", "denominator"),
    [
        ("stays_outside_county", "1", "3"),
        ("stays_elsewhere", "2", "3"),
        ("readmitted", "1", "3"),
        ("visits_per_person", "1", "2"),
        ("own_pay", "15350", "29100"),
        ("complaints", "0", "2"),
    ],
)
def test_counter_indicators_are_counted_from_the_bills(published, county, name, numerator, denominator):
    found = CounterIndicator.objects.using("bulk").get(institution=county["H1"], name=name)
    assert (found.numerator, found.denominator) == (Decimal(numerator), Decimal(denominator))


def test_a_second_run_writes_the_same_bytes_and_publishes_the_same_rows(published):
    first = published.run()
    assert [file.sha256 for file in first] == [file.sha256 for file in published.run()]
    before = FundMonth.objects.using("bulk").count()
    published.publish()
    assert FundMonth.objects.using("bulk").count() == before


def test_a_complaint_of_the_month_is_counted_at_its_community(published, county, people):
    """At 23:59 of the last day in China; the one a minute later is November's."""
    for minute in (0, 1):
        at = datetime(2026, 10, 31, 15, 59, tzinfo=UTC) + timedelta(minutes=minute)
        with scope(people["township"]):
            complain(people["township"], words="页面打不开", page="/fund/", at=at)
    published.run()
    published.publish()
    found = CounterIndicator.objects.using("bulk").get(institution=county["H1"], name="complaints")
    assert (found.numerator, found.denominator) == (1, 2)
