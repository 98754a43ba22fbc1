"""A county with counters, somebody insured as a resident and somebody else, and bills of invented items."""

from datetime import date

import pytest
from invented_bills import AT, asked, insure

from yigongti.kernel.access.scope import scope


@pytest.fixture
def insured(resident, county):
    """Somebody insured under B0001, not in anybody's care."""
    made = resident("V1", "演示·甲", born=date(1960, 5, 6), care=False)
    insure(made, county["C"])
    return made


@pytest.fixture
def clerk(actor):
    return actor("settlement_clerk", "T1")


@pytest.fixture
def settle_at(clerk, county, insured):
    """Settles a bill at the township's counter: settle_at(asked(…)) → Settled"""
    from yigongti.systems.benefits.actions.settle import settle

    def make(what=None, at=AT, **told):
        with scope(clerk):
            return settle(clerk, county["T1"].pk, what or asked(**told), at=at)

    return make


@pytest.fixture
def year_of(insured):
    """The person's counters of 2026 as they stand."""
    from yigongti.systems.benefits.models import BenefitYear

    return lambda resident=insured: BenefitYear.objects.using("bulk").get(resident_id=resident.pk, year=2026)
