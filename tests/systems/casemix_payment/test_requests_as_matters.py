"""A request to change a grouping is a matter: in the coder's inbox by a date, answered there or on its page alike."""

from datetime import UTC, datetime

import pytest

from systems.casemix_payment.test_requests import IN_TIME, answer, ask
from yigongti.foundation.errors import InvalidInput, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.deadlines import remind
from yigongti.kernel.matters.public import Given, act, inbox
from yigongti.systems.casemix_payment.models import AdjustmentRequest


@pytest.fixture
def head(actor):
    return actor("department_head", "H1", department="0302")


@pytest.fixture
def coder(actor):
    return actor("coder", "H1")


def the_request():
    return AdjustmentRequest.objects.using("bulk").select_related("matter").get()


def test_what_was_asked_waits_in_the_coders_inbox_for_three_working_days(closed, head, coder):
    made = ask(closed, head)  # on Saturday 7 November 2026
    with scope(coder):
        waiting = inbox(coder, IN_TIME.date()).get()
        assert (waiting.pk, waiting.due_on.isoformat()) == (made.matter_id, "2026-11-11")
        assert waiting.department_code == "0302" and waiting.steps.get().words == made.reason


def test_an_answer_on_the_page_is_a_step_of_the_matter(closed, head, coder):
    made = answer(closed, coder, ask(closed, head).pk)
    matter = the_request().matter
    assert (made.state, matter.state, matter.closed_at) == ("accepted", "accepted", IN_TIME)
    assert matter.data["drg"] == made.drg_after


def test_an_answer_in_the_inbox_regroups_by_the_codes_that_were_asked_for(closed, head, coder):
    made = ask(closed, head)
    with scope(coder):
        act(coder, made.matter_id, "accept", at=IN_TIME, given=Given(words="同意"))
    after = the_request()
    assert (after.state, after.answer, after.drg_after, after.pay_after) == (
        "accepted", "同意", made.drg_asked, made.pay_asked,
    )  # fmt: skip


def test_a_refusal_in_the_inbox_needs_its_words_and_changes_no_codes(closed, head, coder):
    made = ask(closed, head)
    with scope(coder):
        with pytest.raises(InvalidInput):
            act(coder, made.matter_id, "decline", at=IN_TIME)
        act(coder, made.matter_id, "decline", at=IN_TIME, given=Given(words="无依据"))
    assert (the_request().state, the_request().drg_after) == ("declined", "")


def test_nobody_answers_the_own_request_in_the_inbox_either(closed, actor):
    from yigongti.kernel.access.models import Post
    from yigongti.kernel.access.queries import actor_by_username

    both = actor("department_head", "H1", department="0302", username="both")
    Post.objects.using("bulk").create(
        account_id=both.account_id,
        institution_id=both.posts[0].institution_id,
        role_id="coder",
        valid_from="2026-01-01",
    )
    made = ask(closed, both)
    both = actor_by_username("both", IN_TIME.date())
    with scope(both), pytest.raises(NotPermitted, match="of their own"):
        act(both, made.matter_id, "accept", at=IN_TIME, given=Given(words="同意"))
    assert the_request().state == "asked"


def test_a_coder_who_is_late_is_reminded(closed, head, coder):
    ask(closed, head)
    assert remind(datetime(2026, 11, 12, 1, 0, tzinfo=UTC)).late == 1


def test_another_department_does_not_see_it_in_an_inbox(closed, head, actor):
    ask(closed, head)
    other = actor("coder", "H1", department="0301", username="other")
    with scope(other):
        assert inbox(other, IN_TIME.date()).count() == 0


def test_requests_from_before_get_their_matters_with_their_history(closed, head, coder, database):
    """The data migration, run again over a request that was answered and one that waits."""
    from importlib import import_module
    from types import SimpleNamespace

    import psycopg
    from django.apps import apps
    from django.db import connections

    answer(closed, coder, ask(closed, head).pk)
    ask(closed, head, case_id="C0013")
    with psycopg.connect(database.url("postgres"), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("ALTER TABLE casemix_payment_adjustmentrequest ALTER matter_id DROP NOT NULL")
        superuser.execute("UPDATE casemix_payment_adjustmentrequest SET matter_id = NULL")
        superuser.execute("DELETE FROM matters_step")
        superuser.execute("DELETE FROM matters_matter")
    migration = import_module("yigongti.systems.casemix_payment.migrations.0002_matter_of_a_request")
    try:
        migration.give_matters(apps, SimpleNamespace(connection=connections["owner"]))
        found = {r.case_id: r.matter for r in AdjustmentRequest.objects.using("bulk").select_related("matter")}
        assert (found["C0012"].state, found["C0012"].closed_at, found["C0012"].last_step) == ("accepted", IN_TIME, 2)
        assert (found["C0013"].state, found["C0013"].desk) == ("asked", "casemix_payment.answer_change")
        from yigongti.kernel.matters.verifying import faults

        assert faults() == []
    finally:
        with psycopg.connect(database.url("postgres"), autocommit=True) as superuser:
            superuser.execute("DELETE FROM casemix_payment_adjustmentrequest WHERE matter_id IS NULL")
            superuser.execute("ALTER TABLE casemix_payment_adjustmentrequest ALTER matter_id SET NOT NULL")
