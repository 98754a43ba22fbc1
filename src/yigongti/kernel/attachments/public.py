"""The door of attachments: take a file after a look into it, and hand it out again.

    store(actor, request.FILES["file"], name="门诊照片.jpg", subject="matters.Matter/12", institution_id=7, at=now)
    open_attachment(actor, 41).path

Who may open an attachment is asked of the part that its subject names; that part says so once, in its apps.ready():

    register_reader("matters.", lambda actor, attachment: ...)      # True: this actor may open it

An attachment whose part said nothing is opened by whoever brought it, and by nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from yigongti.foundation.errors import InvalidInput, NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.attachments.content import KINDS, recognised
from yigongti.kernel.attachments.models import Attachment
from yigongti.kernel.attachments.storing import place_of, receive, settle
from yigongti.kernel.trail.public import record

__all__ = [
    "ALL_KINDS",
    "ATTACHING",
    "PICTURES",
    "Attachment",
    "Opened",
    "attachments_of",
    "open_attachment",
    "register_reader",
    "store",
]

ATTACHING = "attaching"
"""The purpose of a scope in which an actor attaches at a place that is not the own: the part's own rules allow it."""
PICTURES = frozenset(kind for kind, told in KINDS.items() if told.family == "picture")
ALL_KINDS = frozenset(KINDS)

Reader = Callable[[Actor, Attachment], bool]
_readers: dict[str, Reader] = {}


@dataclass(frozen=True, slots=True)
class Opened:
    """An attachment that the actor may read, with the file of its bytes."""

    attachment: Attachment
    path: Path


def register_reader(prefix: str, may_read: Reader) -> None:
    """Who opens attachments whose subject begins so ("matters."). Called once, when the application is ready."""
    _readers[prefix] = may_read


def store(
    actor: Actor,
    file: bytes | IO[bytes] | Any,
    *,
    name: str,
    subject: str,
    institution_id: int,
    at: datetime,
    kinds: Collection[str] = ALL_KINDS,
    other_institution_id: int | None = None,
) -> Attachment:
    """Keep a file after looking into it; the row is written in the caller's transaction and scope.

    file: bytes, an open file, or an uploaded file of Django. kinds: what is taken here (PICTURES, or a set of the names
    in content.KINDS). other_institution_id: the other side, which may read it too. Raises InvalidInput with a sentence
    for a program, a script, a web page, an archive, an encrypted, damaged, too large or unknown file, for a kind that
    is not taken here, and for a name that says something else than the bytes.
    """
    kept = receive(_chunks(file), limit("attachments.largest_megabytes") * 1024**2)
    try:
        found = recognised(
            kept.waiting.read_bytes(),
            most_pixels=limit("attachments.largest_megapixels") * 1_000_000,
            most_unpacked=limit("attachments.largest_unpacked_megabytes") * 1024**2,
        )
        if found.kind not in kinds:
            raise _not_taken_here(kinds)
        said = _name(name, found.kind)
        settle(kept)
    finally:
        kept.waiting.unlink(missing_ok=True)
    made = Attachment.objects.create(
        digest=kept.digest, size=kept.size, kind=found.kind, width=found.width, height=found.height, name=said,
        subject=subject, institution_id=institution_id, other_institution_id=other_institution_id,
        uploaded_by=actor.account_id, uploaded_at=at,
    )  # fmt: skip
    record(
        actor, "attachments.stored", subject=f"Attachment/{made.pk}", at=at, institution_id=institution_id,
        detail={"to": subject, "digest": kept.digest, "size": kept.size, "kind": found.kind},
    )  # fmt: skip
    return made


def attachments_of(subject: str) -> list[Attachment]:
    """What is attached to the subject, oldest first, as far as the caller's scope shows it."""
    return list(Attachment.objects.filter(subject=subject))


def open_attachment(actor: Actor, attachment_id: int) -> Opened:
    """The attachment with its file. Raises NotFound for one that is not there or not the actor's to see, InvalidInput
    ("attachments.file_missing") when its bytes have gone from the disk."""
    found = Attachment.objects.filter(pk=attachment_id).first()
    if found is None or not _may_read(actor, found):
        raise NotFound("attachments.no_attachment", zh="没有这个附件", en="there is no such attachment")
    path = place_of(found.digest)
    if not path.is_file():
        raise InvalidInput(
            "attachments.file_missing",
            zh="附件的文件已不在存储中，请联系系统管理员从备份恢复",
            en="the file is no longer in the store; ask the system administrator to restore it from the backup",
        )
    return Opened(found, path)


def _may_read(actor: Actor, attachment: Attachment) -> bool:
    prefixes = [prefix for prefix in _readers if attachment.subject.startswith(prefix)]
    if prefixes and _readers[max(prefixes, key=len)](actor, attachment):
        return True
    return attachment.uploaded_by == actor.account_id and actor.is_signed_in


def _chunks(file: Any) -> Iterable[bytes]:
    if isinstance(file, bytes):
        return [file]
    if hasattr(file, "chunks"):
        return file.chunks()
    return iter(lambda: file.read(65_536), b"")


def _name(name: str, kind: str) -> str:
    """The name as it is shown and downloaded: without folders, with an ending that the bytes bear out."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    bare = "".join(sign for sign in bare if sign.isprintable() and sign not in '<>:"|?*').strip(". ") or "file"
    stem, dot, ending = bare.rpartition(".")
    endings = KINDS[kind].endings
    if not dot or not (1 <= len(ending) <= 5 and ending.isascii() and ending.isalnum()):
        stem, ending = bare, endings[0]
    elif ending.lower() not in endings:
        raise InvalidInput(
            "attachments.name_says_otherwise",
            zh=f"文件名的后缀 .{ending} 与内容（{endings[0]}）不符，请改正后上传",
            en=f"the name ends in .{ending}, but the file is {endings[0]}; correct the name",
        )
    return f"{stem[:140]}.{ending}"


def _not_taken_here(kinds: Collection[str]) -> InvalidInput:
    taken = "、".join(sorted({KINDS[kind].endings[0] for kind in kinds}))
    return InvalidInput(
        "attachments.kind_not_taken",
        zh=f"这里只能上传 {taken} 文件",
        en=f"only these kinds are taken here: {taken.replace('、', ', ')}",
    )
