"""From two runs to a result: the difference row by row, summed by everything that an office asks by, to the fen.

Each row belongs to exactly one key of each dimension (a person of several groups to their combination), so that the
keys of every dimension add up to the total. Persons are counted, never named: what is kept has no row of a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yigongti.processes.rehearsal.replaying import ATTRIBUTES, FUND, PATIENT, Payer
from yigongti.processes.rehearsal.resampling import Codes, Fen, Resampling

TOTAL = "total"
DIMENSIONS = tuple(name for name in ATTRIBUTES if name != "person")
EDGES = (-10_000, -5_000, -2_000, -1_000, -500, -200, -100, 0, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Yuan between the bars of the distribution; who is not affected stands apart."""
QUANTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Line:
    """The sums of one key of one dimension, in fen. payers: name → (before, after). low, high: the interval of the
    fund's difference. better, worse: persons who bear less, more; relief, burden: by how much together (both positive);
    most_relief, most_burden: of one person."""

    dimension: str
    key: str
    rows: int
    persons: int
    payers: dict[str, tuple[int, int]]
    fund: tuple[int, int]
    patient: tuple[int, int]
    low: int
    high: int
    better: int
    worse: int
    relief: int
    burden: int
    most_relief: int
    most_burden: int

    @property
    def fund_change(self) -> int:
        return self.fund[1] - self.fund[0]

    @property
    def patient_change(self) -> int:
        return self.patient[1] - self.patient[0]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Change of what a person bears (of what the fund pays for a person where patients bear nothing).

    bars: (from yuan or None, to yuan or None, persons, fen together); quantiles: percent → fen, of those affected.
    """

    of: str
    unaffected: int
    bars: tuple[tuple[int | None, int | None, int, int], ...]
    quantiles: dict[int, int]


@dataclass(frozen=True)
class Comparison:
    """What one part found. lines: the total first, then by dimension and key."""

    name: str
    changed_rows: int
    lines: tuple[Line, ...]
    distribution: Distribution

    @property
    def total(self) -> Line:
        return self.lines[0]


def compare(name: str, payers: Sequence[Payer], before: pa.Table, after: pa.Table, seed: int) -> Comparison:
    """Compare two aligned runs. seed: of the resampling."""
    columns = {payer.name: (_fen(before, payer.name), _fen(after, payer.name)) for payer in payers}
    sides = {side: _side(columns, payers, side, before.num_rows) for side in (FUND, PATIENT)}
    persons, person_of = _coded(before, "person")
    sampling = Resampling.of(len(persons), seed)
    fund_change, borne_change = (sides[side][1] - sides[side][0] for side in (FUND, PATIENT))
    told = PATIENT if any(payer.side == PATIENT for payer in payers) else FUND
    per_row = borne_change if told == PATIENT else fund_change
    lines: list[Line] = []
    nothing = np.zeros(before.num_rows, dtype=np.int64)
    for dimension in (TOTAL, *DIMENSIONS):
        if dimension != TOTAL and dimension not in before.column_names:
            continue
        keys, key_of = ([""], nothing) if dimension == TOTAL else _coded(before, dimension)
        if dimension != TOTAL and keys in ([], [""]):
            continue
        lines += _lines(dimension, keys, key_of, person_of, len(persons), columns, sides, sampling, per_row)
    changed = sum((before_ != after_ for before_, after_ in columns.values()), np.zeros(before.num_rows, dtype=bool))
    by_person = _summed(per_row, person_of, len(persons))
    return Comparison(name, int(np.count_nonzero(changed)), tuple(lines), _distribution(told, by_person))


def _fen(table: pa.Table, name: str) -> Fen:
    return np.asarray(table.column(name).to_numpy(), dtype=np.int64)


def _side(columns: dict[str, tuple[Fen, Fen]], payers: Sequence[Payer], side: str, rows: int) -> tuple[Fen, Fen]:
    nothing = np.zeros(rows, dtype=np.int64)
    own = [columns[payer.name] for payer in payers if payer.side == side]
    return sum((pair[0] for pair in own), nothing), sum((pair[1] for pair in own), nothing)


def _coded(table: pa.Table, name: str) -> tuple[list[str], Codes]:
    """The texts of a column in order, and for each row which one it is. Numbers stand for themselves."""
    column: Any = table.column(name)
    if pa.types.is_integer(column.type):
        numbers = _each_once(column.to_numpy().astype(np.int64))
        return [str(number) for number in numbers], np.searchsorted(numbers, column.to_numpy())
    column = pc.fill_null(column, "").combine_chunks()
    coded = column.dictionary_encode()
    texts = coded.dictionary.to_pylist()
    order = sorted(range(len(texts)), key=texts.__getitem__)
    place = np.empty(len(texts), dtype=np.int64)
    place[order] = np.arange(len(texts))
    return [texts[number] for number in order], place[np.asarray(coded.indices.to_numpy(), dtype=np.int64)]


def _summed(amounts: Fen, code_of: Codes, codes: int) -> Fen:
    """Sums by code. Whole fen below 2^53 are exact in floating point, in any order."""
    return np.rint(np.bincount(code_of, weights=amounts.astype(np.float64), minlength=codes)).astype(np.int64)


def _lines(
    dimension: str,
    keys: list[str],
    key_of: Codes,
    person_of: Codes,
    persons: int,
    columns: dict[str, tuple[Fen, Fen]],
    sides: dict[str, tuple[Fen, Fen]],
    sampling: Resampling,
    per_row: Fen,
) -> list[Line]:
    count = len(keys)
    rows = np.bincount(key_of, minlength=count)
    sums = {name: [_summed(each, key_of, count) for each in pair] for name, pair in columns.items()}
    side = {name: [_summed(each, key_of, count) for each in pair] for name, pair in sides.items()}
    moved = np.flatnonzero(sides[FUND][1] != sides[FUND][0])
    change = (sides[FUND][1] - sides[FUND][0])[moved]
    spans = sampling.intervals(count, key_of[moved], person_of[moved], change)
    people = np.bincount(_each_once(key_of * max(persons, 1) + person_of) // max(persons, 1), minlength=count)
    who = _who(key_of, person_of, persons, per_row, count)
    return [
        Line(
            dimension, key, int(rows[k]), int(people[k]),
            {name: (int(pair[0][k]), int(pair[1][k])) for name, pair in sums.items()},
            (int(side[FUND][0][k]), int(side[FUND][1][k])), (int(side[PATIENT][0][k]), int(side[PATIENT][1][k])),
            *spans[k], *(int(column[k]) for column in who),
        )
        for k, key in enumerate(keys)
    ]  # fmt: skip


def _each_once(numbers: Codes) -> Codes:
    """The different numbers in order, by sorting: NumPy's own `unique` hashes, twenty times as long here."""
    ordered = np.sort(numbers)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _who(key_of: Codes, person_of: Codes, persons: int, per_row: Fen, count: int) -> list[Fen]:
    """By key: persons better and worse off, relief and burden together, and the most of one person."""
    moved = np.flatnonzero(per_row)
    pairs = key_of[moved] * max(persons, 1) + person_of[moved]
    both = _each_once(pairs)
    change = _summed(per_row[moved], np.searchsorted(both, pairs), len(both))
    key = both // max(persons, 1)
    less, more = change < 0, change > 0
    most_relief, most_burden = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    np.maximum.at(most_relief, key[less], -change[less])
    np.maximum.at(most_burden, key[more], change[more])
    return [
        np.bincount(key[less], minlength=count),
        np.bincount(key[more], minlength=count),
        _summed(-change[less], key[less], count),
        _summed(change[more], key[more], count),
        most_relief,
        most_burden,
    ]


def _distribution(told: str, by_person: Fen) -> Distribution:
    moved = by_person[by_person != 0]
    edges = np.asarray(EDGES, dtype=np.int64) * 100
    # a bar takes its end towards zero out: -100 ≤ x < 0 and 0 < x ≤ 100
    place = np.where(moved < 0, np.searchsorted(edges, moved, "right"), np.searchsorted(edges, moved, "left"))
    persons = np.bincount(place, minlength=len(edges) + 1)
    sums = _summed(moved, place, len(edges) + 1)
    bounds = [None, *EDGES, None]
    bars = tuple(
        (bounds[number], bounds[number + 1], int(persons[number]), int(sums[number])) for number in range(len(persons))
    )
    quantiles = {}
    if len(moved):
        found = np.quantile(moved, [each / 100 for each in QUANTILES], method="inverted_cdf")
        quantiles = {each: int(value) for each, value in zip(QUANTILES, found, strict=True)}
    return Distribution(told, int(len(by_person) - len(moved)), bars, quantiles)
