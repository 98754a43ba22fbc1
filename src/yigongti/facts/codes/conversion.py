"""Convert codes of the clinical edition to the insurance edition, list columns included.

One-to-one conversions happen by themselves. Where a clinical code may become several, a coder decides once and the
decision, given as data, is applied from then on; until then the code stays as written and is listed. A code that no
crosswalk knows stays as written and is listed, unless it is already a code of the insurance edition.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from yigongti.facts.codes.crosswalks import DIAGNOSIS, PROCEDURE, Crosswalks
from yigongti.foundation.codes import normalise_code
from yigongti.foundation.errors import InvalidInput

CONVERTED_COLUMNS: dict[str, str] = {
    "diagnoses": DIAGNOSIS,
    "outpatient_diagnosis": DIAGNOSIS,
    "pathology_code": DIAGNOSIS,
    "external_cause": DIAGNOSIS,
    "procedures": PROCEDURE,
}
"""The columns of discharges that hold codes of a system."""

Decisions = Mapping[tuple[str, str], str]
"""(system, clinical code) → the insurance code that a coder chose."""


@dataclass(frozen=True, slots=True)
class PendingCode:
    """A code that a coder must decide: what it may become, and how often it occurs in what was converted."""

    system: str
    code: str
    candidates: tuple[str, ...]
    occurrences: int


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code that is neither in the crosswalk nor in the insurance edition."""

    system: str
    code: str
    occurrences: int


@dataclass
class CodeConversion:
    """A conversion under way: convert tables or batches with it, then read what is left to decide.

    Raises InvalidInput ("conversion.decision_wrong") for a decision for a code that is not of the insurance edition.
    """

    crosswalks: Crosswalks
    decisions: Decisions = field(default_factory=dict)
    converted: int = 0
    _pending: Counter[tuple[str, str]] = field(default_factory=Counter)
    _unknown: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for (system, code), target in self.decisions.items():
            crosswalk = self.crosswalks.of.get(system)
            known = crosswalk.insurance | set(crosswalk.targets.get(code, ())) if crosswalk else frozenset()
            if not crosswalk or (known and target not in known):
                raise InvalidInput(
                    "conversion.decision_wrong",
                    zh=f"编码员为“{code}”选定的“{target}”不在医保版字典中",
                    en=f"“{target}”, chosen for “{code}”, is not a code of the insurance edition",
                )

    @property
    def digest(self) -> str:
        """SHA-256 of tables and decisions: the same file converted otherwise is another submission."""
        decisions = sorted([*place, target] for place, target in self.decisions.items())
        return hashlib.sha256(json.dumps([self.crosswalks.digest, decisions]).encode()).hexdigest()

    def convert(self, rows: pa.Table | pa.RecordBatch) -> Any:
        """The rows with the code columns of CONVERTED_COLUMNS converted; everything else is untouched."""
        for column, system in CONVERTED_COLUMNS.items():
            place = rows.schema.get_field_index(column)
            if place >= 0 and system in self.crosswalks.of:
                rows = rows.set_column(place, rows.schema.field(place), self.convert_column(rows[column], system))
        return rows

    def convert_column(self, values: pa.Array | pa.ChunkedArray, system: str) -> pa.Array | pa.ChunkedArray:
        """A column of codes, or of lists of codes, converted."""
        if isinstance(values, pa.ChunkedArray):
            return pa.chunked_array([self.convert_column(chunk, system) for chunk in values.chunks], values.type)
        if pa.types.is_list(values.type):
            offsets = pc.subtract(values.offsets, values.offsets[0])
            flat = self.convert_column(values.flatten(), system)
            return pa.ListArray.from_arrays(offsets, flat, mask=values.is_null() if values.null_count else None)
        encoded = values.dictionary_encode()
        counts = dict(zip(*(part.to_pylist() for part in pc.value_counts(encoded.indices).flatten()), strict=True))
        targets = [
            self._convert_one(code, system, counts.get(place, 0))
            for place, code in enumerate(encoded.dictionary.to_pylist())
        ]
        return pa.array(targets, pa.string()).take(encoded.indices)

    def _convert_one(self, written: str, system: str, occurrences: int) -> str:
        if not written:
            return written
        code = normalise_code(written)
        crosswalk = self.crosswalks.of[system]
        targets = crosswalk.targets.get(code, ())
        decided = self.decisions.get((system, code))
        if decided is not None or len(targets) == 1:
            target = decided if decided is not None else targets[0]
            self.converted += occurrences if target != written else 0
            return target
        if targets:
            self._pending[system, code] += occurrences
            return written
        if code not in crosswalk.insurance:
            self._unknown[system, code] += occurrences
        return written

    @property
    def pending(self) -> tuple[PendingCode, ...]:
        """What a coder must decide, the most frequent first."""
        return tuple(
            PendingCode(system, code, self.crosswalks.of[system].targets[code], count)
            for (system, code), count in sorted(self._pending.items(), key=lambda item: (-item[1], item[0]))
        )

    @property
    def unknown(self) -> tuple[UnknownCode, ...]:
        """The codes that nobody knows, the most frequent first."""
        return tuple(
            UnknownCode(system, code, count)
            for (system, code), count in sorted(self._unknown.items(), key=lambda item: (-item[1], item[0]))
        )


def decisions_from_table(table: pa.Table) -> dict[tuple[str, str], str]:
    """Decisions kept as a table with the columns system, code and target."""
    return {(row["system"], normalise_code(row["code"])): row["target"] for row in table.to_pylist()}
