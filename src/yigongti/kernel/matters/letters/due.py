"""A letter becomes due in its step's transaction: from then on it has its number, whatever happens to the worker."""

from __future__ import annotations

import secrets

from django.utils import timezone

from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.kinds import Change, Kind
from yigongti.kernel.matters.letters.composing import composed
from yigongti.kernel.matters.letters.wording import letter_kind
from yigongti.kernel.matters.models import Letter, LetterSerial
from yigongti.kernel.matters.telling import MATTERS


def due_letter(change: Change, kind: Kind, letter_kind_id: str) -> Letter:
    """Give the letter its number, keep what it says, and leave the rest to the worker.

    Numbers run without gaps within office, word and year: the last one is locked until the step is kept or taken back.
    Raises PolicyError for a kind that the policy lacks, or a value that nobody told.
    """
    letter, year = letter_kind(letter_kind_id), timezone.localtime(change.at).year
    matter, code = change.matter, secrets.token_hex(8).upper()
    with scope(NOBODY, purpose=MATTERS):
        row = {"office_id": matter.owner_id, "word": letter.word, "year": year}
        LetterSerial.objects.get_or_create(**row)
        serial = LetterSerial.objects.select_for_update(of=("self",)).get(**row)
        serial.last += 1
        serial.save()
    number = f"{letter.word}〔{year}〕{serial.last}号"
    values = composed(change, kind, letter, number, code)  # in the actor's scope: what the kind tells is the actor's
    with scope(NOBODY, purpose=MATTERS):
        made = Letter.objects.create(
            matter=matter, step=change.step, kind=letter.id, serial=serial.last, number=number, values=values,
            code=code, due_at=change.at, **row,
        )  # fmt: skip
    from yigongti.kernel.matters.jobs import queue_letter

    queue_letter(made.pk)
    return made
