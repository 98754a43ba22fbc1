"""Every message is kept before it is answered, applied once and in order, and can be asked for again."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError
from hl7v2_messages import AT, admission, kinds, later, row

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.interfaces.hl7v2.actions.apply import apply_due
from yigongti.interfaces.hl7v2.actions.ask_again import ask_for_all, rerun, retry
from yigongti.interfaces.hl7v2.actions.purge import purge
from yigongti.interfaces.hl7v2.actions.take_in import take_in
from yigongti.interfaces.hl7v2.binding import open_door
from yigongti.interfaces.hl7v2.message import read_message
from yigongti.interfaces.hl7v2.models import MessageEvent, MessageLog
from yigongti.kernel.access.scope import scope


@pytest.fixture
def due(door, records, county):
    """Apply what waits, as the listener does: due(at) → how many were tried."""
    return lambda at: apply_due(door.actor, county["H1"].pk, door.sender_of(county["H1"]), door.choices, at, records)


def test_a_good_message_is_applied_and_answered(send, records):
    answer = send(admission())
    assert answer.code == "AA"
    assert read_message(answer.payload.decode()).first("MSA").text(2) == "42"
    assert row(answer).state == "applied"
    assert records.lines == 1
    assert kinds(answer) == ["received", "applied"]


def test_a_refused_message_is_kept_with_its_reason(send, records):
    answer = send(admission(patient=""))
    assert answer.code == "AE"
    kept = row(answer)
    assert (kept.state, kept.error_code) == ("rejected", "hl7v2.required_field")
    assert kept.problems[0]["place"] == "PID-3"
    assert kept.raw == admission(patient="").encode()
    assert records.lines == 0


@pytest.mark.parametrize(
    "raw", [b"", b"garbage", b"MSH|^~\\&|\0", b"MSH|^~\\&|HIS|HIS|||||ADT^A01|1|P|2.5.1\r\xff\xff"]
)
def test_what_cannot_be_read_is_kept_and_answered_too(send, raw):
    answer = send(raw)
    assert answer.code == "AR"
    assert row(answer).raw == raw


def test_a_repeat_gets_the_first_answer_and_is_not_applied_again(send, records):
    first, again = send(admission()), send(admission(), at=later(60))
    assert again.payload == first.payload
    assert (again.message_id, again.is_repeat) == (first.message_id, True)
    assert row(first).repeats == 1
    assert records.lines == 1
    assert kinds(first) == ["received", "applied", "repeated"]


def test_the_same_number_with_other_content_is_another_message(send, records):
    assert send(admission()).message_id != send(admission(event="A08")).message_id
    assert records.lines == 2


def test_a_chinese_message_in_gb_18030_is_answered_in_gb_18030(send):
    answer = send(admission(patient="", charset="GB 18030-2000"), codec="gb18030")
    assert "缺少 PID-3" in answer.payload.decode("gb18030")


def test_the_bytes_are_sealed_in_the_database(send, database):
    import psycopg

    answer = send(admission())
    with psycopg.connect(database.url("postgres")) as connection:
        (kept,) = connection.execute(
            "SELECT raw_sealed FROM hl7v2_messagelog WHERE id = %s", [answer.message_id]
        ).fetchone()
    assert "张" not in kept
    assert "PID" not in kept


def test_a_passing_failure_is_accepted_kept_and_tried_again(send, records, due):
    records.raising = [OperationalError("the database is busy")]
    answer = send(admission())
    assert answer.code == "AA"
    assert "hl7v2.applied_later" in answer.payload.decode()
    assert row(answer).state == "failed"
    assert records.lines == 0  # what was begun was taken back
    assert due(later(1)) == 0
    assert due(later(10)) == 1
    assert row(answer).state == "applied"
    assert records.lines == 1
    assert kinds(answer) == ["received", "failed", "applied"]


def test_the_wait_doubles_and_after_the_last_try_it_is_a_dead_letter(send, records, due):
    records.raising = [RuntimeError("a secret detail")] * 8
    answer = send(admission())
    waits, at = [], AT
    while row(answer).state == "failed":
        waits.append((row(answer).next_try_at - at).total_seconds())
        at = row(answer).next_try_at
        due(at)
    assert waits == [5, 10, 20, 40, 80, 160, 320]
    assert row(answer).state == "dead"
    assert due(at + timedelta(days=1)) == 0
    assert kinds(answer)[-1] == "dead"
    told = MessageEvent.objects.using("bulk").filter(message_id=answer.message_id, kind="dead").get().detail
    assert "secret" not in str(told)


def test_what_the_record_refuses_is_answered_with_its_reason(send, records):
    records.raising = [
        InvalidInput("records.invalid", zh="就诊缺少类别", en="the encounter lacks its class", where="E1")
    ]
    answer = send(admission())
    assert answer.code == "AE"
    assert row(answer).error_code == "records.invalid"
    assert "就诊缺少类别" in answer.payload.decode()
    assert records.lines == 0


def test_a_conflict_is_tried_again(send, records, due):
    records.raising = [Conflict("records.changed", zh="已被修改", en="changed meanwhile")]
    answer = send(admission())
    assert (answer.code, row(answer).state) == ("AA", "failed")
    due(later(10))
    assert row(answer).state == "applied"


def test_messages_of_one_patient_keep_their_order(send, records, due):
    records.raising = [OperationalError("busy")]
    first = send(admission("1"))
    second = send(admission("2", event="A03"), at=later(1))
    other = send(admission("3", patient="200"), at=later(1))
    assert [row(a).state for a in (first, second, other)] == ["failed", "stored", "applied"]
    assert second.code == "AA"
    due(later(4))
    assert row(second).state == "stored"
    due(later(10))
    due(later(20))
    assert [row(a).state for a in (first, second)] == ["applied", "applied"]
    assert [seen.bundle["entry"][1]["resource"]["status"] for seen in records.seen[-2:]] == ["in-progress", "finished"]


def test_a_dead_letter_holds_nobody_up(send, records, due):
    records.raising = [RuntimeError()] * 8
    first = send(admission("1"))
    while row(first).state == "failed":
        due(row(first).next_try_at)
    assert row(send(admission("2"), at=later(9000))).state == "applied"


def test_what_was_stored_and_not_applied_is_applied_by_its_repeat(send, door, records, monkeypatch):
    import yigongti.interfaces.hl7v2.actions.take_in as step

    def broken(*_given):
        raise DatabaseError("the connection is lost")

    with monkeypatch.context() as patched:
        patched.setattr(step, "apply_message", broken)
        first = send(admission())
    assert (first.code, row(first).state, row(first).answer) == ("AA", "stored", "")
    again = send(admission(), at=later(3))
    assert (again.code, again.is_repeat) == ("AA", True)
    assert row(first).state == "applied"
    assert records.lines == 1


def test_a_dead_letter_is_retried_when_asked(send, records, due, actor):
    records.raising = [RuntimeError()] * 8
    answer = send(admission())
    while row(answer).state == "failed":
        due(row(answer).next_try_at)
    operator = actor("exchange_operator", "C")
    with scope(operator):
        retry(answer.message_id, operator, later(9000))
    assert row(answer).state == "stored"
    due(later(9000))
    assert row(answer).state == "applied"
    assert kinds(answer)[-2:] == ["asked", "applied"]


def test_a_rejected_message_is_applied_after_its_mapping_was_mended(send, records, actor, door, county):
    from dataclasses import replace

    answer = send(admission(event="A02"))
    assert (answer.code, row(answer).error_code) == ("AR", "hl7v2.event")
    mended = replace(
        door.choices, version="mended", kinds={**door.choices.kinds, "ADT^A02": door.choices.kinds["ADT^A01"]}
    )
    operator = actor("exchange_operator", "C")
    with scope(operator):
        rerun(answer.message_id, operator, later(60))
    apply_due(door.actor, county["H1"].pk, door.sender_of(county["H1"]), mended, later(60), records)
    kept = row(answer)
    assert (kept.state, kept.mapping_version, kept.answer_code) == ("applied", "mended", "AA")
    assert records.lines == 1


def test_a_rerun_from_the_command_line_takes_only_what_was_rejected_for_a_reason(send, system, county):
    wrong, other = send(admission(event="A02")), send(admission(patient=""))
    assert ask_for_all(system, county["H1"].pk, ["rejected"], later(60), reason="hl7v2.event") == 1
    assert (row(wrong).state, row(other).state) == ("stored", "rejected")


def test_a_message_of_which_only_the_beginning_came_is_not_run_again(door, records, actor):
    from yigongti.interfaces.hl7v2.listener import _HALF

    raw = admission().encode()
    answer = take_in(raw, door.origin(raw, "mllp", "10.0.0.1"), door.choices, AT, records, _HALF)
    assert row(answer).error_code == "hl7v2.half_message"
    operator = actor("exchange_operator", "C")
    with scope(operator), pytest.raises(Conflict):
        rerun(answer.message_id, operator, later(60))


def test_an_applied_message_is_not_retried(send, actor):
    answer = send(admission())
    operator = actor("exchange_operator", "C")
    with scope(operator), pytest.raises(Conflict):
        retry(answer.message_id, operator, later(60))


def test_old_messages_are_purged_and_what_waits_is_kept(send, records, actor):
    done, refused = send(admission("1")), send(admission("2", patient=""))
    records.raising = [RuntimeError()]
    waiting = send(admission("3", patient="300"))
    operator = actor("exchange_operator", "C")
    with scope(operator):
        assert purge(operator, AT + timedelta(days=199)) == {"applied": 0, "rejected": 0, "dead": 0}
        assert purge(operator, AT + timedelta(days=201), dry_run=True) == {"applied": 1, "rejected": 1, "dead": 0}
        assert purge(operator, AT + timedelta(days=201)) == {"applied": 1, "rejected": 1, "dead": 0}
    left = set(MessageLog.objects.using("bulk").values_list("pk", flat=True))
    assert left == {waiting.message_id}
    assert not {done.message_id, refused.message_id} & left


def test_somebody_elses_message_is_rejected(send, records):
    answer = send(admission(facility="H2"))
    assert answer.code == "AR"
    assert row(answer).error_code == "hl7v2.other_institution"
    assert records.lines == 0


def test_a_door_for_several_files_a_message_where_its_header_says(send, county, wide_door):
    assert row(send(admission(facility="H2"), through=wide_door)).institution_id == county["H2"].pk
    assert row(send(admission(facility="T1"), through=wide_door)).institution_id == county["T1"].pk
    nobody = row(send(admission(facility="ELSEWHERE"), through=wide_door))
    assert (nobody.institution_id, nobody.answer_code) == (county["C"].pk, "AR")


def test_an_account_takes_in_nothing_for_an_institution_below_its_own(send, county, wide_door):
    assert row(send(admission(facility="V1"), through=wide_door)).answer_code == "AR"
    assert [institution.code for institution in wide_door.institutions()] == ["C", "H1", "T1", "H2"]


def test_a_client_is_bound_to_the_institution_of_its_address(send, county, wide_door):
    from dataclasses import replace

    from yigongti.interfaces.hl7v2.local_choices import SendingSystems

    senders = {"H2": SendingSystems(frozenset({"LIS"}), frozenset({"10.0.0.1"}))}
    wide = replace(wide_door, choices=replace(wide_door.choices, senders=senders))
    assert row(send(admission("1", facility="LIS"), through=wide)).institution_id == county["H2"].pk
    other = row(send(admission("2", facility="H1"), through=wide))
    assert (other.institution_id, other.error_code) == (county["H2"].pk, "hl7v2.other_institution")


def test_where_addresses_are_configured_no_other_client_is_served(door):
    from dataclasses import replace

    from yigongti.interfaces.hl7v2.local_choices import SendingSystems

    assert door.admits("192.0.2.7")
    configured = replace(door.choices, senders={"H1": SendingSystems(frozenset(), frozenset({"10.0.0.1"}))})
    closed = replace(door, choices=configured)
    assert closed.admits("10.0.0.1")
    assert not closed.admits("192.0.2.7")


def test_an_account_that_may_not_write_records_opens_no_door(account, county):
    from yigongti.interfaces.hl7v2.limits import choices

    account("coder", "H1")
    with pytest.raises(NotPermitted):
        open_door("coder-H1", "H1", frozenset(), choices(), AT.date())
    with pytest.raises(NotFound):
        open_door("nobody", "H1", frozenset(), choices(), AT.date())


def test_a_system_of_one_hospital_takes_in_nothing_for_another(records, county, system, door):
    from dataclasses import replace

    origin = replace(door.origin(b"x", "file", "x"), institution=county["H2"])
    with pytest.raises(NotPermitted):
        take_in(admission().encode(), origin, door.choices, AT, records)


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        ("exchange_operator", "C", True),
        ("exchange_operator", "H1", True),
        ("exchange_operator", "H2", False),
        ("physician", "H1", False),
        ("county_director", "C", False),
        ("system_administrator", "C", False),
    ],
)
def test_only_those_who_look_after_the_exchange_of_an_institution_see_its_messages(send, actor, role, place, sees):
    send(admission())
    with scope(actor(role, place)):
        assert (MessageLog.objects.count(), MessageEvent.objects.count()) == ((1, 2) if sees else (0, 0))


def test_the_history_cannot_be_changed(send, actor):
    send(admission())
    with pytest.raises(DatabaseError), scope(actor("exchange_operator", "C")):
        MessageEvent.objects.update(kind="applied")


def test_one_message_is_one_row_whoever_stores_it(send, system):
    answer = send(admission())
    with pytest.raises(IntegrityError), scope(system, purpose="exchanging"):
        MessageLog.objects.bulk_create([_copy(row(answer))])


def _copy(message):
    message.pk = None
    message._state.adding = True
    return message
