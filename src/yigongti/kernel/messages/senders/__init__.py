"""What carries a message to a telephone: chosen by the setting MESSAGES_SENDER.

Names: "console", "file", "smtp"; anything else is the dotted path of a class of the installation's own that keeps the
contract of `senders/contract.py` (a text-message gateway: `senders/text_message.py` says what it must do).
"""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from yigongti.kernel.messages.senders.contract import NotSent, Outgoing, Sender

__all__ = ["NotSent", "Outgoing", "Sender", "sender_in_use"]

_OWN = {
    "console": "yigongti.kernel.messages.senders.console.ConsoleSender",
    "file": "yigongti.kernel.messages.senders.folder.FolderSender",
    "smtp": "yigongti.kernel.messages.senders.mail.MailSender",
    "none": "yigongti.kernel.messages.senders.contract.NoSender",
}


def sender_in_use() -> Sender:
    """The sender that the settings name."""
    name: str = settings.MESSAGES_SENDER
    made: Sender = import_string(_OWN.get(name, name))()
    return made
