"""A county that brings settlements of years along: the months before its first close are published at once, and say
what they would have said if each had been closed."""

import pytest
from fund_bills import AT, MONTH

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.systems.fund.models import (
    Forecast,
    FundMonth,
    InstitutionMonth,
    InsuredCount,
    LateBills,
    PublishedFundMonth,
)
from yigongti.systems.fund.public import publish_history

MONTHS = [Month(2025, 12).plus(on) for on in range(11)]
SAME = (FundMonth, InstitutionMonth, InsuredCount, LateBills, Forecast)


def rows_of(model, month=str(MONTH)):
    """What stands of a month, without the numbers of the rows."""
    rows = model.objects.using("bulk").filter(month=month).values()
    return sorted(repr(sorted((key, value) for key, value in row.items() if key != "id")) for row in rows)


@pytest.fixture
def as_past(month_files, communities):
    """December 2025 to October 2026 brought in as the past."""
    made = month_files
    assert publish_history(MONTHS, made.lake, made.policy, {MONTH: made.insured}, AT) == 11
    return made


def test_the_last_month_says_what_its_close_would_have_said(as_past):
    at_once = {model: rows_of(model) for model in SAME}
    PublishedFundMonth.objects.using("bulk").all().delete()
    as_past.publish()
    assert at_once == {model: rows_of(model) for model in SAME}
    assert all(at_once.values()), "each kind of row was compared"


def test_every_month_counts_as_published_with_what_it_owed(as_past, county):
    published = dict(PublishedFundMonth.objects.using("bulk").values_list("month", "rows"))
    assert list(published) and len(published) == 11
    assert (published["2025-12"], published["2026-03"]) == (2, 0)
    december = InstitutionMonth.objects.using("bulk").get(month="2025-12", institution=county["H1"])
    assert december.pool_packaged == 600


def test_a_forecast_knows_only_what_was_known_then(as_past, county):
    then = Forecast.objects.using("bulk").get(month="2026-03", institution=county["H1"])
    assert then.settled == 0, "nothing of 2026 had been settled in March"


def test_a_month_that_was_closed_is_not_brought_in_as_the_past(published):
    with pytest.raises(InvalidInput, match="published_already"):
        publish_history(MONTHS, published.lake, published.policy, {MONTH: published.insured}, AT)
