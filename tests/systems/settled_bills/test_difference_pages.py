"""The page of the differences: told to the insurance bureau, closed to others, the insured number masked."""

from __future__ import annotations

import pytest
from settled_rows import AT, MONTH, row

from yigongti.facts.public import take_snapshot
from yigongti.processes.settled_bills.public import publish_month, recompute_month


@pytest.fixture
def published(database, county, lake, submit, policy):
    """One stay paid without its deductible."""
    submit([row("S1", "P123456789", deductible="0", pool_fund="700", cash="300")], code=county["H1"].code)
    snapshot = take_snapshot(lake, [MONTH])
    recompute_month(MONTH, lake, snapshot, policy)
    return publish_month(MONTH, lake, snapshot, policy, AT)


def rows_seen_by(actor):
    from yigongti.kernel.access.scope import scope
    from yigongti.processes.settled_bills.models import BenefitDifference

    with scope(actor):
        return BenefitDifference.objects.count()


def test_the_bureau_sees_the_difference_and_a_counter_does_not(published, actor, county):
    assert published == 1
    assert rows_seen_by(actor("insurance_bureau_officer", "C")) == 1
    assert rows_seen_by(actor("settlement_clerk", "T1")) == 0


def test_publishing_again_puts_the_month_in_its_place(published, lake, policy):
    snapshot = take_snapshot(lake, [MONTH])
    assert publish_month(MONTH, lake, snapshot, policy, AT) == 1


def test_the_page_tells_the_month_and_masks_who_it_is(published, signed_in):
    office = signed_in("insurance_bureau_officer", "C", username="office")
    month = office.get("/settled_bills/", {"month": str(MONTH)}).content.decode()
    rows = office.get("/settled_bills/differences/", {"month": str(MONTH)}).content.decode()
    assert 'id="sentence"' in month and "S1" in rows
    assert "6789" in rows and "P123456789" not in rows
