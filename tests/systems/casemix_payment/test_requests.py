"""The feedback window: a department asks, the coder answers, the next close counts it, both remain visible."""

from datetime import UTC, datetime
from html import unescape

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope

MONTH = Month(2026, 10)
IN_TIME = datetime(2026, 11, 7, 3, 0, tzinfo=UTC)
LAST_MOMENT = datetime(2026, 11, 14, 15, 59, tzinfo=UTC)
TOO_LATE = datetime(2026, 11, 14, 16, 0, tzinfo=UTC)
WITH_FAILURE = ("J18.900", "I50.900")


def the_case(actor, case_id="C0012"):
    from yigongti.systems.casemix_payment import queries

    return queries.the_case(actor, MONTH, "H1", case_id)


def ask(closed, actor, at=IN_TIME, diagnoses=WITH_FAILURE, reason="心脏超声提示心力衰竭", case_id="C0012"):
    from yigongti.systems.casemix_payment.actions.ask_change import ask_change

    with scope(actor):
        return ask_change(
            actor,
            the_case(actor, case_id),
            diagnoses=diagnoses,
            procedures=(),
            reason=reason,
            policy=closed.policy,
            at=at,
        )


def answer(closed, actor, number, accept=True, words="同意，病程记录与超声结果一致", **codes):
    from yigongti.systems.casemix_payment.actions.answer_change import answer_change

    with scope(actor):
        return answer_change(actor, number, accept=accept, answer=words, policy=closed.policy, at=IN_TIME, **codes)


@pytest.fixture
def head(actor):
    return actor("department_head", "H1", department="0302")


@pytest.fixture
def coder(actor):
    return actor("coder", "H1")


def test_a_department_asks_and_sees_the_group_it_would_be(closed, head):
    made = ask(closed, head)
    assert made.state == "asked"
    assert made.drg_asked != made.drg_before
    assert made.diagnoses_before == "J18.900" and made.diagnoses_asked == "J18.900|I50.900"


def test_an_accepted_request_is_regrouped_at_once_and_counted_by_the_next_close(closed, head, coder):
    from yigongti.systems.casemix_payment.models import PricedCase

    before = PricedCase.objects.using("bulk").get(case_id="C0012", institution__code="H1")
    made = answer(closed, coder, ask(closed, head).pk)
    assert made.state == "accepted" and made.drg_after == made.drg_asked
    # what is published stays until the close
    assert PricedCase.objects.using("bulk").get(case_id="C0012").drg == before.drg
    closed.close(at=datetime(2026, 11, 8, tzinfo=UTC))
    after = PricedCase.objects.using("bulk").get(case_id="C0012", institution__code="H1")
    assert (after.drg, after.weight, after.pay) == (made.drg_after, made.weight_after, made.pay_after)
    assert after.corrected and after.diagnoses == "J18.900|I50.900"
    made.refresh_from_db(using="bulk")
    assert made.drg_before == before.drg and made.pay_before == before.pay


def test_closing_again_does_not_open_the_window_anew(closed, head):
    from yigongti.systems.casemix_payment.models import PublishedMonth

    until = PublishedMonth.objects.using("bulk").get().request_until
    closed.publish(at=datetime(2026, 11, 20, tzinfo=UTC))
    assert PublishedMonth.objects.using("bulk").get().request_until == until


def test_a_declined_request_changes_nothing(closed, head, coder):
    from yigongti.systems.casemix_payment.publishing import accepted_corrections

    made = answer(closed, coder, ask(closed, head).pk, accept=False, words="记录中未见依据")
    assert made.state == "declined" and made.drg_after == ""
    assert accepted_corrections(MONTH) == []


def test_the_window_ends_with_its_last_day_in_china(closed, head):
    ask(closed, head, at=LAST_MOMENT)
    with pytest.raises(Conflict):
        ask(closed, head, at=TOO_LATE, case_id="C0013")


def test_one_request_waits_for_each_case(closed, head):
    ask(closed, head)
    with pytest.raises(Conflict):
        ask(closed, head)


def test_a_request_without_reason_or_change_is_refused(closed, head):
    with pytest.raises(InvalidInput):
        ask(closed, head, reason="  ")
    with pytest.raises(InvalidInput):
        ask(closed, head, diagnoses=("J18.900",))


def test_an_answer_needs_words_and_is_given_once(closed, head, coder):
    made = ask(closed, head)
    with pytest.raises(InvalidInput):
        answer(closed, coder, made.pk, words="")
    answer(closed, coder, made.pk)
    with pytest.raises(Conflict):
        answer(closed, coder, made.pk)


def test_nobody_answers_the_own_request(closed, actor, head):
    made = ask(closed, head)
    with pytest.raises(NotPermitted):
        answer(closed, head, made.pk)


def test_the_coder_may_accept_other_codes_than_asked(closed, head, coder):
    made = answer(closed, coder, ask(closed, head).pk, diagnoses=("J18.900", "E11.900"), procedures=())
    assert made.diagnoses_after == "J18.900|E11.900" and made.diagnoses_asked == "J18.900|I50.900"


def test_asking_and_answering_leave_a_trail(closed, head, coder):
    from yigongti.kernel.trail.models import TrailEntry

    answer(closed, coder, ask(closed, head).pk)
    verbs = list(TrailEntry.objects.using("bulk").order_by("id").values_list("verb", flat=True))
    assert verbs == ["casemix_payment.ask_change", "casemix_payment.answer_change"]


def test_who_asked_can_withdraw_until_it_is_answered(closed, head, coder):
    from yigongti.systems.casemix_payment.actions.withdraw_change import withdraw_change

    made = ask(closed, head)
    with scope(coder), pytest.raises(NotPermitted):
        withdraw_change(coder, made.pk, at=IN_TIME)
    with scope(head):
        assert withdraw_change(head, made.pk, at=IN_TIME).state == "withdrawn"


def test_a_request_refused_at_the_form_keeps_what_was_typed(submitted, signed_in):
    submitted.publish(at=timezone.now())
    browser = signed_in("department_head", "H1", department="0302")
    response = browser.post(
        f"/casemix_payment/cases/H1/ask/C0012?month={MONTH}",
        {"diagnoses": "J18.900|I50.900", "procedures": "", "reason": ""},
    )
    page = unescape(response.content.decode())
    assert response.status_code == 400 and "J18.900|I50.900" in page and "请写明理由" in page
