"""What taking a batch over would change: rows added, ended, changed and left as they are, for each check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.engines.claim_checks.workbooks.reading import WorkbookRow


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row whose key stays and whose columns differ: column → (before, after)."""

    key: str
    columns: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """For one check. ended: in force and not in the batch; only meant where the batch replaces all (`whole`)."""

    check: str
    added: tuple[WorkbookRow, ...]
    changed: tuple[ChangedRow, ...]
    ended: tuple[KnowledgeRow, ...]
    unchanged: int


def difference(
    check: str, in_force: Iterable[KnowledgeRow], incoming: Iterable[WorkbookRow], *, on: date, whole: bool = False
) -> Difference:
    """Compare what is in force on the day with the batch's rows of the check.

    whole: the batch is the complete list, so that what it lacks ends; else a batch only adds and changes.
    Columns are compared as texts; names and explanations count, because people read them.
    """
    before = {row.key: row for row in in_force if row.in_force(on)}
    after = {row.key: row for row in incoming}
    changed = []
    for key in before.keys() & after.keys():
        columns = {
            name: (_text(before[key].values.get(name)), value)
            for name, value in after[key].values.items()
            if _text(before[key].values.get(name)) != value
        }
        if columns:
            changed.append(ChangedRow(key, columns))
    return Difference(
        check=check,
        added=tuple(row for key, row in after.items() if key not in before),
        changed=tuple(sorted(changed, key=lambda row: row.key)),
        ended=tuple(row for key, row in before.items() if whole and key not in after),
        unchanged=len(before.keys() & after.keys()) - len(changed),
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return "|".join(value) if isinstance(value, tuple) else str(value)
