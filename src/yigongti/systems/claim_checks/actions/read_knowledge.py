"""A published workbook is read: what it would change for each check is ready to be looked at; nothing holds yet."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from yigongti.engines.claim_checks.public import (
    Check,
    ClaimChecks,
    Difference,
    Layouts,
    Reading,
    WorkbookRow,
    difference,
    open_sheets,
    read_sheets,
)
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.kernel.access.actor import Actor
from yigongti.systems.claim_checks import knowledge_in_force
from yigongti.systems.claim_checks.knowledge_in_force import Batch, Entry
from yigongti.systems.claim_checks.models import KnowledgeBatch, KnowledgeEntry

PERMISSION = "claim_checks.manage_knowledge"
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Published:
    """What is said about a workbook: its title, where and when it was published, from which day it is to hold, whether
    it is the complete list; and, for headings that nobody has seen, what they mean."""

    title: str
    url: str
    published_on: date
    valid_from: date
    whole: bool
    file_name: str
    kind: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)


class NotReadable(InvalidInput):
    """The workbook cannot be taken over as it is; `reading` says why, row by row, and what its headings are."""

    def __init__(self, reading: Reading) -> None:
        blocking = sum(problem.blocking for problem in reading.problems)
        super().__init__(
            "claim_checks.workbook_not_readable",
            zh=f"工作簿有 {blocking} 处问题须先解决，未导入任何内容",
            en=f"the workbook has {blocking} problems that must be mended first; nothing was taken in",
        )
        self.reading = reading


def read_knowledge(
    actor: Actor, content: bytes, told: Published, checks: ClaimChecks, layouts: Layouts, *, at: datetime
) -> list[KnowledgeBatch]:
    """One draft for each check of the workbook, with what it would add, change and end.

    Raises NotPermitted; InvalidInput for what is no workbook, has no title, or brings a check that there is not;
    NotReadable with the reading for a layout or rows that cannot be taken over.
    """
    actor.require(PERMISSION)
    if not told.title.strip():
        raise InvalidInput("claim_checks.batch_without_title", zh="请填写批次标题", en="give the batch its title")
    reading = read_sheets(open_sheets(content), layouts, kind_id=told.kind, chosen=told.headings)
    if not reading.may_be_taken_over:
        raise NotReadable(reading)
    unknown = sorted(set(reading.by_check()) - set(checks.checks))
    if unknown:
        raise InvalidInput(
            "claim_checks.workbook_of_unknown_check",
            zh=f"政策中没有检查：{'、'.join(unknown)}，请先建立检查",
            en=f"the policy has no check {', '.join(unknown)}: make the check first",
        )
    upload, digest = uuid.uuid4().hex, hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        return [
            _draft(actor, checks.check(check_id), rows, reading, told, upload, digest, at)
            for check_id, rows in sorted(reading.by_check().items())
        ]


def _draft(
    actor: Actor, check: Check, rows: list[WorkbookRow], reading: Reading, told: Published, upload: str, digest: str,
    at: datetime,
) -> KnowledgeBatch:  # fmt: skip
    found = difference(check.id, check.knowledge.rows, rows, on=told.valid_from, whole=told.whole)
    entries = _entries(found, rows)
    _require_sound(check, entries, told)
    batch = KnowledgeBatch.objects.create(
        upload=upload, check_id=check.id, title=told.title.strip()[:200], url=told.url[:300],
        published_on=told.published_on, valid_from=told.valid_from, whole=told.whole,
        layout=reading.kind.id if reading.kind else "", file_name=told.file_name[:255], file_digest=digest,
        problems=[
            {"sheet": p.sheet, "row": p.row, "zh": p.said.zh, "en": p.said.en, "blocking": p.blocking}
            for p in reading.problems
        ],
        rows=len(rows), added=len(found.added), changed=len(found.changed), ended=len(found.ended),
        unchanged=found.unchanged, made_by_id=actor.account_id, made_by_name=actor.display_name, made_at=at,
    )  # fmt: skip
    KnowledgeEntry.objects.bulk_create(
        (KnowledgeEntry(batch=batch, check_id=check.id, **entry) for entry in entries), batch_size=_BATCH
    )
    return batch


def _entries(found: Difference, rows: list[WorkbookRow]) -> list[dict[str, object]]:
    """Rows that are added or changed, with what they were before; and keys that end."""
    by_key = {row.key: row for row in rows}
    before = {row.key: {name: old for name, (old, _new) in row.columns.items()} for row in found.changed}
    new = [*(row.key for row in found.added), *before]
    made: list[dict[str, object]] = [
        {
            "key": key, "values": dict(by_key[key].values), "before": before.get(key, {}),
            "valid_from": by_key[key].valid_from, "valid_to": by_key[key].valid_to,
        }
        for key in new
    ]  # fmt: skip
    return made + [{"key": row.key, "ends": True} for row in found.ended]


def _require_sound(check: Check, entries: list[dict[str, object]], told: Published) -> None:
    """Raises InvalidInput when the rows could not be laid over the check's knowledge: what is signed must hold."""
    values = tuple(
        Entry(str(e["key"]), bool(e.get("ends")), e.get("values") or {}, e.get("valid_from"), e.get("valid_to"))  # type: ignore[arg-type]
        for e in entries
    )
    try:
        knowledge_in_force.laid_over(check, [Batch(check.id, "draft", told.valid_from, values)])
    except PolicyError as error:
        raise InvalidInput(error.code, zh=error.text.zh, en=error.text.en, where=error.where) from error
