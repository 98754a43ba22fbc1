"""A message is carried by the worker, tried again with growing pauses, and keeps no secret once it is over."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.messages.delivering import deliver
from yigongti.kernel.messages.models import Message
from yigongti.kernel.messages.public import mark_read, send, unread_messages
from yigongti.kernel.messages.senders import NotSent, Sender, sender_in_use
from yigongti.kernel.messages.senders.console import ConsoleSender
from yigongti.kernel.messages.senders.contract import NoSender
from yigongti.kernel.messages.senders.folder import FolderSender, path_of

NOW = timezone.now()
CODE = {"code": "123456", "minutes": "5"}
GIVEN = {"institution": "示范县中医医院", "until": "2026-12-31"}


class Refusing(Sender):
    """A carrier that takes nothing."""

    name = "refusing"

    def __init__(self, *, temporary):
        self.temporary = temporary

    def send(self, outgoing):
        raise NotSent("test.refused", zh="不收", en="refused", temporary=self.temporary)


@pytest.fixture
def somebody(resident):
    return resident("V1", "演示甲", phone="13800138000")


def stored(message):
    return Message.objects.using("bulk").get(pk=message.pk)


def queued():
    from django.db import connections

    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT task_name, args::text, scheduled_at FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def test_sending_only_writes_and_queues(somebody):
    message = send("consent_given", somebody, GIVEN, at=NOW)
    assert stored(message).state == "waiting"
    assert queued() == [("yigongti.deliver_message", f'{{"message_id": {message.pk}}}', None)]


def test_what_is_taken_back_was_never_said(somebody):
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send("consent_given", somebody, GIVEN, at=NOW)
        raise ZeroDivisionError
    assert (Message.objects.using("bulk").count(), queued()) == (0, [])


def test_the_file_holds_telephone_and_whole_text(somebody):
    message = send("sign_in_code", somebody, CODE, at=NOW)
    assert deliver(message.pk, FolderSender(), NOW) is None
    line = path_of(timezone.now()).read_text("utf-8")
    assert "13800138000" in line and "123456" in line
    assert stat_of(path_of(timezone.now())) == 0o600


def stat_of(path):
    return path.stat().st_mode & 0o777


def test_the_console_shows_whole_text(somebody, capsys):
    deliver(send("sign_in_code", somebody, CODE, at=NOW).pk, ConsoleSender(), NOW)
    assert "123456" in capsys.readouterr().out


def test_while_it_waits_the_code_is_sealed_and_afterwards_gone(somebody):
    message = send("sign_in_code", somebody, CODE, at=NOW)
    waiting = stored(message)
    assert waiting.text_sealed and "123456" not in f"{waiting.text} {waiting.text_sealed}"
    deliver(message.pk, FolderSender(), NOW)
    assert (stored(message).text_sealed, stored(message).state) == ("", "sent")


def test_the_database_refuses_to_keep_a_secret_beyond_delivery(somebody):
    message = send("sign_in_code", somebody, CODE, at=NOW)
    with pytest.raises(DatabaseError, match="keeps_no_secret"):
        Message.objects.using("bulk").filter(pk=message.pk).update(state="sent", sent_at=NOW)


def test_a_message_is_sent_once(somebody):
    message = send("consent_given", somebody, GIVEN, at=NOW)
    for _time in range(2):
        deliver(message.pk, FolderSender(), NOW)
    assert len(path_of(timezone.now()).read_text("utf-8").splitlines()) == 1


def test_a_carrier_that_is_busy_is_asked_again_after_doubling_pauses_and_then_no_more(somebody):
    message = send("consent_given", somebody, GIVEN, at=NOW)
    pauses = [deliver(message.pk, Refusing(temporary=True), NOW) for _time in range(6)]
    assert pauses == [60, 120, 240, 480, 960, None]
    assert (stored(message).state, stored(message).attempts, stored(message).fault) == ("failed", 6, "test.refused")


def test_a_refusal_that_will_not_change_is_not_repeated(somebody):
    message = send("sign_in_code", somebody, CODE, at=NOW)
    assert deliver(message.pk, Refusing(temporary=False), NOW) is None
    assert (stored(message).state, stored(message).text_sealed) == ("failed", "")


def test_a_code_is_not_carried_after_its_end(somebody):
    message = send("sign_in_code", somebody, CODE, at=NOW, expires_at=NOW + timedelta(minutes=5))
    deliver(message.pk, FolderSender(), NOW + timedelta(minutes=6))
    assert stored(message).fault == "messages.expired"
    assert not path_of(timezone.now()).exists()


def test_without_a_telephone_nothing_is_queued_and_the_message_is_still_shown(resident):
    nobody_to_call = resident("V1", "演示乙")
    send("consent_given", nobody_to_call, GIVEN, at=NOW)
    assert queued() == []
    with scope(Actor(0, "", "", resident_id=nobody_to_call.pk)):
        assert unread_messages(nobody_to_call.pk) == 1


def test_a_read_message_is_not_counted_any_more(somebody):
    send("consent_given", somebody, GIVEN, at=NOW)
    with scope(Actor(0, "", "", resident_id=somebody.pk)):
        mark_read(somebody.pk, NOW)
        assert unread_messages(somebody.pk) == 0


def test_nothing_is_sent_until_somebody_says_how(somebody, settings):
    settings.MESSAGES_SENDER = "none"
    assert isinstance(sender_in_use(), NoSender)
    message = send("sign_in_code", somebody, CODE, at=NOW)
    deliver(message.pk, sender_in_use(), NOW)
    assert stored(message).fault == "messages.no_sender"


def test_the_worker_carries_what_is_queued(somebody, settings):
    """The queue itself: the worker's own loop takes the job, with the sender of the settings."""
    from procrastinate.contrib.django import app

    settings.MESSAGES_SENDER = "file"
    message = send("sign_in_code", somebody, CODE, at=timezone.now())
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    assert stored(message).state == "sent"
    assert re.search("123456", path_of(timezone.now()).read_text("utf-8"))
