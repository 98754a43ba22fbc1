"""Nothing is signed by who prepared it, nothing is published that was not rehearsed as it stands."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from systems.rehearsal.conftest import AT, DEDUCTIBLE, NEXT_YEAR, bill, put, refreshed, step, typed
from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.foundation.policy.published import files_in_force
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.scope import scope
from yigongti.processes.rehearsal.models import Rehearsal

COUNTY = {"insurance_type": "390", "level": "county"}


def value_next_year():
    return policy().value(DEDUCTIBLE, on=NEXT_YEAR, **COUNTY)


def sign(actor, rehearsal, digest=None):
    return step(actor, rehearsal, "sign", data={"digest": digest or rehearsal.result_digest[:12]})


@pytest.fixture
def sent(ran, people):
    return step(people["officer"], ran, "send")


@pytest.fixture
def signed(sent, people):
    return sign(people["second"], sent)


@pytest.fixture
def published(signed, people):
    return step(people["officer"], signed, "publish")


def test_who_prepared_and_ran_it_cannot_sign_it(sent, people):
    with pytest.raises(NotPermitted):
        sign(people["officer"], sent)


def test_the_database_itself_refuses_a_signature_by_who_ran_it(sent, people):
    with scope(people["officer"]), pytest.raises(IntegrityError, match="rehearsal_signed_by_another"):  # noqa: SIM117
        with transaction.atomic():
            Rehearsal.objects.filter(pk=sent.pk).update(signed_by_id=people["officer"].account_id, signed_at=AT)


def test_a_second_person_signs_the_result_that_was_shown(signed, people):
    assert (signed.state, signed.signed_by_id) == ("signed", people["second"].account_id)


def test_another_digest_than_that_of_the_result_is_not_signed(sent, people):
    with pytest.raises(InvalidInput, match=r"rehearsal\.digest_differs"):
        sign(people["second"], sent, "0" * 12)


def test_it_is_not_sent_on_before_it_was_rehearsed(changed, people):
    with pytest.raises(InvalidInput, match=r"rehearsal\.not_rehearsed"):
        step(people["officer"], changed, "send")


def test_edited_since_it_ran_it_must_be_rehearsed_again(ran, people):
    from yigongti.processes.rehearsal.actions.edit_files import set_value

    with scope(people["officer"]):
        set_value(people["officer"], ran, DEDUCTIBLE, typed(policy(), "950"), source="residents-example-2024", at=AT)
    with pytest.raises(InvalidInput, match=r"rehearsal\.not_rehearsed"):
        step(people["officer"], ran, "send")


def test_when_a_hospital_has_submitted_a_month_again_it_must_be_rehearsed_again(
    sent, people, installation, tmp_path, three_months
):
    import shutil

    from yigongti.facts.public import Lake

    copy = tmp_path / "lake"
    shutil.copytree(three_months.root, copy)
    installation.LAKE_ROOT = str(copy)
    put(Lake(copy), [bill("a1", month=7, person="P1", total="5001")], "second")
    with pytest.raises(Conflict, match="newer version"):
        sign(people["second"], sent)


def test_when_the_program_was_upgraded_it_must_be_rehearsed_again(sent, people):
    with scope(people["officer"]):
        Rehearsal.objects.filter(pk=sent.pk).update(code_release="0" * 64)
    with pytest.raises(Conflict, match="upgraded"):
        sign(people["second"], sent)


def test_what_is_published_holds_from_its_day_and_the_earlier_value_until_then(published, people):
    assert value_next_year() == Decimal(900)
    assert policy().value(DEDUCTIBLE, on=AT.date(), **COUNTY) == Decimal(600)
    assert published.state == "published"


def test_a_process_that_runs_already_picks_it_up(signed, people):
    before = policy().release.digest
    assert value_next_year() == Decimal(600)
    step(people["second"], signed, "publish")
    assert value_next_year() == Decimal(900)
    assert policy().release.digest != before


def test_before_its_day_it_can_be_taken_back_and_the_earlier_policy_holds_again(published, people, installation):
    from yigongti.processes.rehearsal.actions.withdraw_publication import withdraw_publication

    with scope(people["second"]):
        withdraw_publication(people["second"], published, why="另行发文", at=AT)
    assert value_next_year() == Decimal(600)
    assert files_in_force(Path(installation.PUBLISHED_POLICY)) == {}
    assert refreshed(people["officer"], published).withdrawn_why == "另行发文"


def test_once_its_day_has_begun_it_cannot_be_taken_back(published, people):
    from yigongti.processes.rehearsal.actions.withdraw_publication import withdraw_publication

    later = AT.replace(year=2027, month=1, day=2)
    with scope(people["second"]), pytest.raises(Conflict, match="in_force_already"):
        withdraw_publication(people["second"], published, why="x", at=later)


def test_killed_between_the_signature_and_the_folder_the_next_minute_lays_it(signed, people, monkeypatch, installation):
    """The commit is kept, the folder is not written: the record wins."""
    from yigongti.processes.rehearsal import publishing, steps

    monkeypatch.setattr(steps, "lay_after_commit", lambda: None)
    step(people["officer"], signed, "publish")
    assert value_next_year() == Decimal(600)
    assert publishing.lay_published()
    assert value_next_year() == Decimal(900)
    assert not publishing.lay_published()


def test_a_publication_that_is_rolled_back_leaves_no_folder(signed, people, installation):
    class Fails(Exception):
        pass

    from yigongti.kernel.matters.public import act

    with pytest.raises(Fails), scope(people["officer"]):
        act(people["officer"], signed.matter_id, "publish", at=AT)
        raise Fails
    assert files_in_force(Path(installation.PUBLISHED_POLICY)) == {}


def test_after_a_publication_an_older_rehearsal_must_be_run_again(published, people, ran):
    from yigongti.facts.public import Lake
    from yigongti.processes.rehearsal.checks import POLICY, standing

    with scope(people["officer"]):
        from django.conf import settings

        moved = standing(refreshed(people["officer"], ran), policy(), Lake(settings.LAKE_ROOT)).moved
    assert POLICY in moved


def test_a_file_without_days_can_be_rehearsed_and_not_published(policy_root):
    from yigongti.processes.rehearsal.publishing import require_publishable

    path = "codesets/benefit_groups.csv"
    with pytest.raises(InvalidInput, match=r"rehearsal\.not_dated"):
        require_publishable(policy(), {path: (policy_root / path).read_bytes()}, NEXT_YEAR)


def test_a_value_of_the_past_cannot_be_published(policy_root, installation):
    from yigongti.processes.rehearsal.changes import with_reasons
    from yigongti.processes.rehearsal.publishing import require_publishable

    path = "parameters/benefit/yearly_cap.yaml"
    text = (policy_root / path).read_text("utf-8").replace('"390": 200000', '"390": 190000')
    files = with_reasons([policy_root], {path: text.encode()}, "x")
    with pytest.raises(InvalidInput, match=r"rehearsal\.past_changed"):
        require_publishable(policy(), files, NEXT_YEAR)
