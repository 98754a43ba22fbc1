"""The demo county, closed: what groups and patients pay is the hospitals' income of these cases, in posted entries."""

import pytest

from prepared_county import closed_county
from yigongti.facts.public import take_snapshot
from yigongti.foundation.period import Month
from yigongti.kernel.ledger.public import Entry
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.verification.models import VerificationResult
from yigongti.systems.casemix_payment.models import PricedCase
from yigongti.systems.fund.models import CasePayment, PaidCase

pytestmark = pytest.mark.slow
OCTOBER = Month(2026, 10)


@pytest.fixture(scope="module")
def closed(database_server, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), closed_county(database_server, tmp_path_factory.mktemp("groups")) as lake:
        yield lake


def stays_in(lake):
    """The county's own settlements of stays that name a case."""
    version = take_snapshot(lake, [OCTOBER]).versions["settlements"]
    for file in lake.files("settlements", version, [OCTOBER]):
        rows = lake.read("settlements", file.institution_code, OCTOBER, version).to_pylist()
        inside = [row for row in rows if row["place"] in ("community", "county") and row["case_id"]]
        yield from (row for row in inside if row["care"] in ("inpatient", "major_disease"))


def test_what_groups_and_patients_pay_is_the_income_in_the_books(closed):
    rows = VerificationResult.objects.using("bulk").filter(check_id="income_of_groups")
    assert rows.exists() and {row.state for row in rows} == {"same"}
    whole = rows.get(whole=True)
    assert whole.left == whole.right > 0


def test_every_stay_that_was_billed_and_priced_is_paid_by_group(closed):
    codes = dict(Institution.objects.using("bulk").values_list("code", "pk"))
    billed = {(codes[row["institution_code"]], row["case_id"]) for row in stays_in(closed)}
    priced = set(PricedCase.objects.using("bulk").exclude(pay=None).values_list("institution_id", "case_id"))
    kept = set(PaidCase.objects.using("bulk").values_list("institution_id", "case_id"))
    assert kept == billed & priced and kept
    assert len(kept) == sum(row.cases for row in CasePayment.objects.using("bulk").all())


def test_each_difference_stands_in_both_books(closed):
    entries = Entry.objects.using("bulk").filter(kind="case_payment")
    places = {row.institution_id for row in CasePayment.objects.using("bulk").exclude(difference=0)}
    assert entries.count() == 2 * len(places) > 0
