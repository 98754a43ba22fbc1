"""Check a file: the dry run. Nothing lands in the lake; what would land is kept beside the file.

submission = receive_file(...)      # the file is in the upload folder, the row says "being checked"
check_submission(submission, ...)   # reads it whole; the row then says ready, wrong or unreadable
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from yigongti.facts.public import DryRun, Lake, MappingProfile, dry_run
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.front_pages.code_conversion import conversion_for
from yigongti.systems.front_pages.models import CodeQuestion, Submission
from yigongti.systems.front_pages.models import MappingProfile as SavedProfile

PERMISSION = "front_pages.submit"


@dataclass(frozen=True, slots=True)
class FileBrought:
    """What is submitted: which institution's month of which kind, by which columns, and in which edition of codes."""

    institution: Institution
    kind: str
    month: Month
    file_name: str
    profile: SavedProfile | None = None
    clinical_edition: bool = False


def receive_file(
    actor: Actor, brought: FileBrought, content: Iterable[bytes], *, uploads: Path, most_bytes: int, at: datetime
) -> Submission:
    """Keep the file in the upload folder and answer its row, "being checked".

    content: the bytes, in pieces. Raises NotPermitted, and InvalidInput for a file over most_bytes (nothing stays).
    """
    actor.require(PERMISSION, brought.institution.pk)
    folder = uploads / uuid.uuid4().hex
    folder.mkdir(parents=True)
    suffix = Path(brought.file_name).suffix.lower()[:10]
    try:
        size = _write(folder / f"file{suffix}", content, most_bytes)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Submission.objects.create(
        institution=brought.institution,
        kind=brought.kind,
        month=str(brought.month),
        file_name=Path(brought.file_name).name[:255],
        file_bytes=size,
        folder=folder.name,
        profile=brought.profile,
        clinical_edition=brought.clinical_edition,
        checked_by=actor.username,
        checked_at=at,
    )


def _write(target: Path, content: Iterable[bytes], most_bytes: int) -> int:
    size = 0
    with target.open("wb") as file:
        for piece in content:
            size += len(piece)
            if size > most_bytes:
                raise InvalidInput(
                    "front_pages.file_too_large",
                    zh=f"文件超过上限 {most_bytes // 1024**2:,} MB，请拆分后上传，或请管理员用命令行上报",
                    en=f"the file is over the limit of {most_bytes // 1024**2:,} MB; split it, or submit it from the "
                    "command line",
                )
            file.write(piece)
    return size


def uploaded_file(submission: Submission, uploads: Path) -> Path:
    """Where the file of a submission is kept."""
    return next((uploads / submission.folder).glob("file*"))


def check_submission(submission: Submission, actor: Actor, *, lake: Lake, uploads: Path, at: datetime) -> Submission:
    """Read and check the file whole, and record what a commit would do.

    Raises NotPermitted; what is wrong with the file is recorded, not raised.
    """
    actor.require(PERMISSION, submission.institution_id)
    profile = _profile_of(submission)
    conversion = conversion_for(submission.institution_id) if submission.clinical_edition else None
    checked = uploads / submission.folder / "checked"
    shutil.rmtree(checked, ignore_errors=True)  # what an interrupted check or an earlier one left
    try:
        run = dry_run(
            uploaded_file(submission, uploads),
            submission.kind,
            submission.institution.code,
            Month.parse(submission.month),
            lake=lake,
            folder=checked,
            profile=profile,
            conversion=conversion,
            file_name=submission.file_name,
        )
    except InvalidInput as error:
        submission.state = Submission.State.UNREADABLE
        submission.said_zh, submission.said_en = error.in_language("zh-hans"), error.in_language("en")
        submission.save()
        return submission
    return _record(submission, run, actor, at)


def _profile_of(submission: Submission) -> MappingProfile | None:
    if submission.profile is None:
        return None
    saved = submission.profile
    return MappingProfile.from_json(json.dumps({"name": saved.name, "kind": saved.kind, **saved.mapping}))


@transaction.atomic
def _record(submission: Submission, run: DryRun, actor: Actor, at: datetime) -> Submission:
    submission.state = Submission.State.READY if run.can_be_committed else Submission.State.WRONG
    submission.digest, submission.unchanged = run.digest, run.unchanged
    submission.rows, submission.accepted, submission.amount = run.rows, run.accepted, run.amount
    submission.errors, submission.warnings = run.errors, len(run.warnings)
    submission.pending_codes = len(run.pending_codes)
    submission.save()
    submission.code_questions.all().delete()
    CodeQuestion.objects.bulk_create(
        CodeQuestion(
            institution_id=submission.institution_id,
            submission=submission,
            code_kind=pending.system,
            code=pending.code,
            candidates=list(pending.candidates),
            occurrences=pending.occurrences,
        )
        for pending in run.pending_codes
    )
    record(
        actor,
        "front_pages.checked",
        subject=f"{submission.kind} {submission.month} {submission.file_name}",
        at=at,
        institution_id=submission.institution_id,
        detail={"rows": run.rows, "errors": run.errors, "digest": run.digest},
    )
    return submission
