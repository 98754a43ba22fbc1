"""What a rehearsal found, before the pages: the total, a row for each key of each dimension, the digests.

No row is about a person. Names of institutions, departments and diseases are written beside the codes as they are now,
so that the document reads the same later.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.processes.rehearsal.changes import FileChange
from yigongti.processes.rehearsal.comparing import Comparison, Line
from yigongti.processes.rehearsal.editing import written
from yigongti.processes.rehearsal.labels import Labels
from yigongti.processes.rehearsal.models import Rehearsal, RehearsalRow
from yigongti.processes.rehearsal.rehearse import Result

_BATCH = 1000


def yuan(fen: int) -> Decimal:
    """Fen as yuan with two decimals."""
    return Decimal(fen) / 100


def keep(rehearsal: Rehearsal, result: Result, actor: Actor, *, seconds: float, at: datetime) -> None:
    """Replace what was kept of it before, in the caller's transaction."""
    labels = Labels.of_register()
    RehearsalRow.objects.filter(rehearsal=rehearsal).delete()
    rows = rows_of(rehearsal, result, labels)
    RehearsalRow.objects.bulk_create(rows, batch_size=_BATCH)
    Rehearsal.objects.filter(pk=rehearsal.pk).update(
        state=Rehearsal.State.DONE, ran_by_id=actor.account_id, ran_by_name=actor.display_name, ran_at=at,
        ran_seconds=round(seconds, 1), error={}, **fields_of_result(result),
    )  # fmt: skip
    record(
        actor, "rehearsal.run", subject=f"rehearsal {rehearsal.pk} done", at=at, institution_id=rehearsal.office_id,
        detail={"result": result.digest[:12], "rows": len(rows)},
    )  # fmt: skip


def fields_of_result(result: Result) -> dict[str, Any]:
    """What a rehearsal keeps of its result besides the rows."""
    return {
        "ran_files_digest": result.files_digest, "facts_digest": result.facts_digest,
        "facts_versions": result.facts_versions, "base_release": result.base_release,
        "changed_release": result.changed_release, "code_release": result.code_release, "seed": result.seed,
        "result_digest": result.digest, "totals": totals_of(result),
        "changes": [changes_as_data(change) for change in result.changes],
    }  # fmt: skip


def rows_of(rehearsal: Rehearsal, result: Result, labels: Labels) -> list[RehearsalRow]:
    """The rows of a result, not saved yet."""
    return [_row(rehearsal, found, line, labels) for found in result.comparisons for line in found.lines]


def _row(rehearsal: Rehearsal, found: Comparison, line: Line, labels: Labels) -> RehearsalRow:
    named = labels.of(found.name, line.dimension, line.key)
    return RehearsalRow(
        rehearsal=rehearsal, part=found.name, dimension=line.dimension, key=line.key[:120], label_zh=named.zh[:200],
        label_en=named.en[:200], rows=line.rows, persons=line.persons, fund_before=yuan(line.fund[0]),
        fund_after=yuan(line.fund[1]), fund_change=yuan(line.fund_change), patient_before=yuan(line.patient[0]),
        patient_after=yuan(line.patient[1]), patient_change=yuan(line.patient_change), low=yuan(line.low),
        high=yuan(line.high), better=line.better, worse=line.worse, relief=yuan(line.relief),
        burden=yuan(line.burden), most_relief=yuan(line.most_relief), most_burden=yuan(line.most_burden),
        payers={name: [str(yuan(amount)) for amount in pair] for name, pair in line.payers.items()},
    )  # fmt: skip


def totals_of(result: Result) -> dict[str, Any]:
    """The totals of each part as JSON: amounts in yuan as texts, the distribution; "untouched" lists the others."""
    return {found.name: total_of(found) for found in result.comparisons}


def total_of(found: Comparison) -> dict[str, Any]:
    """The total and the distribution of one part."""
    line, told = found.total, found.distribution
    return {
        "rows": line.rows, "persons": line.persons, "changed_rows": found.changed_rows,
        "payers": {name: [str(yuan(amount)) for amount in pair] for name, pair in line.payers.items()},
        "fund": [str(yuan(amount)) for amount in line.fund], "patient": [str(yuan(amount)) for amount in line.patient],
        "low": str(yuan(line.low)), "high": str(yuan(line.high)), "better": line.better, "worse": line.worse,
        "relief": str(yuan(line.relief)), "burden": str(yuan(line.burden)),
        "most_relief": str(yuan(line.most_relief)), "most_burden": str(yuan(line.most_burden)),
        "distribution": {
            "of": told.of, "unaffected": told.unaffected,
            "bars": [[start, end, persons, str(yuan(fen))] for start, end, persons, fen in told.bars],
            "quantiles": {str(percent): str(yuan(fen)) for percent, fen in told.quantiles.items()},
        },
    }  # fmt: skip


def changes_as_data(change: FileChange) -> dict[str, Any]:
    """A changed file with its values, as JSON."""
    values = []
    for value in change.values:
        told = asdict(value)
        told.update(
            label={"zh": value.label.zh, "en": value.label.en}, before=written(value.before),
            after=written(value.after), from_on=value.from_on.isoformat(), case=list(value.case),
            axes=list(value.axes),
        )  # fmt: skip
        values.append(told)
    return {"path": change.path, "is_new": change.is_new, "values": values}
