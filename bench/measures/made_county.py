"""An invented county for the benchmark: its tree, thirteen months of rows, and 200 measures over them.

614,000 residents, 2 county hospitals, 28 township hospitals and 390 village clinics under two communities; rows are
drawn from a seed. Nobody in it exists, and the measures have invented names; only their kinds and their number are
those of a real county.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yigongti.engines.measures.book import Book, Reporting
from yigongti.engines.measures.conditions import Codes
from yigongti.engines.measures.definitions import (
    Amount,
    Better,
    Condition,
    Count,
    Filter,
    Formula,
    Graded,
    Grain,
    Growth,
    Measure,
    Over,
    PeriodKind,
    ProbabilityOverAges,
    Ratio,
    Spread,
    Standardised,
    Terms,
    Version,
    Where,
)
from yigongti.engines.measures.subjects import Subject
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month

MONTH = Month(2026, 10)
MONTHS = [str(MONTH.plus(back)) for back in range(-12, 1)]  # the month of last year for growth, and twelve
HOSPITALS = [f"H{n}" for n in (1, 2)]
TOWNSHIPS = [f"T{n:02d}" for n in range(1, 29)]
CLINICS = [f"V{n:03d}" for n in range(1, 391)]
INSTITUTIONS = [*HOSPITALS, *TOWNSHIPS, *CLINICS]
AGES = tuple(f"{first}-{first + 4}" for first in range(30, 70, 5))
ITEMS = [f"item_{n:03d}" for n in range(150)]
RESIDENTS = 614_000
YEARLY = {"discharges": 60_000, "visits": 900_000, "settlements": 950_000, "follow_ups": 400_000}


def subjects() -> list[Subject]:
    halves = [frozenset(INSTITUTIONS[start::2]) for start in (0, 1)]
    levels = {"H": "county", "T": "township", "V": "village"}
    own = [Subject.institution(code, levels[code[0]]) for code in INSTITUTIONS]
    communities = [Subject(f"C{n}", Grain.COMMUNITY, each) for n, each in enumerate(halves, start=1)]
    return [*own, *communities, Subject("county", Grain.COUNTY, frozenset(INSTITUTIONS))]


def make_rows(folder: Path, seed: int = 5) -> dict[str, int]:
    """Parquet files of the facts in the folder; how many rows each has."""
    rng = np.random.default_rng(seed)
    tables = {name: _facts(rng, name, yearly * len(MONTHS) // 12) for name, yearly in YEARLY.items()}
    tables["returns"] = _returns(rng)
    for name, table in tables.items():
        in_order = table.sort_by([("month", "ascending"), ("institution_code", "ascending")])
        pq.write_table(in_order, folder / f"{name}.parquet")
    return {name: table.num_rows for name, table in tables.items()}


def _facts(rng: np.random.Generator, name: str, size: int) -> pa.Table:
    beds = HOSPITALS + TOWNSHIPS
    places = INSTITUTIONS if name in ("visits", "follow_ups") else beds
    weight = np.array([60.0 if code[0] == "H" else 8.0 if code[0] == "T" else 1.0 for code in places])
    codes = np.array(places)[rng.choice(len(places), size, p=weight / weight.sum())]
    chapters = np.array(list("ABCEIJKN"))[rng.integers(0, 8, size)]
    columns = {
        "institution_code": pa.array(codes),
        "month": pa.array(np.array(MONTHS)[rng.integers(0, len(MONTHS), size)]),
        "person": pa.array(np.char.add("P", rng.integers(0, RESIDENTS, size).astype(str))),
        "age_class": pa.array(np.array([*AGES, "70+", "0-29"])[rng.integers(0, 10, size)]),
        "cost": _yuan(rng.integers(500, 2_000_000, size)),
        "days": pa.array(rng.integers(0, 30, size)),
        "diagnosis": pa.array(np.char.add(chapters, rng.integers(10, 99, size).astype(str))),
    }
    for letter in "abcdef":
        columns[f"kind_{letter}"] = pa.array(np.array(list("12345"))[rng.integers(0, 5, size)])
    if name == "discharges":
        many = rng.integers(0, 4, size)
        made = np.char.zfill(rng.integers(0, 3000, many.sum()).astype(str), 4)
        starts = np.concatenate([[0], np.cumsum(many)]).astype("int32")
        columns["procedures"] = pa.ListArray.from_arrays(starts, pa.array(made))
    return pa.table(columns)


def _yuan(fen: np.ndarray) -> pa.Array:
    cent = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))
    return pc.multiply(pa.array(fen).cast(pa.decimal128(19, 0)), cent).cast(pa.decimal128(14, 2))


def _returns(rng: np.random.Generator) -> pa.Table:
    keys = [(i, m, item, "") for i in INSTITUTIONS for m in MONTHS for item in ITEMS]
    keys += [(i, m, "people", age) for i in INSTITUTIONS for m in MONTHS for age in AGES]
    values = [Decimal(int(v)) for v in rng.integers(1, 100_000, len(keys))]
    names = ["institution_code", "month", "item", "breakdown"]
    columns = {name: pa.array([key[place] for key in keys]) for place, name in enumerate(names)}
    return pa.table(columns | {"value": pa.array(values, pa.decimal128(18, 4))})


@dataclass
class _Making:
    counts: dict[str, Count]
    filters: dict[tuple[str, str], Filter]
    measures: dict[str, Measure]

    def count(self, name: str, fact: str, over: Over = Over.ROWS, unit: str = "case", **more) -> str:
        self.counts[name] = Count(name, fact, Text(name, name), unit, over, **more)
        return name

    def measure(self, name: str, formula: Formula, levels: tuple[str, ...] = ()) -> None:
        version = Version(date(2020, 1, 1), formula, "invented", minimum=10)
        why = Text("invented", "invented")
        grain, periods = tuple(Grain), tuple(PeriodKind)
        self.measures[name] = Measure(
            name, Text(name, name), why, Better.HIGHER, "percent", grain, periods, (version,), levels=levels
        )


def _ratio(above: str, below: str, share: bool = False) -> Ratio:
    return Ratio(Terms((above,)), Terms((below,)), Decimal(100), share)


def make_book() -> Book:
    """200 measures: shares, means, rates, growth, medians, different persons, over classes; half of them of returns."""
    made = _Making({}, {}, {})
    beds = ("county", "township")
    for fact in YEARLY:
        own = _filters(made, fact)
        levels = beds if fact in ("discharges", "settlements") else ()
        whole = made.count(fact, fact)
        money = made.count(f"{fact}_cost", fact, Over.SUM, "yuan", column="cost")
        made.measure(f"{fact}_mean_cost", _ratio(money, whole), levels)
        pairs = [(each,) for each in own] + [(own[n], own[n + 1]) for n in range(len(own) - 1)]
        for names in pairs[:21]:
            part = made.count(f"{fact}_{'_and_'.join(names)}", fact, filters=names)
            made.measure(f"share_{part}", _ratio(part, whole, share=True), levels)
        for name in own[:2]:
            part = made.count(f"{fact}_cost_{name}", fact, Over.SUM, "yuan", column="cost", filters=(name,))
            made.measure(f"part_of_{part}", _ratio(part, money, share=True), levels)
    for fact in ("settlements", "visits"):
        persons = made.count(f"{fact}_persons", fact, Over.DISTINCT, "person", column="person")
        made.measure(f"{fact}_a_person", _ratio(fact, persons))
    for fact in ("discharges", "settlements"):
        middle = made.count(f"{fact}_median", fact, Over.MEDIAN, "yuan", column="cost")
        made.measure(f"{fact}_middle", Spread(middle), beds)
    made.measure("growth_of_mean_cost", Growth(_ratio("discharges_cost", "discharges")), beds)
    died = made.count("died_by_age", "discharges", unit="death", filters=("a",), by="age_class")
    people = made.count("people", "returns", Over.LAST, "person", item="people", by="breakdown")
    made.measure("standardised", Standardised(died, people, "invented"))
    made.measure("early_deaths", ProbabilityOverAges(died, people, AGES))
    for number, item in enumerate(ITEMS[:140]):
        over = (Over.SUM, Over.LAST, Over.MEAN)[number % 3]
        made.count(item, "returns", over, "yuan" if number % 2 else "person", item=item)
    for number in range(0, 130, 2):
        made.measure(f"of_returns_{number}", _ratio(ITEMS[number], ITEMS[number + 1]))
    for number in range(20):
        made.measure(f"growth_{number}", Growth(Amount(Terms((ITEMS[number],)))))
    for item in ITEMS[145:]:
        made.measure(f"level_{item}", Graded(item))
    codes = Codes(frozenset(f"{n:04d}" for n in range(0, 3000, 4)))
    standards = {"invented": {age: Decimal(1) for age in AGES}}
    return Book(made.measures, made.counts, made.filters, {"operations": codes}, standards)


def _filters(made: _Making, fact: str) -> list[str]:
    tests = {letter: Condition(f"kind_{letter}", "is", ("1",)) for letter in "abcdef"}
    tests |= {f"{letter}_other": Condition(f"kind_{letter}", "in", ("3", "4")) for letter in "abcd"}
    tests["costly"] = Condition("cost", "at_least", (Decimal(10_000),))
    tests["long"] = Condition("days", "above", (Decimal(7),))
    tests["of_chapters"] = Condition("diagnosis", "starts_with", ("I", "C"))
    if fact == "discharges":
        tests["operated"] = Condition("procedures", "any_in", (), "operations")
    for name, test in tests.items():
        made.filters[fact, name] = Filter(name, fact, Text(name, name), Where((test,)))
    return list(tests)


def reporting() -> Reporting:
    beds, everybody = frozenset(HOSPITALS + TOWNSHIPS), frozenset(INSTITUTIONS)
    owed = {"discharges": beds, "settlements": beds, "visits": everybody, "follow_ups": everybody, "returns": everybody}
    return Reporting(owed)
