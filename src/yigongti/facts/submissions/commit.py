"""The commit: a dry run without errors becomes the institution's month in the lake, or nothing changes."""

from __future__ import annotations

from datetime import datetime

from yigongti.facts.lake import Lake
from yigongti.facts.receipts import Receipt
from yigongti.facts.submissions.dry_run import DryRun
from yigongti.foundation.errors import Conflict, InvalidInput


def commit(lake: Lake, run: DryRun, *, submission_id: str, submitted_by: str, submitted_at: datetime) -> Receipt:
    """Put the accepted rows in the place of the institution's earlier version of that month.

    submission_id: the caller's own, unique name of this submission. submitted_at: an aware instant.
    The same file, read the same way, as the version in force changes nothing: the receipt in force is answered,
    marked `unchanged`.

    Raises InvalidInput ("submission.has_errors", "submission.dry_run_lost") and Conflict
    ("submission.replaced_meanwhile": somebody else's submission of the same month landed since the dry run, and
    stays in force).
    """
    if submitted_at.tzinfo is None:
        raise ValueError("submitted_at must be an aware instant")
    if not run.can_be_committed:
        raise InvalidInput(
            "submission.has_errors",
            zh=f"文件有 {run.errors} 处错误，未写入任何数据；请按错误清单更正后重新提交",
            en=f"the file has {run.errors} errors and nothing was written; correct it by the error list "
            "and submit again",
            where=run.file_name,
        )
    in_force = lake.in_force(run.kind, run.institution_code, run.month)
    if in_force is not None and (in_force.digest, in_force.reading) == (run.digest, run.reading):
        return in_force.recognised_again()
    if not run.accepted_file_is_intact():
        raise InvalidInput(
            "submission.dry_run_lost",
            zh="试运行的结果已不完整，请重新上传文件",
            en="the dry run is not whole any more; upload the file again",
        )
    receipt = Receipt(
        submission_id=submission_id,
        kind=run.kind,
        institution_code=run.institution_code,
        month=run.month,
        rows=run.accepted,
        amount=run.amount,
        digest=run.digest,
        reading=run.reading,
        file_name=run.file_name,
        submitted_by=submitted_by,
        submitted_at=submitted_at,
    )
    try:
        return lake.replace(receipt, run.accepted_batches(), run.seen_version)
    except Conflict:
        # two clicks on the same button: the other click may have written this very file
        in_force = lake.in_force(run.kind, run.institution_code, run.month)
        if in_force is not None and (in_force.digest, in_force.reading) == (run.digest, run.reading):
            return in_force.recognised_again()
        raise
