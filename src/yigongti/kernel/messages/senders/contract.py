"""The contract between messages and what carries them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from yigongti.foundation.errors import YigongtiError


class NotSent(YigongtiError):
    """The message was not taken. temporary: trying again later may help."""

    def __init__(self, code: str, *, zh: str, en: str, temporary: bool) -> None:
        super().__init__(code, zh=zh, en=en)
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is handed to a sender.

    number: the message's own number. It is the same at every attempt: a sender that can must use it to take the same
    message only once. phone: as registered, without spaces. kind: names the template that a gateway has approved.
    """

    number: int
    kind: str
    phone: str
    text: str
    language: str


class Sender(ABC):
    """Carries one message. Runs in the worker, never within a request and without an open transaction."""

    name: str

    @abstractmethod
    def send(self, outgoing: Outgoing) -> str:
        """Hand the message over; the carrier's own number of it, or "". Raises NotSent.

        Must return or raise within 30 seconds, and must write neither text nor number into a log.
        """


class NoSender(Sender):
    """What is in use as long as nothing is set: refuses everything, so that nobody believes that messages go out."""

    name = "none"

    def send(self, outgoing: Outgoing) -> str:
        raise NotSent(
            "messages.no_sender",
            zh="尚未设置消息的发送方式（YIGONGTI_MESSAGES）",
            en="no way of sending messages is set (YIGONGTI_MESSAGES)",
            temporary=False,
        )
