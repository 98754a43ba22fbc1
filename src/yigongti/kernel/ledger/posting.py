"""Entries are posted, once for each key, and reversed, once for each entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import connections, transaction

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, Text
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger import writing
from yigongti.kernel.ledger.checking import check, digest
from yigongti.kernel.ledger.drafts import EntryDraft, PostingDraft
from yigongti.kernel.ledger.models import Entry

REVERSAL = "reversal"
"""The kind of an entry that takes another back, and what its key begins with."""


def post(actor: Actor, drafts: Sequence[EntryDraft], at: datetime, *, using: str = "default") -> list[Entry]:
    """The entries of the drafts, in their order: posted now, or standing already with the same content.

    In the caller's transaction; all or none, also when the caller goes on after the error. What the actor may bring
    about has been asked by the action that posts. at: when (aware); the day in the books is the draft's, and may lie
    ahead (the year is cleared before its last day is over).

    Raises InvalidInput (checking.py), NotFound ("ledger.named_unknown": no such institution or resident) and Conflict:
    "ledger.key_taken" when a key stands with other content, "ledger.period_closed" when the book has closed that month.
    """
    return _post(actor, drafts, at, {}, using)


def reverse(actor: Actor, key: str, on: date, reason: Text, at: datetime, *, using: str = "default") -> Entry:
    """The entry that takes the one with this key back: all amounts negated, on the day `on`, in the same book.

    Reversing again with the same day and reason answers the same entry. Raises NotFound ("ledger.entry_unknown"),
    InvalidInput ("ledger.reversal_of_reversal": post anew instead; "ledger.reason_missing") and Conflict
    ("ledger.reversed_already", "ledger.period_closed": the month of `on`, not that of the entry, must be open).
    """
    if not reason.zh.strip():
        raise InvalidInput("ledger.reason_missing", zh="请写明冲销原因", en="say why the entry is reversed", where=key)
    with scope(NOBODY, purpose=writing.PURPOSE, using=using):
        taken_back = Entry.objects.using(using).filter(key=key).first()
        if taken_back is None:
            raise NotFound("ledger.entry_unknown", zh=f"没有分录“{key}”", en=f"there is no entry “{key}”", where=key)
        postings = tuple(
            PostingDraft(line.account, -line.amount, line.unit, line.partner_id)
            for line in taken_back.postings.using(using).order_by("line")
        )
    if taken_back.reverses_id:
        raise InvalidInput(
            "ledger.reversal_of_reversal",
            zh="冲销分录不能再冲销，请重新记账",
            en="a reversal is not reversed: post anew",
            where=key,
        )
    said = Text(f"冲销“{taken_back.said_zh}”：{reason.zh}", f"Reversal of “{taken_back.said_en}”: {reason.en}")
    draft = EntryDraft(
        key=reversal_key(key), book_id=taken_back.book_id, on=on, kind=REVERSAL,
        said=said,
        cause=taken_back.cause, postings=postings, resident_id=taken_back.resident_id,
    )  # fmt: skip
    try:
        (made,) = _post(actor, [draft], at, {draft.key: taken_back.pk}, using)
    except Conflict as error:
        if error.code != "ledger.key_taken":
            raise
        raise Conflict(
            "ledger.reversed_already",
            zh="这笔分录已经冲销过",
            en="the entry has been reversed already",
            where=key,
        ) from error
    return made


def reversal_key(key: str) -> str:
    """The key of the reversal of an entry."""
    return f"{REVERSAL}/{key}"


def _cut(text: str) -> str:
    return text if len(text) <= 200 else text[:199] + "…"


def _post(
    actor: Actor, drafts: Sequence[EntryDraft], at: datetime, reverses: Mapping[str, int], using: str
) -> list[Entry]:
    if not connections[using].in_atomic_block:
        with transaction.atomic(using=using):
            return _post(actor, drafts, at, reverses, using)
    drafts = [replace(draft, said=Text(_cut(draft.said.zh), _cut(draft.said.en))) for draft in drafts]
    digests: dict[str, str] = {}
    for draft in drafts:
        check(draft)
        found = digest(draft, reverses.get(draft.key))
        if digests.setdefault(draft.key, found) != found:
            raise _taken(draft)
    if not drafts:
        return []
    once = list({draft.key: draft for draft in drafts}.values())
    try:
        made = writing.insert(once, digests, reverses, actor.username, at, using)
        standing = writing.standing([key for key in digests if key not in made], using) if len(made) < len(once) else {}
        entries = {
            draft.key: _entry(draft, digests[draft.key], reverses, made, standing, actor.username, at) for draft in once
        }
    except Exception:
        writing.take_back(using)
        raise
    writing.keep(using)
    return [entries[draft.key] for draft in drafts]


def _entry(
    draft: EntryDraft, found: str, reverses: Mapping[str, int], made: Mapping[str, int],
    standing: Mapping[str, tuple[int, str, datetime, str]], by: str, at: datetime,
) -> Entry:  # fmt: skip
    """The entry as it stands, without asking the database again."""
    number = made.get(draft.key, 0)
    if not number:
        if draft.key not in standing or standing[draft.key][1] != found:
            raise _taken(draft)
        number, _digest, at, by = standing[draft.key]
    return Entry(
        id=number, key=draft.key, book_id=draft.book_id, on=draft.on, kind=draft.kind, said_zh=draft.said.zh,
        said_en=draft.said.en, cause=draft.cause, resident_id=draft.resident_id, reverses_id=reverses.get(draft.key),
        digest=found, last_line=len(draft.postings), posted_at=at, posted_by=by,
    )  # fmt: skip


def _taken(draft: EntryDraft) -> Conflict:
    return Conflict(
        "ledger.key_taken",
        zh=f"业务键“{draft.key}”已有内容不同的分录；更正请先冲销",
        en=f"“{draft.key}” stands with other content: reverse it first",
        where=draft.key,
    )
