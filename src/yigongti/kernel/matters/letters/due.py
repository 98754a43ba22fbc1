"""A letter becomes due in its step's transaction: from then on it has its number, whatever happens to the worker."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils import timezone

from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.models import Letter, LetterSerial, Matter, Step

MATTERS = "matters"
"""The purpose of the scope in which the product itself works on matters."""


def due_letter(matter: Matter, step: Step, kind: str, *, at: datetime) -> Letter:
    """Give the letter its number and leave it for the worker. Raises PolicyError for a kind that the policy lacks."""
    word, year = "医监", timezone.localtime(at).year  # the office's own word comes from policy/letters
    with scope(NOBODY, purpose=MATTERS):
        LetterSerial.objects.get_or_create(office_id=matter.owner_id, word=word, year=year)
        serial = LetterSerial.objects.select_for_update(of=("self",)).get(
            office_id=matter.owner_id, word=word, year=year
        )
        serial.last += 1
        serial.save()
        return Letter.objects.create(
            matter=matter, step=step, kind=kind, office_id=matter.owner_id, word=word, year=year, serial=serial.last,
            number=f"{word}〔{year}〕{serial.last}号", code=secrets.token_hex(8).upper(), due_at=at,
        )  # fmt: skip
