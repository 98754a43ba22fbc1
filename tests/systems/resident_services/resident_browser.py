"""A resident at a telephone: asks for a code, reads it in the message, signs in. The worker's part is done here."""

from __future__ import annotations

import re

from django.test import Client
from django.utils import timezone

SIGN_IN, ENTER = "/resident_services/sign-in", "/resident_services/sign-in/code"


def number_of(resident):
    """The identity number of an invented resident, as the resident knows it."""
    from yigongti.kernel.people.sealing import ring

    return ring().open(resident.number_sealed, "number")


def work(at=None):
    """What the worker does with everything that waits: codes are made, messages are carried into the day's file."""
    from yigongti.kernel.messages.delivering import deliver
    from yigongti.kernel.messages.models import Message
    from yigongti.kernel.messages.senders.folder import FolderSender
    from yigongti.systems.resident_services.actions.send_code import send_code
    from yigongti.systems.resident_services.models import SignInCode

    at = at or timezone.now()
    for number in SignInCode.objects.using("bulk").filter(code_hash="").values_list("pk", flat=True):
        send_code(number, at=at)
    for number in Message.objects.using("bulk").filter(state="waiting").values_list("pk", flat=True):
        deliver(number, FolderSender(), at)


def carried():
    """The lines of the day's file, oldest first."""
    from yigongti.kernel.messages.senders.folder import path_of

    path = path_of(timezone.now())
    return path.read_text("utf-8").splitlines() if path.exists() else []


def code_in(line):
    """The six digits that a message names."""
    return re.search(r"(?<!\d)\d{6}(?!\d)", line.split("\t")[2])[0]


def newest_code():
    """The code of the newest message that tells one."""
    return code_in([line for line in carried() if "登录验证码" in line][-1])


def browser_of(resident):
    """A browser in which the resident has signed in."""
    client = Client()
    assert client.post(SIGN_IN, {"number": number_of(resident)}).status_code == 302
    work()
    answer = client.post(ENTER, {"code": newest_code()})
    assert answer.status_code == 302, answer.content.decode()
    return client
