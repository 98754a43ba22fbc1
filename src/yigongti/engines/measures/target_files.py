"""Targets (目标责任): for whom a measure must reach which line by when, who answers for it, and who said so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import PurePosixPath
from typing import Any

from yigongti.engines.measures.catalogue import Target, TargetLine
from yigongti.engines.measures.definitions import PeriodKind
from yigongti.engines.measures.reading import cited, day, keyed, number, one_of, text, word, wrong
from yigongti.foundation.policy import Document

SUBJECT_KINDS = (
    "county",
    "community",
    "county_hospital",
    "tcm_hospital",
    "maternal_child_hospital",
    "township_hospital",
    "village_clinic",
)
_NEEDED = ("id", "label", "measure", "subject_kind", "period_kind", "at", "lines", "owner_role", "from", "source")
_PERIODS = {
    PeriodKind.YEAR: re.compile(r"\d{4}"),
    PeriodKind.QUARTER: re.compile(r"\d{4}-Q[1-4]"),
    PeriodKind.MONTH: re.compile(r"\d{4}-(0[1-9]|1[0-2])"),
}


def read_targets(documents: Iterable[Document], sources: Collection[str]) -> dict[str, Target]:
    """The targets of policy/targets by id."""
    found = {}
    for document in documents:
        target = _target(document.data, document.path, sources)
        found[target.id] = target
    return found


def _target(data: Any, path: str, sources: Collection[str]) -> Target:
    each = keyed(data, _NEEDED, ("to", "note"), path)
    if each["id"] != PurePosixPath(path).stem:
        stem = PurePosixPath(path).stem
        raise wrong("target_id", f"id 应与文件名一致（{stem}）", f"the id must be the file's name, {stem}", path)
    period_kind = PeriodKind(one_of(each["period_kind"], [str(k) for k in PeriodKind], "period_kind", path))
    from_on = day(each["from"], "from", path)
    to_on = day(each["to"], "to", path) if "to" in each else None
    if to_on is not None and to_on < from_on:
        raise wrong("end_before_start", "to 早于 from", "`to` lies before `from`", path)
    return Target(
        id=each["id"],
        label=text(each["label"], "label", path),
        measure=word(each["measure"], "measure", path),
        subject_kind=one_of(each["subject_kind"], SUBJECT_KINDS, "subject_kind", path),
        period_kind=period_kind,
        at=one_of(each["at"], ("least", "most"), "at", path),
        lines=_lines(each["lines"], period_kind, path),
        owner_role=word(each["owner_role"], "owner_role", path),
        from_on=from_on,
        source=cited(each["source"], sources, path),
        to_on=to_on,
    )


def _lines(value: Any, period_kind: PeriodKind, path: str) -> tuple[TargetLine, ...]:
    if not isinstance(value, list) or not value:
        raise wrong("lines_empty", "lines 须是列表，不能为空", "lines must be a list, not empty", path)
    found: list[TargetLine] = []
    for entry in value:
        each = keyed(entry, ("value",), ("period", "subject"), path)
        period = word(each["period"], "period", path) if "period" in each else ""
        if period and not _PERIODS[period_kind].fullmatch(period):
            raise wrong(
                "period_not_readable",
                f"期间“{period}”与 {period_kind} 不符（写 2026、2026-Q1 或 2026-01）",
                f"“{period}” is no {period_kind} (write 2026, 2026-Q1 or 2026-01)",
                path,
            )
        line = TargetLine(period, number(each["value"], "value", path), str(each.get("subject", "")))
        if any((line.period, line.subject) == (other.period, other.subject) for other in found):
            raise wrong(
                "line_twice",
                f"同一期间、同一单位有两条目标线：{period} {line.subject}",
                f"two lines for the same period and subject: {period} {line.subject}",
                path,
            )
        found.append(line)
    return tuple(found)
