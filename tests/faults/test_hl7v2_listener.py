"""A real MLLP client over real sockets: broken frames, half messages, clients that vanish, kill -9 of the listener."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from house_database import account, actor, county, database, database_server  # noqa: F401
from yigongti.interfaces.hl7v2.framing import Frame, FrameReader, wrap
from yigongti.interfaces.hl7v2.message import read_message


def admission(number="42", patient="100", event="A01", more=""):
    return (
        f"MSH|^~\\&|HIS|HIS|YGT|COUNTY|20261001||ADT^{event}|{number}|P|2.5.1||||||UNICODE UTF-8\r"
        f"PID|1||{patient}||张^三||19491231|M\r"
        f"PV1|1|I|||||||||||||||||V1\r{more}"
    ).encode()


class Client:
    """An MLLP client: sends bytes as they are told, reads answers as messages."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.reader = FrameReader(1_000_000)
        self.waiting = []

    def send(self, data):
        self.socket.sendall(data)

    def answer(self):
        """The next answer as (code, number of the message); None when the listener closed the connection."""
        while not self.waiting:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not data:
                return None
            self.waiting += [found.payload for found in self.reader.feed(data) if isinstance(found, Frame)]
        acknowledgement = read_message(self.waiting.pop(0).decode()).first("MSA")
        return acknowledgement.text(1), acknowledgement.text(2)

    def ask(self, message):
        self.send(wrap(message))
        return self.answer()

    def close(self):
        self.socket.close()


def messages():
    from yigongti.interfaces.hl7v2.models import MessageLog

    return MessageLog.objects.using("bulk").order_by("id")


def applied_lines():
    """How often the record was changed: the stand-in for the record leaves a line in the trail each time."""
    from yigongti.kernel.trail.models import TrailEntry

    return TrailEntry.objects.using("bulk").filter(verb="records.write").count()


def eventually(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    assert condition()


@pytest.fixture
def listening(actor, county):  # noqa: F811
    """A listener of the county hospital in this process: its port."""
    from yigongti.interfaces.hl7v2.binding import Door
    from yigongti.interfaces.hl7v2.limits import choices
    from yigongti.interfaces.hl7v2.listener import Limits, Listener
    from yigongti.kernel.trail.public import record

    def apply(translation, actor, *, institution_id, at):
        record(actor, "records.write", subject=translation.subject[-40:], at=at, institution_id=institution_id)
        return {}

    door = Door(actor("exchange_system", "H1"), choices(), county["H1"], frozenset({"HIS"}))
    listener = Listener(door, Limits(largest=100_000, connections=4, idle_seconds=60), port=0, apply=apply)
    opened = threading.Event()
    thread = threading.Thread(target=listener.serve, args=(lambda *_where: opened.set(),))
    thread.start()
    assert opened.wait(20)
    yield listener.bound
    listener.stop.set()
    thread.join(40)
    assert not thread.is_alive()


@pytest.fixture
def client(listening):
    made = Client(listening)
    yield made
    made.close()


def test_a_message_is_answered_and_applied(client):
    assert client.ask(admission()) == ("AA", "42")
    assert messages().get().state == "applied"
    assert applied_lines() == 1


def test_one_connection_carries_many_messages_in_their_order(client):
    assert [client.ask(admission(str(n))) for n in range(5)] == [("AA", str(n)) for n in range(5)]


def test_two_messages_in_one_write_get_two_answers(client):
    client.send(wrap(admission("1")) + wrap(admission("2", patient="")))
    assert [client.answer(), client.answer()] == [("AA", "1"), ("AE", "2")]


def test_a_message_that_comes_byte_by_byte_is_answered(client):
    for byte in wrap(admission()):
        client.send(bytes([byte]))
    assert client.answer() == ("AA", "42")


def test_a_message_in_gb_18030_is_answered_in_gb_18030(client):
    text = admission(patient="").decode().replace("UNICODE UTF-8", "GB 18030-2000")
    client.send(wrap(text.encode("gb18030")))
    found = []
    while not found:
        found = client.reader.feed(client.socket.recv(65536))
    assert "缺少 PID-3" in found[0].payload.decode("gb18030")
    assert "张" in messages().get().raw.decode("gb18030")


def test_garbage_before_a_message_does_not_harm_it(client):
    client.send(b"GET / HTTP/1.1\r\n\r\n" + wrap(admission()))
    assert client.answer() == ("AA", "42")


def test_a_message_begun_twice_is_answered_once(client):
    client.send(b"\x0b" + admission()[:60] + wrap(admission()))
    assert client.answer() == ("AA", "42")
    assert [m.error_code for m in messages()] == ["hl7v2.half_message", ""]


def test_a_sender_that_forgets_the_last_return_is_answered_all_the_same(client):
    client.send(wrap(admission())[:-1])
    assert client.answer() == ("AA", "42")


def test_a_message_that_is_too_large_is_refused_by_its_number_and_the_next_is_taken(client):
    client.send(wrap(admission("1", more="NTE|1||" + "长" * 50_000 + "\r")) + wrap(admission("2")))
    assert [client.answer(), client.answer()] == [("AR", "1"), ("AA", "2")]


def test_garbage_in_a_frame_is_answered(client):
    assert client.ask(b"\xff\xfe garbage") == ("AR", "")
    assert client.ask(b"") == ("AR", "")
    assert client.ask(admission()) == ("AA", "42")


def test_half_a_message_is_kept_to_be_seen_and_never_applied(client):
    client.send(b"\x0b" + admission()[:100])
    client.close()
    eventually(lambda: messages().exists())
    assert (messages().get().state, messages().get().error_code) == ("rejected", "hl7v2.half_message")
    assert applied_lines() == 0


def test_a_client_that_vanishes_before_its_answer_finds_the_message_done(listening):
    hasty = Client(listening)
    hasty.send(wrap(admission()))
    hasty.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset, do not say good-bye
    eventually(lambda: messages().filter(state="applied").exists())
    hasty.close()
    patient = Client(listening)
    assert patient.ask(admission()) == ("AA", "42")
    patient.close()
    assert messages().get().repeats == 1
    assert applied_lines() == 1


def test_clients_at_the_same_time_are_each_answered(listening):
    found = []

    def converse(number):
        client = Client(listening)
        found.extend(client.ask(admission(f"{number}-{n}", patient=str(number))) for n in range(10))
        client.close()

    threads = [threading.Thread(target=converse, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == sorted(("AA", f"{number}-{n}") for number in range(4) for n in range(10))
    eventually(lambda: applied_lines() == 40)


def test_the_same_message_on_four_connections_at_once_is_applied_once(listening):
    found = []

    def ask():
        client = Client(listening)
        found.append(client.ask(admission()))
        client.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [("AA", "42")] * 4
    eventually(lambda: messages().get().state == "applied")
    assert applied_lines() == 1


def test_one_connection_too_many_is_closed_and_the_others_live(listening):
    held = [Client(listening) for _ in range(4)]
    assert [client.ask(admission(str(n))) for n, client in enumerate(held)] == [("AA", str(n)) for n in range(4)]
    fifth = Client(listening)
    assert fifth.answer() is None
    assert held[0].ask(admission("9")) == ("AA", "9")
    for client in [*held, fifth]:
        client.close()


@contextmanager
def process(made, when):
    """A listener in a process of its own: its port. It dies at `when`, or is ended afterwards."""
    from django.conf import settings

    environment = {
        **os.environ,
        "YIGONGTI_DATA": str(settings.DATA_FOLDER),
        "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product",
    }
    script = Path(__file__).with_name("hl7v2_listener_process.py")
    started = subprocess.Popen(
        [sys.executable, str(script), made.username, "H1", when], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield started, int(started.stdout.readline())
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(20)
        started.stdout.close()


@pytest.mark.parametrize(("when", "lines"), [("before_apply", 0), ("inside_apply", 0), ("before_answer", 1)])
def test_a_message_is_applied_once_though_the_listener_is_killed(account, when, lines):  # noqa: F811
    made = account("exchange_system", "H1")
    with process(made, when) as (killed, port):
        client = Client(port)
        assert client.ask(admission()) is None
        client.close()
        assert killed.wait(20) == -signal.SIGKILL
    assert messages().get().raw == admission()
    assert applied_lines() == lines

    with process(made, "never") as (_living, port):
        eventually(lambda: messages().get().state == "applied")
        client = Client(port)
        assert client.ask(admission()) == ("AA", "42")
        client.close()
    assert messages().count() == 1
    assert applied_lines() == 1
