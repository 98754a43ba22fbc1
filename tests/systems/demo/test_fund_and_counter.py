"""The demo's story of the money: bills at three counters and a change of policy on its way, told once."""

from datetime import UTC, datetime

import pytest

from prepared_county import closed_county
from yigongti.foundation.period import Month

LAST = Month(2026, 10)
AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def lake(database_server, django_db_blocker, tmp_path_factory):
    """A small closed county, and the counters' month told in it."""
    from yigongti.demo.accounts import create_accounts
    from yigongti.demo.counter import settle_a_month

    with django_db_blocker.unblock(), closed_county(database_server, tmp_path_factory.mktemp("story")) as lake:
        create_accounts()
        settle_a_month(LAST, lake=lake, at=AT)
        yield lake


def states(model, **where):
    """State → how many."""
    from django.db.models import Count

    rows = model.objects.using("bulk").filter(**where).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def everything():
    """What stands of the counters' month."""
    from yigongti.kernel.ledger.models import Entry
    from yigongti.kernel.matters.models import Matter
    from yigongti.systems.benefits.models import Admission, Approval, BenefitYear, HeldInjury, OfflineBill, Settlement

    models = (Settlement, Admission, Approval, HeldInjury, OfflineBill, BenefitYear, Entry, Matter)
    return {model.__name__: model.objects.using("bulk").count() for model in models}


def test_about_twenty_bills_are_settled_one_refunded_one_corrected(lake):
    from yigongti.systems.benefits.models import Settlement

    assert states(Settlement) == {"settled": 22, "reversed": 2, "reversal": 2}
    assert Settlement.objects.using("bulk").filter(replaces__isnull=False).count() == 1
    assert Settlement.objects.using("bulk").filter(state="settled", paid_at__isnull=True, cash__gt=0).count() == 2


def test_every_desk_has_something_to_do(lake):
    from yigongti.kernel.matters.models import Matter

    assert states(Matter, kind="benefits.injury") == {"held": 1, "questioned": 1, "released": 1}
    assert states(Matter, kind="benefits.approval") == {"asked": 1, "approved": 2}


def test_stays_are_open_and_a_clinic_has_a_bill_to_confirm(lake):
    from yigongti.systems.benefits.models import Admission, OfflineBill

    assert states(Admission) == {"open": 3}
    assert states(OfflineBill) == {"confirmed": 1, "waiting": 1}


def test_a_bill_was_brought_from_outside_the_county(lake):
    from yigongti.systems.benefits.models import Settlement

    brought = Settlement.objects.using("bulk").get(place="province")
    assert (brought.institution.kind, brought.treated_at_name) == ("insurance_bureau", "（演示）省立医院")


def test_told_again_it_changes_nothing(lake):
    from yigongti.demo.counter import settle_a_month

    before = everything()
    settle_a_month(LAST, lake=lake, at=AT)
    assert everything() == before


def test_a_change_of_policy_is_rehearsed_once_and_waits_for_its_signature(lake):
    from yigongti.demo.rehearsed import rehearse_a_change
    from yigongti.processes.rehearsal.models import Rehearsal

    assert [rehearse_a_change([LAST], at=AT) for _again in range(2)] == [1, 1]
    assert states(Rehearsal) == {"signing": 1}
