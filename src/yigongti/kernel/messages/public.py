"""The door of messages: tell a resident, tell the staff, and what carries it.

    send("sign_in_code", resident, {"code": "123456", "minutes": "5"}, at=now, expires_at=then)
    notify("record_opened_officer", {...}, institution_id=7, at=now)          # the privacy officers there
    notify("opening_ended", {...}, institution_id=7, account_id=3, at=now)    # one account
    notify("matter_late", {...}, institution_id=7, permission="claim_checks.answer", at=now)   # who holds it there

Both write in the caller's transaction: what is taken back was never said. A message is carried by the worker
(`jobs.py`), with growing pauses when the carrier does not take it; never within a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.roles import PERMISSIONS
from yigongti.kernel.access.scope import scope
from yigongti.kernel.messages.models import Message, Notice
from yigongti.kernel.messages.wording import wording, wordings
from yigongti.kernel.people.masking import masked_phone
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.sealing import ring

__all__ = ["Message", "Notice", "mark_read", "messages_of", "notify", "send", "title_of", "unread_messages"]

MESSAGING = "messaging"
"""The purpose of the scope in which messages and notices are written."""


def send(
    kind: str,
    resident: Resident,
    values: Mapping[str, Text | str],
    *,
    at: datetime,
    language: str = "zh-hans",
    institution_id: int | None = None,
    subject: str = "",
    expires_at: datetime | None = None,
) -> Message:
    """A message to the resident, put into the queue. Without a registered telephone it is only shown in the product.

    Raises PolicyError for an unknown kind, KeyError for a value that its words need.
    """
    words, on = wording(kind), timezone.localdate(at)
    shown = words.said(values, on).in_language(language)
    whole = words.said(values, on, whole=True).in_language(language)
    phone = ring().open(resident.phone_sealed, "phone") if resident.phone_sealed else ""
    with scope(NOBODY, purpose=MESSAGING):
        made = Message.objects.create(
            resident_id=resident.pk,
            institution_id=institution_id,
            kind=kind,
            language=language,
            text=shown,
            text_sealed=ring().seal(whole, "message") if phone and whole != shown else "",
            to_sealed=resident.phone_sealed,
            to_masked=masked_phone(phone) if phone else "",
            subject=subject,
            state=Message.State.WAITING if phone else Message.State.FAILED,
            fault="" if phone else "messages.no_phone",
            created_at=at,
            expires_at=expires_at,
        )
        if phone:
            from yigongti.kernel.messages.jobs import queue_delivery

            queue_delivery(made.pk)
    return made


def notify(
    kind: str,
    values: Mapping[str, Text | str],
    *,
    institution_id: int,
    at: datetime,
    account_id: int = 0,
    permission: str = "",
    department_code: str = "",
    resident: Resident | None = None,
    subject: str = "",
    address: str = "",
) -> Notice:
    """A notice for one account; or for the holders of a permission at the institution and above it (a
    post for one department is told what has that department_code); or else for the privacy officers there and above.

    address: the page of what it is about. Raises PolicyError for an unknown kind, KeyError for an unknown permission or
    a value that the words need.
    """
    if permission:
        PERMISSIONS[permission]
    said = wording(kind).said(values, timezone.localdate(at))
    with scope(NOBODY, purpose=MESSAGING):
        return Notice.objects.create(
            account_id=account_id,
            institution_id=institution_id,
            resident=resident,
            kind=kind,
            permission="" if account_id else permission,
            department_code=department_code,
            text_zh=said.zh,
            text_en=said.en,
            subject=subject,
            address=address,
            created_at=at,
        )


def messages_of(resident_id: int) -> QuerySet[Message]:
    """The resident's messages, newest first, within the caller's scope; secrets stand in them as dots."""
    return Message.objects.filter(resident_id=resident_id).select_related("institution")


def unread_messages(resident_id: int) -> int:
    """How many the resident has not seen in the product; codes for signing in are not counted."""
    return messages_of(resident_id).filter(read_at__isnull=True).exclude(kind="sign_in_code").count()


def mark_read(resident_id: int, at: datetime) -> None:
    """The resident has seen what there is."""
    with scope(NOBODY, purpose=MESSAGING):
        Message.objects.filter(resident_id=resident_id, read_at__isnull=True).update(read_at=at)


def title_of(message: Message | Notice) -> Text | None:
    """What this kind of message is called; None for a kind that the policy no longer has."""
    found = wordings().get(message.kind)
    return found.label if found else None
