"""Writes messages to the terminal of the worker: for trying things out at a desk."""

from __future__ import annotations

import sys

from yigongti.kernel.messages.senders.contract import Outgoing, Sender


class ConsoleSender(Sender):
    """One line on standard output. Whoever sees the terminal reads one-time codes: never for real residents."""

    name = "console"

    def send(self, outgoing: Outgoing) -> str:
        sys.stdout.write(f"[{outgoing.number}] → {outgoing.phone}: {outgoing.text}\n")
        sys.stdout.flush()
        return ""
