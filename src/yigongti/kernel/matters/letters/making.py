"""Letters that are due are made: each exactly once, whatever happens to the worker.

A letter is made in one transaction with its row locked: its words are drawn as DOCX and PDF, the files are kept under
their digests, the row takes the digests and the time. A worker that is killed on the way leaves the row as it was; the
next run makes the letter, with the number that it has had from the beginning. Two workers never hold one row.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.letters.document import as_document
from yigongti.kernel.matters.letters.paper import as_page
from yigongti.kernel.matters.letters.storing import put
from yigongti.kernel.matters.models import Letter
from yigongti.kernel.matters.telling import MATTERS
from yigongti.kernel.presentation.printing import NoPrinting, can_print

log = logging.getLogger(__name__)
WAITING = Q(made_at__isnull=True, void_at__isnull=True)


def make_letters(at: datetime, *, again: bool = True) -> int:
    """Make every letter that waits; how many were made. again: also those that failed before."""
    with scope(NOBODY, purpose=MATTERS):
        waiting = Letter.objects.filter(WAITING).order_by("id")
        if not can_print():
            waiting = waiting.filter(document_digest="")  # the page waits for the library, the document need not
        if not again:
            waiting = waiting.filter(fault="")
        numbers = list(waiting.values_list("pk", flat=True))
    return sum(make_letter(number, at) for number in numbers)


def make_letter(letter_id: int, at: datetime) -> bool:
    """Make one letter now; whether it is made by this call. What hinders it is kept on its row and logged."""
    try:
        with scope(NOBODY, purpose=MATTERS):
            return _make(letter_id, at)
    except Exception as error:  # a letter that cannot be drawn must not hold up the others
        log.exception("letter %s cannot be made", letter_id)
        code = error.code if isinstance(error, YigongtiError) else type(error).__name__
        with scope(NOBODY, purpose=MATTERS):
            Letter.objects.filter(WAITING, pk=letter_id).update(fault=code[:200])
        return False


def _make(letter_id: int, at: datetime) -> bool:
    rows = Letter.objects.select_for_update(of=("self",), skip_locked=True)
    letter = rows.filter(WAITING, pk=letter_id).first()
    if letter is None:
        return False
    says = in_chinese(letter.values)
    letter.document_digest = put(as_document(says, letter.due_at))
    letter.fault = ""
    try:
        letter.print_digest = put(as_page(says))
        letter.made_at = at
    except NoPrinting as error:
        log.warning("%s", error)
        letter.fault = error.code
    letter.save(update_fields=["document_digest", "print_digest", "made_at", "fault"])
    return letter.made_at is not None


def in_chinese(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the letter says in the language in which it goes out."""
    return {name: _chinese(value) for name, value in values.items()}


def _chinese(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"zh", "en"}:
            return value["zh"]
        return {name: _chinese(each) for name, each in value.items()}
    return [_chinese(each) for each in value] if isinstance(value, list) else value
