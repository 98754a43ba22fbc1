"""A hospital checks its own bills before the bureau does: the committed month, or files that it has not submitted yet.

Files are read into a store of their own in a folder that is gone when the check ends; nothing of them reaches the
county's lake. Only the hospital's own facts are looked at, so no finding tells anything about another institution.
Neither a trail line nor a job tells that it happened: it is the hospital's own business (docs/adr/0018).
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from yigongti.engines.claim_checks.public import ClaimChecks
from yigongti.facts.public import Lake, Snapshot, commit, connect, dry_run, take_snapshot
from yigongti.foundation.errors import InvalidInput, NotPermitted
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.lookback import absent_kinds, wider
from yigongti.systems.claim_checks.models import SelfCheck, SelfCheckFinding
from yigongti.systems.claim_checks.month import DURING, Checked, judged
from yigongti.systems.claim_checks.publishing import finding_fields, place_of

PERMISSION = "claim_checks.self_check"
KINDS = ("fee_lines", "discharges", "visits", "settlement_lists", "stock_moves")
SUFFIXES = (".csv", ".txt", ".xlsx", ".parquet")
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that is brought: its kind of fact, its name, its bytes in pieces."""

    kind: str
    name: str
    content: Iterable[bytes]


def require_own(actor: Actor, institution: Institution) -> None:
    """Raises NotPermitted unless a post of the institution itself allows it: those above do not see self-checks."""
    own = any(
        post.institution_id == institution.pk and PERMISSION in post.role.permissions and not post.department_code
        for post in actor.posts
    )
    if not own:
        raise NotPermitted(
            "claim_checks.self_check_is_the_hospitals",
            zh="自查只由本机构的医保岗位进行",
            en="a self-check is for the institution's own insurance office",
        )


def check_committed_month(
    actor: Actor, institution: Institution, month: Month, *, lake: Lake, policy: Policy, at: datetime
) -> SelfCheck:
    """Check what the institution has submitted of the month.

    Raises NotPermitted; InvalidInput when there is nothing.
    """
    require_own(actor, institution)
    snapshot = wider(month, lake, take_snapshot(lake, [month]), policy)
    return _kept(actor, institution, month, lake, snapshot, policy, at, files=())


def check_own_files(
    actor: Actor,
    institution: Institution,
    month: Month,
    files: Iterable[OwnFile],
    *,
    policy: Policy,
    at: datetime,
    most_bytes: int,
    below: Path,
) -> SelfCheck:
    """Check files of the month before they are submitted. below: where the folder is made and removed again.

    Raises NotPermitted, and InvalidInput naming the file: no fee lines, unreadable, too large, with row errors.
    """
    require_own(actor, institution)
    brought = list(files)
    if "fee_lines" not in {file.kind for file in brought}:
        raise InvalidInput(
            "claim_checks.no_fee_lines", zh="请至少选择费用明细文件", en="bring at least the file of fee lines"
        )
    with _folder(below) as folder:
        lake = Lake(folder / "lake")
        for file in brought:
            _take_in(lake, file, institution.code, month, folder, most_bytes, at)
        snapshot = take_snapshot(lake, [month])
        names = tuple(file.name for file in brought)
        return _kept(actor, institution, month, lake, snapshot, policy, at, files=names)


@contextmanager
def _folder(below: Path) -> Any:
    """A folder of one check; gone when it ends, however it ends."""
    below.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=below, prefix="self-check-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _take_in(
    lake: Lake, file: OwnFile, institution_code: str, month: Month, folder: Path, most_bytes: int, at: datetime
) -> None:
    if file.kind not in FACT_TABLES or not file.name.lower().endswith(SUFFIXES):
        raise InvalidInput(
            "claim_checks.file_type",
            zh="只接受 CSV、XLSX 或 Parquet 文件",
            en="only CSV, XLSX and Parquet files are taken",
            where=file.name,
        )
    place = folder / f"{file.kind}{Path(file.name).suffix.lower()}"
    size = 0
    with place.open("wb") as out:
        for piece in file.content:
            size += len(piece)
            if size > most_bytes:
                raise InvalidInput(
                    "claim_checks.file_too_large",
                    zh=f"文件超过上限 {most_bytes // 1024**2:,} MB",
                    en=f"the file is over the limit of {most_bytes // 1024**2:,} MB",
                    where=file.name,
                )
            out.write(piece)
    work = folder / f"checked-{file.kind}"
    run = dry_run(place, file.kind, institution_code, month, lake=lake, folder=work, file_name=file.name)
    if not run.can_be_committed:
        first = next(iter(run.findings), None)
        row = f"：第 {first.row} 行" if first else ""
        raise InvalidInput(
            "claim_checks.file_has_errors",
            zh=f"文件有 {run.errors} 处错误{row}，请先在“数据上报”试运行中查看并更正",
            en=f"the file has {run.errors} errors; look at them in a dry run of a submission and correct it first",
            where=file.name,
        )
    commit(lake, run, submission_id=uuid.uuid4().hex, submitted_by="", submitted_at=at)


def _kept(
    actor: Actor, institution: Institution, month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, at: datetime,
    files: tuple[str, ...],
) -> SelfCheck:  # fmt: skip
    checks = in_force(policy, month)
    connection = connect(lake, snapshot)
    with closing(connection.con):
        found = judged(
            connection, month, snapshot.months, checks, {institution.code: place_of(institution)}, stages=DURING,
            institution_code=institution.code,
        )  # fmt: skip
    if not found.bills_seen and not found.lines_seen:
        raise InvalidInput(
            "claim_checks.nothing_to_check",
            zh=f"{month} 还没有本机构的数据",
            en=f"there is nothing of the institution for {month} yet",
        )
    sums = _sums(found)
    with transaction.atomic():
        made = SelfCheck.objects.create(
            institution=institution, month=str(month), of_files=bool(files), file_names="、".join(files)[:500],
            made_by_id=actor.account_id, made_by_name=actor.display_name, made_at=at, checks_digest=checks.digest,
            bills=found.bills_seen, lines=found.lines_seen, findings=len(found.findings),
            absent=absent_kinds(month, lake, snapshot), **sums,
        )  # fmt: skip
        rows = (_finding(made, row, checks) for row in found.findings)
        SelfCheckFinding.objects.bulk_create(rows, batch_size=_BATCH)
    return made


def _sums(found: Checked) -> Mapping[str, Decimal]:
    names = ("violation", "doubtful", "clue")
    return {
        f"{name}_amount": sum((row["counted"] for row in found.findings if row["strength"] == name), Decimal(0))
        for name in names
    }


def _finding(check: SelfCheck, row: Mapping[str, Any], checks: ClaimChecks) -> SelfCheckFinding:
    left_out = {"care_setting", "evidence", "knowledge", "other"}
    fields = {name: value for name, value in finding_fields(row, checks).items() if name not in left_out}
    return SelfCheckFinding(self_check=check, institution_id=check.institution_id, **fields)
