"""A result that is kept nowhere: told in words, as data, as workbook and paper (the command line)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.processes.rehearsal import wording
from yigongti.processes.rehearsal.labels import Labels
from yigongti.processes.rehearsal.models import Rehearsal, RehearsalRow
from yigongti.processes.rehearsal.paper import as_document
from yigongti.processes.rehearsal.rehearse import Result
from yigongti.processes.rehearsal.report import as_workbook, report_of
from yigongti.processes.rehearsal.storing import fields_of_result, rows_of

_AMOUNTS = (
    "fund_before", "fund_after", "fund_change", "patient_before", "patient_after", "patient_change", "low", "high",
    "relief", "burden", "most_relief", "most_burden",
)  # fmt: skip
_COUNTS = ("rows", "persons", "better", "worse")


@dataclass(frozen=True)
class Unkept:
    """A result with its question. Texts are in the language that is active when they are asked for."""

    rehearsal: Rehearsal
    rows: tuple[RehearsalRow, ...]
    labels: Labels

    @classmethod
    def of(
        cls, result: Result, *, title: str, reason: str, effective_on: date, months: tuple[Month, Month], at: datetime
    ) -> Unkept:
        """Named as it would be on its page. Names of institutions come from the register."""
        made = Rehearsal(
            title=title, reason=reason, effective_on=effective_on, first_month=str(months[0]),
            last_month=str(months[1]), made_at=at, changed_at=at, state=Rehearsal.State.DONE, ran_at=at,
            **fields_of_result(result),
        )  # fmt: skip
        with scope(NOBODY, purpose="job"):
            labels = Labels.of_register()
        return cls(made, tuple(rows_of(made, result, labels)), labels)

    @property
    def sentences(self) -> list[str]:
        """The answer, and which parts are not affected."""
        told = [wording.sentence(self.rehearsal, self.labels), wording.untouched_words(self.rehearsal)]
        return [text for text in told if text]

    def workbook(self) -> bytes:
        """Every row (XLSX)."""
        return as_workbook(self.rehearsal, self.rows, self.labels)

    def document(self) -> bytes:
        """The paper (DOCX)."""
        return as_document(report_of(self.rehearsal, self.rows, self.labels), self.rehearsal.made_at)

    def as_data(self) -> dict[str, Any]:
        """Totals, rows by dimension, digests; yuan as texts."""
        told = self.rehearsal
        return {
            "effective_on": told.effective_on.isoformat(), "first_month": told.first_month,
            "last_month": told.last_month, "changes": told.changes, "totals": told.totals, "seed": told.seed,
            "rows": [
                {"part": row.part, "dimension": row.dimension, "key": row.key, "label": row.label_zh,
                 **{name: str(getattr(row, name)) for name in _AMOUNTS},
                 **{name: getattr(row, name) for name in _COUNTS}}
                for row in self.rows
            ],
            "digests": {
                "files": told.ran_files_digest, "facts": told.facts_digest, "base_release": told.base_release,
                "changed_release": told.changed_release, "code_release": told.code_release,
                "result": told.result_digest,
            },
        }  # fmt: skip
