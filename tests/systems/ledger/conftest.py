"""A county with two hospitals and its fund; drafts of settlements to post."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yigongti.foundation.errors import Text
from yigongti.kernel.ledger.drafts import EntryDraft, PostingDraft

AT = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
DAY = date(2026, 10, 12)
WHY = Text("录入错误", "entered wrongly")


def yuan(text):
    return Decimal(text)


@pytest.fixture
def settlement(county):
    """Both sides of a stay of 1000 yuan of which the pool pays 700: settlement("S1", on=…, pool="700.00")"""

    def make(number="S1", on=DAY, pool="700.00", total="1000.00", hospital="H1", resident=None):
        place, fund = county[hospital].pk, county["C"].pk
        paid, whole = yuan(pool), yuan(total)
        said = Text(f"结算 {number}", f"Settlement {number}")
        cause = f"settlement:{hospital}/{number}"
        common = {"on": on, "kind": "settlement", "said": said, "cause": cause, "resident_id": resident}
        institution = EntryDraft(
            key=f"settlement/{hospital}/{number}/institution", book_id=place,
            postings=(
                PostingDraft("1101.01", paid, partner_id=fund), PostingDraft("1102", whole - paid),
                PostingDraft("4101", -whole),
            ), **common,
        )  # fmt: skip
        of_fund = EntryDraft(
            key=f"settlement/{hospital}/{number}/fund", book_id=fund,
            postings=(PostingDraft("5001.01", paid), PostingDraft("2001", -paid, partner_id=place)), **common,
        )  # fmt: skip
        return [institution, of_fund]

    return make


@pytest.fixture
def clerk(actor):
    """The settlement counter of the first hospital: its own book is not the fund's."""
    return actor("settlement_clerk", "H1")
