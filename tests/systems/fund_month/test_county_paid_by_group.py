"""The demo county, closed: what groups and patients pay is the hospitals' income of these cases, in posted entries."""

import pytest

from prepared_county import closed_county
from yigongti.foundation.period import Month
from yigongti.kernel.ledger.public import Entry
from yigongti.processes.verification.models import VerificationResult
from yigongti.systems.fund.models import CasePayment, PaidCase

pytestmark = pytest.mark.slow
OCTOBER = Month(2026, 10)


@pytest.fixture(scope="module")
def closed(database_server, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), closed_county(database_server, tmp_path_factory.mktemp("groups")) as lake:
        yield lake


def test_what_groups_and_patients_pay_is_the_income_in_the_books(closed):
    rows = VerificationResult.objects.using("bulk").filter(check_id="income_of_groups")
    assert rows.exists() and {row.state for row in rows} == {"same"}
    whole = rows.get(whole=True)
    assert whole.left == whole.right > 0


def test_every_case_behind_the_differences_was_priced_by_group(closed):
    kept = PaidCase.objects.using("bulk").all()
    assert kept.count() == sum(row.cases for row in CasePayment.objects.using("bulk").all()) > 100
    assert {case.priced_month for case in kept} == {"2026-10"}


def test_each_difference_stands_in_both_books(closed):
    entries = Entry.objects.using("bulk").filter(kind="case_payment")
    places = {row.institution_id for row in CasePayment.objects.using("bulk").exclude(difference=0)}
    assert entries.count() == 2 * len(places) > 0
