"""The MLLP server: a thread for each connection, one for what waits.

A connection is answered message by message, in its order: nothing is acknowledged before it is stored. What is not a
frame is told in the log of the process; a message that is too large is refused by name; a connection that is silent too
long, or one too many, is closed. When the database cannot be reached, the answer is AR "not kept, send again".
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import close_old_connections, connections
from django.utils import timezone

from yigongti.foundation.errors import YigongtiError
from yigongti.interfaces.hl7v2.acknowledgement import acknowledge
from yigongti.interfaces.hl7v2.actions.apply import ANSWERED_AS, Apply, apply_due
from yigongti.interfaces.hl7v2.actions.take_in import take_in
from yigongti.interfaces.hl7v2.applying import put_into_records
from yigongti.interfaces.hl7v2.binding import Door
from yigongti.interfaces.hl7v2.framing import Broken, Flaw, Frame, FrameReader, wrap
from yigongti.interfaces.hl7v2.problems import Condition, Problem, rejected
from yigongti.interfaces.hl7v2.reception import readable_header

log = logging.getLogger(__name__)

_PIECE = 64 * 1024
_RETURN_WAIT = 2.0  # a sender that ends without the carriage return waits for its answer all the same
_POLL = 0.5
_APPLY_EVERY = 2.0
_SEND_WAIT = 30.0
_LOOK_AGAIN = 60.0  # seconds after which the account's posts are read anew
_HALF = rejected(
    Condition.DATA_TYPE,
    "half_message",
    "报文未发完连接即中断，未应答",
    "the message broke off before its end; it was not answered",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a listener bears."""

    largest: int
    connections: int
    idle_seconds: int


@dataclass
class Listener:
    """Serve until `stop` is set. `port` 0 takes a free one; `bound` tells which."""

    door: Door
    limits: Limits
    host: str = "127.0.0.1"
    port: int = 2575
    apply: Apply = put_into_records
    reopen: Callable[[], Door] | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    bound: int = 0
    _places: threading.BoundedSemaphore = field(init=False)
    _threads: set[threading.Thread] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.limits.connections)

    def serve(self, opened: Callable[[str, int], None] | None = None) -> None:
        """Listen, and apply what waits; returns when `stop` is set and the messages under way are answered."""
        with socket.create_server((self.host, self.port), family=_family(self.host)) as server:
            server.settimeout(_POLL)
            self.bound = server.getsockname()[1]
            waiting = threading.Thread(target=self._apply_waiting, name="hl7v2-waiting", daemon=True)
            waiting.start()
            if opened:
                opened(self.host, self.bound)
            while not self.stop.is_set():
                with contextlib.suppress(TimeoutError):
                    self._accept(*server.accept())
        for thread in [*self._threads, waiting]:
            thread.join(timeout=30)

    def _accept(self, connection: socket.socket, address: tuple[str, int]) -> None:
        if not self.door.admits(address[0]):
            log.warning("HL7 v2: %s was turned away: its address is not configured", address[0])
            connection.close()
            return
        if not self._places.acquire(blocking=False):
            log.warning("HL7 v2: %s was turned away: %s connections are open", address[0], self.limits.connections)
            connection.close()
            return
        thread = threading.Thread(target=self._converse, args=(connection, address[0]), daemon=True)
        self._threads.add(thread)
        thread.start()

    def _converse(self, connection: socket.socket, client: str) -> None:
        reader = FrameReader(self.limits.largest)
        try:
            with connection:
                connection.settimeout(_POLL)
                self._answer_all(connection, reader, client)
        except OSError as gone:  # the client vanished; what was stored is stored, and a repeat gets its answer
            log.info("HL7 v2: connection of %s ended: %s", client, gone)
        except Exception:
            log.exception("HL7 v2: connection of %s failed", client)
        finally:
            connections.close_all()
            self._places.release()
            self._threads.discard(threading.current_thread())

    def _answer_all(self, connection: socket.socket, reader: FrameReader, client: str) -> None:
        quiet = 0.0
        while not self.stop.is_set():
            try:
                data = connection.recv(_PIECE)
            except TimeoutError:
                quiet += _POLL
                if quiet >= _RETURN_WAIT:
                    self._deal_with(reader.settle(), connection, client)
                if quiet >= self.limits.idle_seconds:
                    break
                continue
            quiet = 0.0
            if not data:
                break
            self._deal_with(reader.feed(data), connection, client)
        self._deal_with(reader.finish(), connection, client)

    def _deal_with(self, found: list[Frame | Broken], connection: socket.socket, client: str) -> None:
        for piece in found:
            if isinstance(piece, Frame):
                if piece.flaw:
                    log.warning("HL7 v2: a frame of %s ends without its carriage return", client)
                _send(connection, self._answer(piece.payload, client, None))
                continue
            log.warning("HL7 v2: %s bytes of %s are no message: %s", piece.size, client, piece.flaw)
            if piece.flaw == Flaw.TOO_LARGE:
                _send(connection, self._answer(piece.head, client, self._too_large(piece)))
            elif readable_header(piece.head) is not None:  # kept to be seen; its sender was answered nothing
                self._answer(piece.head, client, _HALF)

    def _answer(self, raw: bytes, client: str, extra: Problem | None) -> bytes:
        at = timezone.now()
        close_old_connections()
        try:
            origin = self.door.origin(raw, "mllp", client, client)
            return take_in(raw, origin, self.door.choices, at, self.apply, extra).payload
        except Exception:
            log.exception("HL7 v2: a message of %s could not be stored", client)
            connections.close_all()
            return _not_kept(raw, at)

    def _too_large(self, piece: Broken) -> Problem:
        return rejected(
            Condition.DATA_TYPE,
            "too_large",
            f"报文 {piece.size:,} 字节，超过上限 {self.limits.largest:,} 字节",
            f"the message has {piece.size:,} bytes; at most {self.limits.largest:,} are taken",
        )

    def _apply_waiting(self) -> None:
        looked = time.monotonic()
        while not self.stop.is_set():
            try:
                close_old_connections()
                if self.reopen and time.monotonic() - looked > _LOOK_AGAIN:
                    looked, self.door = time.monotonic(), self.reopen()
                for institution in self.door.institutions():
                    sender = self.door.sender_of(institution)
                    apply_due(self.door.actor, institution.pk, sender, self.door.choices, timezone.now(), self.apply)
            except YigongtiError as closed:  # the account was closed, or lost its post
                log.error("HL7 v2: the listener ends: %s", closed)
                self.stop.set()
            except Exception:
                log.exception("HL7 v2: what waits could not be applied; it stays")
                connections.close_all()
            self.stop.wait(_APPLY_EVERY)
        connections.close_all()


def _send(connection: socket.socket, payload: bytes) -> None:
    connection.settimeout(_SEND_WAIT)
    connection.sendall(wrap(payload))
    connection.settimeout(_POLL)


def _not_kept(raw: bytes, at: datetime) -> bytes:
    problem = rejected(
        Condition.INTERNAL,
        "not_kept",
        "系统暂时不能保存报文，未接收，请稍后重发",
        "the message could not be kept and was not taken; send it again later",
    )
    text = acknowledge(readable_header(raw), [problem], control_id="R0", at=at, answered_as=ANSWERED_AS)
    return text.encode("utf-8", "replace")


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
