"""Files that are handed in with a step: looked into, kept by digest (kernel/attachments), named in the history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.attachments.public import Attachment, store
from yigongti.kernel.matters.models import StepAttachment

if TYPE_CHECKING:
    from yigongti.kernel.matters.models import Matter

MOST_FILES = 20
SUBJECT = "matters."
"""How the subjects of attachments begin that belong to matters: "matters.Matter/12", "matters.complaints/3"."""


def kept_files(
    request: HttpRequest, subject: str, institution_id: int, at: datetime, other_institution_id: int | None = None
) -> tuple[int, ...]:
    """Keep the files of the form's field "files" and answer their numbers. Raises InvalidInput for too many, and for a
    file that is not taken."""
    files = request.FILES.getlist("files")
    if len(files) > MOST_FILES:
        raise InvalidInput(
            "attachments.too_many", zh=f"一次最多上传 {MOST_FILES} 个文件", en=f"at most {MOST_FILES} files at once"
        )
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if files and not _may_write(actor, institution_id):
        raise InvalidInput(
            "attachments.post_changes_nothing",
            zh="您的岗位只能查看，不能上传附件；请在说明里写明",
            en="your post only looks: it cannot attach files; say it in words",
        )
    kept = (
        store(
            actor, file, name=file.name or "file", subject=subject, institution_id=institution_id, at=at,
            other_institution_id=other_institution_id,
        )
        for file in files
    )  # fmt: skip
    return tuple(attachment.pk for attachment in kept)


def files_of(matter: Matter, request: HttpRequest, at: datetime) -> tuple[int, ...]:
    """Keep what was handed in with a step of the matter: it belongs to the actor's own side, and both sides read it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    own = next((i for i in (matter.institution_id, matter.owner_id) if _may_write(actor, i)), matter.institution_id)
    other = matter.owner_id if own == matter.institution_id else matter.institution_id
    shown = matter.shown or own != matter.owner_id
    return kept_files(request, f"matters.Matter/{matter.pk}", own, at, other if shown and other != own else None)


def _may_write(actor: Actor, institution_id: int) -> bool:
    return any(first <= institution_id < end for first, end in actor.writable)


def attached(numbers: Iterable[int]) -> dict[int, Attachment]:
    """The attachments by number, as far as the actor's scope shows them."""
    return Attachment.objects.in_bulk(list(numbers))


def may_open(actor: Actor, attachment: Attachment) -> bool:
    """Whoever may read a step that it was handed in with (row security hides internal steps) and its matter."""
    from yigongti.kernel.matters.letters.finding import may_read

    steps = StepAttachment.objects.filter(attachment_id=attachment.pk).select_related("step__matter")
    return any(may_read(actor, each.step.matter, timezone.localdate()) for each in steps)
