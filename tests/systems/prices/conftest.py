"""A bureau with two officers, hospitals, and a catalogue of two items."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yigongti.kernel.access.scope import scope

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
FROM = date(2026, 12, 1)


@pytest.fixture
def people(actor):
    return {
        "officer": actor("insurance_bureau_officer", "C", username="officer"),
        "second": actor("insurance_bureau_officer", "C", username="second"),
        "hospital": actor("hospital_insurance_office", "H1"),
        "other": actor("hospital_insurance_office", "H2"),
    }


@pytest.fixture
def catalogue(database):
    """D1 costs 10 at townships and 12 in the county; D2 costs 30 in the county."""
    from yigongti.systems.prices.models import Price, PriceItem

    for code, level, price in (("D1", "township", "10"), ("D1", "county", "12"), ("D2", "county", "30")):
        item, _made = PriceItem.objects.using("bulk").get_or_create(code=code, defaults={"name": f"项目{code}"})
        Price.objects.using("bulk").create(item=item, level=level, price=Decimal(price), valid_from=date(2024, 1, 1))


@pytest.fixture
def revision(people, county, catalogue):
    """A draft that raises D1 in the county to 15 and ends D2 there."""
    from yigongti.systems.prices.actions.draft_revision import draft_revision
    from yigongti.systems.prices.actions.set_lines import Wanted, set_lines

    with scope(people["officer"]):
        made = draft_revision(
            people["officer"], county["C"], title="试调价", document_number="", effective_on=FROM, at=AT
        )
        set_lines(
            people["officer"], made,
            [Wanted("D1", "county", Decimal("15")), Wanted("D2", "county", None)], at=AT,
        )  # fmt: skip
        made.refresh_from_db()
    return made
