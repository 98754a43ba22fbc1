"""A county whose settlements of October are in the facts and in the books; what a test plants in either is its own."""

from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from yigongti.facts.public import open_duckdb, rows_schema
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES

OCTOBER = Month(2026, 10)
DAY = date(2026, 10, 31)
AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)
_PARTS = ("pool_fund", "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash")


def bill(number, institution="H1", care="inpatient", place="county", **parts):
    """A settlement whose parts are its bill, unless the bill is named: bill("S1", pool_fund="700", cash="300")"""
    amounts = {name: Decimal(parts.get(name, "0")).quantize(Decimal("0.01")) for name in _PARTS}
    total = Decimal(parts["total_cost"]) if "total_cost" in parts else sum(amounts.values())
    return {
        "institution_code": institution, "settlement_number": number, "case_id": f"C-{number}", "insured_number": "B1",
        "insurance_type": "390", "groups": [], "care": care, "level": "county", "place": place, "referral": "none",
        "started_on": DAY, "ended_on": DAY, "settled_on": DAY, "total_cost": total.quantize(Decimal("0.01")), **amounts,
    }  # fmt: skip


BILLS = (
    bill("S1", pool_fund="700", critical_illness="100", personal_account="50", cash="150"),
    bill("S2", care="outpatient", pool_fund="30.25", cash="19.75"),
    bill("S3", "T1", care="two_diseases", pool_fund="60", medical_assistance="12.40", cash="27.60"),
)


@pytest.fixture
def facts(tmp_path):
    """The month's facts with these settlements, as a step of the close is given them: facts(BILLS)"""
    opened = []

    def make(rows):
        kind = FACT_TABLES["settlements"]
        schema = rows_schema(kind)
        filled = [{name: row.get(name) for name in schema.names} for row in rows]
        backend = open_duckdb(memory_limit="200MB", threads=1, spill_folder=tmp_path / "spill")
        backend.con.register(kind.name, pa.Table.from_pylist(filled, schema=schema))
        opened.append(backend)
        return backend

    yield make
    for backend in opened:
        with closing(backend.con):
            pass


@pytest.fixture
def post(county):
    """Posts one entry: post("key", "C", "settlements:2026-10/H1/inpatient", [("5001.01", "10", None), …])"""
    from django.db import transaction

    from yigongti.kernel.access.actor import NOBODY
    from yigongti.kernel.ledger.public import EntryDraft, PostingDraft
    from yigongti.kernel.ledger.public import post as post_entries

    def make(key, book, cause, lines):
        postings = tuple(
            PostingDraft(account, Decimal(amount), partner_id=county[partner].pk if partner else None)
            for account, amount, partner in lines
        )
        draft = EntryDraft(key, county[book].pk, DAY, "tried", Text("演示", "Tried"), cause, postings)
        with transaction.atomic(using="bulk"):
            post_entries(NOBODY, [draft], AT, using="bulk")

    return make


@pytest.fixture
def posted(post):
    """The three bills in both books, as docs/adr/0020 says."""
    stay, other = "settlements:2026-10/H1/inpatient", "settlements:2026-10/T1/two_diseases"
    post("h1/stay", "H1", stay, [("1101.01", "700", "C"), ("1101.02", "100", "C"), ("1101.05", "50", "C"),
                                 ("1102", "150", None), ("4101", "-1000", None)])  # fmt: skip
    post("c/stay", "C", stay, [("5001.01", "700", None), ("5002", "100", None), ("5005", "50", None),
                               ("2001", "-850", "H1")])  # fmt: skip
    one = "settlement:H1/S2"  # settled at the counter: posted singly
    post("h1/visit", "H1", one, [("1101.01", "30.25", "C"), ("1102", "19.75", None), ("4101", "-50", None)])
    post("c/visit", "C", one, [("5001.02", "30.25", None), ("2001", "-30.25", "H1")])
    post("t1/two", "T1", other, [("1101.01", "60", "C"), ("1101.03", "12.40", "C"), ("1102", "27.60", None),
                                 ("4101", "-100", None)])  # fmt: skip
    post("c/two", "C", other, [("5001.03", "60", None), ("5003", "12.40", None), ("2001", "-72.40", "T1")])


@pytest.fixture
def verified(facts):
    """Runs all checks over these settlements: verified(BILLS, at=AT) → VerificationRun"""
    from yigongti.processes.verification.public import verify_month

    return lambda rows=BILLS, at=AT: verify_month(OCTOBER, facts(rows), requested_by="tester", at=at)


@pytest.fixture
def places():
    """What a run found, as (check, institution's code, what, left, right)."""

    def told(run):
        rows = run.results.using("bulk").filter(whole=False).select_related("institution")
        return [
            (row.check_id, row.institution.code, what, left, right) for row in rows for what, left, right in row.places
        ]

    return told
