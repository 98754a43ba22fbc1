"""Rehearsals of changes and of knowledge: at once on small months, as a job on large ones, replaced when run again."""

from datetime import date, timedelta

import pytest

from systems.claim_checks.conftest import BEFORE, CHECKED_AT, MONTH
from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import Job, run
from yigongti.kernel.matters.public import Given, act
from yigongti.systems.claim_checks.actions.propose_change import Wanted, propose_change
from yigongti.systems.claim_checks.actions.propose_knowledge import propose_knowledge
from yigongti.systems.claim_checks.actions.rehearse import rehearse_batch
from yigongti.systems.claim_checks.models import ChangeOfCheck, KnowledgeBatch, KnowledgeEntry, RehearsedRow

AT = CHECKED_AT + timedelta(hours=1)


@pytest.fixture
def maker(checked, actor):
    return actor("insurance_bureau_officer", "C", username="maker")


@pytest.fixture
def every_month_is_large(monkeypatch):
    from yigongti.systems.claim_checks.actions import rehearse

    monkeypatch.setattr(rehearse, "limit", lambda name: 0)


@pytest.fixture
def batch(checked):
    """A draft by which F003 is not paid for any more: lines of 400 and 900 yuan of the month."""
    made = KnowledgeBatch.objects.using("bulk").create(
        upload="演示", check_id="tried_not_payable", title="演示", published_on=date(2026, 11, 1),
        valid_from=date(2026, 12, 1), file_name="演示.xlsx", file_digest="0" * 64, rows=1, added=1, changed=0, ended=0,
        unchanged=0, made_by_id=1, made_by_name="演示", made_at=CHECKED_AT,
    )  # fmt: skip
    values = {"item_code": "F003", "item_name": "演示·F003"}
    KnowledgeEntry.objects.using("bulk").create(batch=made, check_id=made.check_id, key="N3", values=values)
    return made


def rows_of(**whose):
    return [
        (row.institution.code, row.findings_today, row.findings_changed, row.yuan_today, row.yuan_changed)
        for row in RehearsedRow.objects.using("bulk").filter(**whose).select_related("institution")
    ]


def test_a_batch_is_rehearsed_before_it_holds(checked, maker, batch):
    with scope(maker):
        assert rehearse_batch(maker, batch.pk, [MONTH], lake=checked.lake, policy=checked.policy, at=AT) is None
    assert rows_of(batch=batch) == [("H1", 4, 6, 2300, 3600), ("H2", 1, 1, 900, 900)]
    batch.refresh_from_db(using="bulk")
    assert (batch.rehearsed_months, batch.rehearsed_at) == ([str(MONTH)], AT)


def test_a_batch_that_holds_is_not_rehearsed(checked, maker, batch):
    KnowledgeBatch.objects.using("bulk").update(state="in_force", taken_at=CHECKED_AT)
    with scope(maker), pytest.raises(Conflict):
        rehearse_batch(maker, batch.pk, [MONTH], lake=checked.lake, policy=checked.policy, at=AT)


def test_rehearsing_again_replaces_what_was_found(checked, maker, batch):
    for _time in range(2):
        with scope(maker):
            rehearse_batch(maker, batch.pk, [MONTH], lake=checked.lake, policy=checked.policy, at=AT)
    assert len(rows_of(batch=batch)) == 2


def test_the_page_of_a_batch_rehearses_it_and_shows_what_would_be_found(checked, batch, signed_in):
    browser = signed_in("insurance_bureau_officer", "C", username="maker")
    answer = browser.post(f"/claim_checks/knowledge/{batch.pk}/rehearse", {"of_month": str(MONTH)})
    assert answer.status_code == 302
    assert "3,600.00" in browser.get(answer.url).content.decode()


def propose(checked, maker, months=(MONTH,)):
    wanted = Wanted("tried_days", "parameters", date(2026, 12, 1), "演示", {"outpatient_days": "14"})
    with scope(maker):
        return propose_change(maker, wanted, list(months), lake=checked.lake, policy=checked.policy, at=CHECKED_AT)


def test_large_months_are_rehearsed_by_a_job_and_signed_only_afterwards(checked, maker, actor, every_month_is_large):
    change = propose(checked, maker)
    checker = actor("insurance_bureau_officer", "C", username="checker")
    with scope(checker), pytest.raises(Conflict, match="rehearse"):
        act(checker, change.matter_id, "sign", at=AT, given=Given(words="同意"))
    job = Job.objects.using("bulk").get()
    run(job.pk)
    job.refresh_from_db(using="bulk")
    assert (job.state, job.result) == ("done", {"rows": 1}), job.error
    assert job.steps[0]["done"] == job.steps[0]["total"] == 1
    assert rows_of(change=change) == [("H1", 1, 0, 30, 0)]
    with scope(checker):
        assert act(checker, change.matter_id, "sign", at=AT, given=Given(words="同意")).state == "done"


def test_the_page_shows_the_job_while_it_is_under_way(checked, signed_in, every_month_is_large):
    browser = signed_in("insurance_bureau_officer", "C", username="maker")
    form = {"kind": "parameters", "setting_outpatient_days": "14", "valid_from": "2026-12-01", "reason": "演示",
            "of_month": str(MONTH)}  # fmt: skip
    answer = browser.post("/claim_checks/checks/tried_days/change", form)
    assert "正在试算" in browser.get(answer.url).content.decode()


def test_a_month_that_was_never_checked_starts_no_job(checked, maker, every_month_is_large):
    with pytest.raises(InvalidInput, match="not been checked"):
        propose(checked, maker, (BEFORE,))
    assert not Job.objects.using("bulk").exists() and not ChangeOfCheck.objects.using("bulk").exists()


def test_a_batch_is_put_before_a_second_person_with_or_without_a_rehearsal(maker, batch):
    with scope(maker):
        assert propose_knowledge(maker, batch.pk, at=AT).state == "made"
