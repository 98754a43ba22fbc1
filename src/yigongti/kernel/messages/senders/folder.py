"""Writes messages into files of the data folder, one for each day: the demonstration's telephone network."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from yigongti.kernel.messages.senders.contract import Outgoing, Sender


class FolderSender(Sender):
    """One line in <data folder>/messages/<day>.txt, readable by the owner of the installation alone."""

    name = "file"

    def send(self, outgoing: Outgoing) -> str:
        now = timezone.localtime()
        path = path_of(now)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = f"{now:%H:%M:%S}\t{outgoing.phone}\t{' '.join(outgoing.text.split())}\n"
        # one write in append mode: several workers write whole lines
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)
        return path.name


def path_of(at: datetime) -> Path:
    """The file of an instant's day in the county."""
    return Path(settings.MESSAGES_FOLDER) / f"{timezone.localdate(at):%Y-%m-%d}.txt"
