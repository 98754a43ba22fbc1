"""Put the rows of our table together from a batch of the file's cells, noting every cell that cannot be read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yigongti.facts.arrow_schemas import arrow_type
from yigongti.facts.submissions.headers import Match, Recognition
from yigongti.facts.submissions.limits import Limits
from yigongti.facts.submissions.lists import FAMILIES, Grid, align, split_cells
from yigongti.facts.submissions.profiles import MappingProfile
from yigongti.facts.submissions.readers import Batch
from yigongti.facts.submissions.row_errors import ErrorSink
from yigongti.facts.submissions.values import (
    NORMALISED_CODES,
    Unreadable,
    by_value,
    clean,
    parse,
    read_integer,
    read_months_age,
)
from yigongti.facts.submissions.vocabularies import ITEM, PART, WHOLE
from yigongti.foundation.schemas import Column, FactTable, Kind

_COMA_MINUTES = {"days": 1440, "hours": 60, "minutes": 1}


class RowBuilder:
    """Turns batches of cells into typed columns of one fact table.

    `build` answers the columns by name and marks in `bad` the rows in which something could not be read; what and
    where goes to the sink. A column that the file does not bring is null (an empty list for lists).
    """

    def __init__(
        self,
        table: FactTable,
        recognition: Recognition,
        profile: MappingProfile | None,
        limits: Limits,
        sink: ErrorSink,
    ) -> None:
        self._table, self._recognition, self._limits, self._sink = table, recognition, limits, sink
        self._values = profile.values if profile else {}
        self._families = self._present_families()
        self.zero_ages = 0
        self.unread: dict[str, np.ndarray] = {}

    def _present_families(self) -> list[list[str]]:
        families, placed = [], set()
        for leader, followers in FAMILIES.items():
            members = [name for name in (leader, *followers) if self._recognition.of(name)]
            families.append(members)
            placed |= set(members)
        alone = [[c.name] for c in self._table if c.repeats and c.name not in placed and self._recognition.of(c.name)]
        return [family for family in (*families, *alone) if family]

    def build(self, batch: Batch) -> tuple[dict[str, pa.Array], np.ndarray]:
        """The typed columns of a batch and which of its rows are bad; `unread` then says by column which."""
        size = len(batch.numbers)
        self.unread = {}
        bad = np.zeros(size, dtype=bool)
        columns: dict[str, pa.Array] = {}
        for family in self._families:
            columns |= self._build_family(family, batch, bad)
        for column in self._table:
            if column.name in columns:
                continue
            matches = self._recognition.of(column.name)
            if column.repeats:
                columns[column.name] = _empty_lists(column, size)
            elif not matches:
                columns[column.name] = pa.nulls(size, arrow_type(column.kind))
            elif matches[0].target.how == PART and column.kind is Kind.INTEGER:
                columns[column.name] = self._build_coma(column, matches, batch, bad)
            else:
                columns[column.name] = self._build_value(column, matches, batch, bad)
        if self._table.name == "discharges":
            self._age_only_under_one_year(columns)
            self._derive_case_id(columns, batch, bad)
        return columns, bad

    def _text(self, match: Match, batch: Batch) -> pa.Array:
        cell = batch.cells[match.position]
        if pa.types.is_list(cell.type):  # a list where one value is wanted: its first member
            cell = pc.binary_join(pc.fill_null(cell, []), "|")
        return self._mapped(match.target.column, clean(cell))

    def _mapped(self, column: str, text: pa.Array) -> pa.Array:
        pairs = self._values.get(column)
        if not pairs:
            return text
        encoded = text.dictionary_encode()
        replaced = [pairs.get(value, value) for value in encoded.dictionary.to_pylist()]
        return pa.array(replaced, pa.string()).take(encoded.indices)

    def _build_value(self, column: Column, matches: list[Match], batch: Batch, bad: np.ndarray) -> pa.Array:
        whole = next((match for match in matches if match.target.how == WHOLE), None)
        if whole is None:  # an hour without its day
            return pa.nulls(len(batch.numbers), arrow_type(column.kind))
        text = self._text(whole, batch)
        hour = next((match for match in matches if match.target.part == "hour"), None)
        if hour is not None:
            text = self._with_hour(column, text, hour, batch, bad)
        if column.name == "age_days" and whole.target.vocabulary == "pinyin":
            typed, problems = by_value(text, pa.int64(), read_months_age)
        else:
            typed, problems = parse(column.kind, text, normalise=column.name in NORMALISED_CODES)
        self._note(column.name, whole.header, batch, text, problems, bad)
        return typed

    def _with_hour(self, column: Column, text: pa.Array, match: Match, batch: Batch, bad: np.ndarray) -> pa.Array:
        """The day with the hour of its neighbour column (RYSJ and RYSJS), where the day has no time of its own."""
        hours_text = self._text(match, batch)
        hours, problems = by_value(hours_text, pa.string(), _read_hour)
        self._note(column.name, match.header, batch, hours_text, problems, bad)
        joined = pc.binary_join_element_wise(text, hours, " ")
        bare = pc.invert(pc.match_substring_regex(text, r"[: T时点]"))
        # eight digits or a written day; fourteen digits and a serial with a fraction carry their own time
        bare = pc.and_(bare, pc.less_equal(pc.utf8_length(text), 11))
        return pc.if_else(pc.and_(pc.fill_null(bare, False), hours.is_valid()), joined, text)

    def _build_coma(self, column: Column, matches: list[Match], batch: Batch, bad: np.ndarray) -> pa.Array:
        total = pa.nulls(len(batch.numbers), pa.int64())
        for match in matches:
            text = self._text(match, batch)
            number, problems = by_value(text, pa.int64(), _read_coma)
            self._note(column.name, match.header, batch, text, problems, bad)
            minutes = pc.multiply(number, _COMA_MINUTES[match.target.part])
            both = pc.add(pc.fill_null(total, 0), pc.fill_null(minutes, 0))
            total = pc.if_else(pc.or_(total.is_valid(), minutes.is_valid()), both, pa.scalar(None, pa.int64()))
        return total

    def _build_family(self, family: list[str], batch: Batch, bad: np.ndarray) -> dict[str, pa.Array]:
        grids: dict[str, Grid] = {}
        for name in family:
            matches = self._recognition.of(name)
            if matches[0].target.how == ITEM:
                grids[name] = [self._text(match, batch) for match in matches]
            else:
                cell = batch.cells[matches[0].position]
                grids[name], too_long = split_cells(cell, self._limits.list_members)
                grids[name] = [self._mapped(name, place) for place in grids[name]]
                problems = np.where(too_long, "list_too_long", "").astype(object)
                shown = pa.nulls(len(batch.numbers), pa.string())
                self._note(name, matches[0].header, batch, shown, problems, bad)
        built = {}
        for name, members in align(grids, len(batch.numbers)).items():
            kind = Kind.CODE if self._table[name].kind is Kind.CODES else Kind.DATE
            typed, problems = parse(kind, members.flat, normalise=name in NORMALISED_CODES)
            built[name] = members.as_list(typed)
            header = self._recognition.of(name)[0].header
            self._note(name, header, batch, members.flat, problems, bad, rows=members.rows)
        return built

    def _age_only_under_one_year(self, columns: dict[str, pa.Array]) -> None:
        """Exports write 0 days for grown patients; that 0 is "not filled", not "born today"."""
        grown = pc.fill_null(pc.greater_equal(columns["age_years"], 1), False)
        zero = pc.and_(grown, pc.fill_null(pc.equal(columns["age_days"], 0), False))
        self.zero_ages += pc.sum(zero).as_py() or 0
        columns["age_days"] = pc.if_else(zero, pa.scalar(None, pa.int64()), columns["age_days"])

    def _derive_case_id(self, columns: dict[str, pa.Array], batch: Batch, bad: np.ndarray) -> None:
        if self._recognition.of("case_id"):
            return
        count = columns["admission_count"].cast(pa.string())
        columns["case_id"] = pc.binary_join_element_wise(columns["medical_record_number"], count, "-")
        missing = np.asarray(columns["case_id"].is_null())
        problems = np.where(missing, "case_id_not_derivable", "").astype(object)
        header = " + ".join(
            m.header for n in ("medical_record_number", "admission_count") for m in self._recognition.of(n)
        )
        self._note("case_id", header, batch, columns["medical_record_number"], problems, bad)

    def _note(
        self,
        column: str,
        header: str,
        batch: Batch,
        text: pa.Array,
        problems: np.ndarray,
        bad: np.ndarray,
        rows: np.ndarray | None = None,
    ) -> None:
        places = np.flatnonzero(problems != "")
        if not len(places):
            return
        of_batch = places if rows is None else rows[places]
        bad[of_batch] = True
        self.unread.setdefault(column, np.zeros(len(bad), dtype=bool))[of_batch] = True
        self._sink.add(batch.numbers[of_batch], column, header, text.take(pa.array(places)), problems[places])


def _empty_lists(column: Column, size: int) -> pa.Array:
    to = arrow_type(column.kind)
    return pa.ListArray.from_arrays(pa.array(np.zeros(size + 1, dtype=np.int32)), pa.array([], to.value_type))


def _renamed(read: Callable[[str], int], problem: str, at_most: int) -> Callable[[str], int]:
    def renamed(written: str) -> int:
        try:
            value = read(written)
        except Unreadable as unreadable:
            raise Unreadable(problem) from unreadable
        if value > at_most:
            raise Unreadable(problem)
        return value

    return renamed


_read_coma = _renamed(read_integer, "coma_not_readable", 1_000_000)
_hour_number = _renamed(read_integer, "hour_not_readable", 23)


def _read_hour(written: str) -> str:
    """ "9" as "09:00", so that day and hour are read together."""
    return f"{_hour_number(written):02d}:00"
