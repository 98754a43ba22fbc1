"""What a device sent, read before anything of it is believed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput

URN = "urn:uuid:"
_DIGEST = re.compile(r"^[0-9a-f]{64}$")
MOST_CHARACTERS = 1_000_000
MOST_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph that the device says it sends: its own id, its SHA-256, its name."""

    id: UUID
    digest: str
    name: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """An answer as the device told it. digest names the whole, so that the same id with other content is noticed."""

    client_id: UUID
    assignment_id: int
    account_id: int
    form_id: str
    form_version: str
    items: list[Any]
    photographs: tuple[Photograph, ...]
    started_at: datetime | None
    finished_at: datetime | None
    sent_at: datetime | None
    digest: str


def read_arrived(text: str | bytes) -> Arrived:
    """The answer. Raises InvalidInput ("forms.not_readable") for anything else: a body that was cut off too."""
    if len(text) > MOST_CHARACTERS:
        raise _not_readable()
    try:
        told = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
        # what PostgreSQL cannot keep: zero bytes, halves of pairs
        json.dumps(told, ensure_ascii=False, default=str).encode("utf-8")
        if "\\u0000" in (text if isinstance(text, str) else text.decode("utf-8")):
            raise ValueError("a zero byte")
        _not_too_deep(told)
        if not isinstance(told, dict) or not isinstance(told["items"], list):
            raise ValueError("no answer")
        photographs = tuple(_photograph(one) for one in told.get("photographs") or ())
        return Arrived(
            client_id=UUID(str(told["client_id"])),
            assignment_id=_number(told["assignment"]),
            account_id=_number(told["account"]),
            form_id=str(told["form"]),
            form_version=str(told["version"]),
            items=told["items"],
            photographs=photographs,
            started_at=_moment(told.get("started_at")),
            finished_at=_moment(told.get("finished_at")),
            sent_at=_moment(told.get("sent_at")),
            digest=_digest(told),
        )
    except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
        raise _not_readable() from error


def _digest(told: Mapping[str, Any]) -> str:
    """Of what was answered: when it is sent again, only the moment of sending differs."""
    kept = {name: value for name, value in told.items() if name != "sent_at"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()


def _photograph(told: Any) -> Photograph:
    digest = str(told["sha256"])
    if not _DIGEST.match(digest):
        raise ValueError("no digest")
    return Photograph(UUID(str(told["id"])), digest, str(told.get("name") or "photo.jpg")[:150])


def _number(told: Any) -> int:
    if isinstance(told, bool) or not isinstance(told, int) or not 0 < told < 2**62:
        raise ValueError("no number of a row")
    return told


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _moment(told: Any) -> datetime | None:
    """A device's time; None when it cannot be one. It is shown and never trusted, so it refuses no answer."""
    try:
        read = datetime.fromisoformat(str(told).replace("Z", "+00:00"))
    except ValueError:
        return None
    return read if timezone.is_aware(read) and 1990 <= read.year <= 2200 else None


def _not_too_deep(told: Any, depth: int = 0) -> None:
    if depth > MOST_DEPTH:
        raise ValueError("too deep")
    for inner in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        _not_too_deep(inner, depth + 1)


def _not_readable() -> InvalidInput:
    return InvalidInput(
        "forms.not_readable",
        zh="答卷没有完整送到，手机会自动重发",
        en="the answer did not arrive whole; the telephone will send it again",
    )


def clock_flags(arrived: Arrived, made_at: datetime, received_at: datetime, tolerance: timedelta) -> list[str]:
    """What is odd about the device's times: "ahead" or "behind" (its clock), "future" (finished later than received),
    "before_assignment", "backwards" (finished before it was started), "no_time"."""
    found = []
    if arrived.sent_at and abs(arrived.sent_at - received_at) > tolerance:
        found.append("ahead" if arrived.sent_at > received_at else "behind")
    if arrived.finished_at is None:
        found.append("no_time")
    else:
        if arrived.finished_at > received_at + tolerance:
            found.append("future")
        if arrived.finished_at < made_at - tolerance:
            found.append("before_assignment")
        if arrived.started_at and arrived.started_at > arrived.finished_at:
            found.append("backwards")
    return found


def attachments_in(items: Any) -> Iterator[dict[str, Any]]:
    """Every attachment that the answers name, to be read or changed."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            for answer in item.get("answer") or () if isinstance(item.get("answer"), list) else ():
                if isinstance(answer, dict) and isinstance(answer.get("valueAttachment"), dict):
                    yield answer["valueAttachment"]
            yield from attachments_in(item.get("item"))
