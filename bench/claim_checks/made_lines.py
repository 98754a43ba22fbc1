"""Invented fee lines, bills, purchases and checks for the benchmark, from the demo county's lists of items.

Lines are drawn in batches of whole bills, so that memory does not grow with their number. Same seed, same rows. About
one line in 200 breaks some rule, as in a month that is worth checking; a fifth of the lines are of items that a check
limits, and nearly all others have a ceiling, a purchase price or a largest dose. Nobody in the files exists.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import yigongti.demo.lists
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.finding import Strength
from yigongti.engines.claim_checks.handler import handler
from yigongti.engines.claim_checks.knowledge import KnowledgeRow, KnowledgeTable
from yigongti.engines.claim_checks.loading import ClaimChecks, read_parameters
from yigongti.engines.claim_checks.tables_of import BILLS, LINES, STOCK_MOVES
from yigongti.foundation.errors import Text

LINES_OF_A_BILL = 40
BATCH_BILLS = 12_500
KEPT = 0.02  # of the charges that a check would find, this share stays in the file
FIRST, DAYS = date(2026, 10, 1), 31
PLACES = [(f"H{number:03d}", "county" if number < 4 else "township") for number in range(1, 41)]
MEDICINES = {"fee_western_medicine", "fee_patent_medicine", "fee_herbal_medicine"}
INDICATIONS = ("C", "D0", "J", "I", "K")
SUPPLIES = ["fee_examination_supplies", "fee_treatment_supplies", "fee_surgery_supplies"]
_LISTS = Path(yigongti.demo.lists.__file__).parent


def items() -> list[tuple[str, str, str, int]]:
    """code, name, fee item and price in ten-thousandths of a yuan of everything that the demo county charges."""
    found = []
    for name, code in (("fee_items.csv", "item_code"), ("medicines.csv", "code")):
        with (_LISTS / name).open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                found.append((row[code], row["name"], row["fee_item"], int(Decimal(row["unit_price"]) * 10_000)))
    return found


def diagnoses() -> list[str]:
    with (_LISTS / "diagnoses.csv").open(encoding="utf-8", newline="") as rows:
        return [row["code"] for row in csv.DictReader(rows) if row["role"] in ("principal", "both")]


def limited() -> dict[str, list[str]]:
    """Which items the checks of `made_checks` limit, by check."""
    known = items()
    medicines = [code for code, _, fee_item, _ in known if fee_item in MEDICINES]
    services = [code for code, _, fee_item, _ in known if fee_item not in MEDICINES]
    return {
        "sex_limited_medicine": medicines[:12],
        "sex_limited_service": services[20:28],
        "age_limited_medicine": medicines[12:22],
        "age_limited_service": services[28:38],
        "work_injury_medicine": medicines[22:26],
        "maternity_medicine": medicines[26:28],
        "care_setting_medicine": medicines[30:50],
        "institution_level_medicine": medicines[50:70],
        "covered_indication": medicines[70:100],
        "herb_not_payable": [code for code, _, fee_item, _ in known if fee_item == "fee_herbal_medicine"][:6],
    }


def make_lines(path: Path, count: int, seed: int = 7) -> None:
    """About `count` lines as Parquet with the columns of the fact table, and beside it the bills and purchases."""
    rng = np.random.default_rng(seed)
    known, codes, limits = items(), diagnoses(), limited()
    with (
        pq.ParquetWriter(path, LINES, compression="zstd") as lines,
        pq.ParquetWriter(beside(path, "bills"), BILLS, compression="zstd") as bills,
    ):
        bill_count = max(1, count // LINES_OF_A_BILL)
        for first in range(0, bill_count, BATCH_BILLS):
            batch = min(BATCH_BILLS, bill_count - first)
            made = _bills(rng, batch, first, codes)
            bills.write_table(made)
            lines.write_table(_lines(rng, made, known, limits))
    pq.write_table(_purchases(known), beside(path, "stock_moves"))


def beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.stem}.{what}.parquet")


def _days(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers.astype("int32"), pa.int32()).cast(pa.date32())


def _decimal(ten_thousandths: np.ndarray, places: int, digits: int) -> pa.Array:
    """Whole ten-thousandths as a decimal column, without a float in between."""
    scale = 10 ** (4 - places)
    whole = pa.array((ten_thousandths + scale // 2) // scale, pa.int64())
    low = np.asarray(whole, dtype="int64")
    words = np.empty((len(low), 2), dtype="int64")
    words[:, 0], words[:, 1] = low, np.where(low < 0, -1, 0)
    return pa.Array.from_buffers(pa.decimal128(digits, places), len(low), [None, pa.py_buffer(words.tobytes())])


def _picked(values: list[str | None], numbers: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype("int32")), pa.array(values, pa.string())).cast(
        pa.string()
    )


def _bills(rng: np.random.Generator, count: int, first: int, codes: list[str]) -> pa.Table:
    start = (FIRST - date(1970, 1, 1)).days
    place = rng.integers(0, len(PLACES), count)
    inpatient = rng.random(count) < 0.3
    begun = start + rng.integers(0, DAYS, count)
    ended = begun + np.where(inpatient, rng.integers(1, 15, count), 0)
    died = rng.random(count) < 0.005
    died_on = ended - (rng.random(count) < 0.02)
    numbers = np.arange(first, first + count)
    two = [f"{codes[a]}|{codes[b]}" for a, b in rng.integers(0, len(codes), (count, 2))]
    columns = {
        "institution_code": _picked([code for code, _ in PLACES], place),
        "case_id": pa.array([f"C{number:09d}" for number in numbers]),
        "care_setting": _picked(["2", "1", "3"], np.where(inpatient, 0, 1 + (rng.random(count) < 0.1))),
        "started_on": _days(begun),
        "ended_on": _days(ended),
        "institution_level": _picked([level for _, level in PLACES], place),
        "insurance_type": _picked(["390", "310", "410", "510"], rng.choice(4, count, p=[0.7, 0.28, 0.01, 0.01])),
        "person": pa.array([f"p{number // 2:09d}" for number in numbers]),
        "sex": _picked(["1", "2"], rng.integers(0, 2, count)),
        "birth_date": _days(start - rng.integers(0, 90 * 365, count)),
        "died_on": pa.array(np.where(died, died_on, 0).astype("int32"), pa.int32(), mask=~died).cast(pa.date32()),
        "diagnoses": pa.array(two),
        "readmission_planned": pa.array(np.zeros(count, dtype=bool)),
        "total_cost": pa.array([Decimal(0)] * count, pa.decimal128(14, 2)),
    }
    empty = pa.array([""] * count)
    return pa.table({name: columns.get(name, empty) for name in BILLS.names}).cast(BILLS)


def _misplaced(bills: pa.Table, known: list[tuple[str, str, str, int]], limits: dict[str, list[str]]) -> np.ndarray:
    """bills × items: where a limited item would be a finding. Few of these are charged (KEPT), as in real months."""
    column = {name: np.array(bills[name].to_pylist(), dtype=object) for name in bills.column_names}
    born = np.asarray(bills["birth_date"].cast(pa.int32()))
    years = ((FIRST - date(1970, 1, 1)).days - born) / 365.25
    fits = np.array([any(code.startswith(INDICATIONS) for code in row.split("|")) for row in column["diagnoses"]])
    wrong_for = {
        "sex_limited_medicine": column["sex"] != "2",
        "sex_limited_service": column["sex"] != "1",
        "age_limited_medicine": years >= 18,
        "age_limited_service": years < 3,
        "work_injury_medicine": column["insurance_type"] != "410",
        "maternity_medicine": column["insurance_type"] != "510",
        "care_setting_medicine": column["care_setting"] == "1",
        "institution_level_medicine": column["institution_level"] == "township",
        "covered_indication": ~fits,
        "herb_not_payable": np.ones(len(bills), dtype=bool),
    }
    wrong = np.zeros((len(bills), len(known)), dtype=bool)
    place = {code: number for number, (code, *_) in enumerate(known)}
    for name, of_bill in wrong_for.items():
        wrong[np.ix_(np.flatnonzero(of_bill), [place[code] for code in limits[name]])] = True
    return wrong


def _lines(
    rng: np.random.Generator, bills: pa.Table, known: list[tuple[str, str, str, int]], limits: dict[str, list[str]]
) -> pa.Table:
    of_bill = np.repeat(np.arange(len(bills)), LINES_OF_A_BILL)
    count = len(of_bill)
    index = pa.array(of_bill)
    item = rng.integers(0, len(known), count)
    misplaced = _misplaced(bills, known, limits)[of_bill, item] & (rng.random(count) > KEPT)
    item = np.where(misplaced, rng.integers(0, 20, count), item)  # the first twenty items are limited by nothing
    started = np.asarray(bills["started_on"].cast(pa.int32()))[of_bill]
    ended = np.asarray(bills["ended_on"].cast(pa.int32()))[of_bill]
    price = np.array([known_price for *_, known_price in known], dtype="int64")[item]
    price = np.where(rng.random(count) < 0.001, price * 12 // 10, price)
    quantity = rng.integers(1, 4, count)
    medicine = np.array([fee_item in MEDICINES for _, _, fee_item, _ in known])[item]
    setting = bills["care_setting"].combine_chunks().take(index)
    outpatient = np.asarray(setting.to_numpy(zero_copy_only=False) != "2")
    days = np.where(rng.random(count) < 0.002, rng.integers(8, 60, count), rng.integers(1, 4, count))
    amount = price * quantity
    claimed = rng.random(count) < 0.95
    columns = {
        "institution_code": bills["institution_code"].combine_chunks().take(index),
        "case_id": bills["case_id"].combine_chunks().take(index),
        "line_number": pa.array(np.tile(np.arange(1, LINES_OF_A_BILL + 1), len(bills))),
        "item_code": _picked([code for code, *_ in known], item),
        "item_name": _picked([name for _, name, *_ in known], item),
        "fee_item": _picked([fee_item for _, _, fee_item, _ in known], item),
        "charged_on": _days(started + (rng.random(count) * (ended - started + 1)).astype("int64")),
        "amount": _decimal(amount, 2, 14),
        "quantity": _decimal(quantity * 10_000, 4, 18),
        "unit_price": _decimal(price, 4, 18),
        "department_code": _picked([f"A{number:02d}" for number in range(30)], rng.integers(0, 30, count)),
        "physician": _picked([f"D{number:03d}" for number in range(200)], rng.integers(0, 200, count)),
        "insurance_class": _picked(["1", "2", "3"], rng.integers(0, 3, count)),
        "care_setting": setting,
        "days_supply": pa.array(days, pa.int64(), mask=~(medicine & outpatient)),
        "daily_dose": _nullable(
            np.where(rng.random(count) < 0.001, 30, rng.integers(1, 20, count)) * 10_000, ~medicine
        ),
        "fund_amount": _nullable(np.where(claimed, amount, 0), rng.random(count) < 0.5, 2, 14),
    }
    nothing = pa.nulls(count, pa.string())
    return pa.table({name: columns.get(name, nothing) for name in LINES.names}).cast(LINES)


def _nullable(values: np.ndarray, missing: np.ndarray, places: int = 4, digits: int = 18) -> pa.Array:
    import pyarrow.compute as pc

    whole = _decimal(values, places, digits)
    return pc.if_else(pa.array(missing), pa.scalar(None, whole.type), whole)


def _purchases(known: list[tuple[str, str, str, int]]) -> pa.Table:
    """Every institution buys every medicine and supply twice at what it sells them for."""
    rows = [
        {
            "institution_code": place,
            "item_code": code,
            "moved_on": day,
            "kind": "purchase",
            "quantity": Decimal(1000),
            "unit_price": Decimal(price) / 10_000,
        }
        for place, _ in PLACES
        for code, _, fee_item, price in known
        if fee_item in MEDICINES or fee_item in SUPPLIES
        for day in (FIRST - timedelta(days=30), FIRST + timedelta(days=10))
    ]
    return pa.Table.from_pylist(rows, schema=STOCK_MOVES)


def made_checks() -> ClaimChecks:
    """Sixteen checks of a line, with as many rows of knowledge for these items as a county might have."""
    known, limits = items(), limited()
    ceilings = [
        {"item_code": code, "level": level, "ceiling": Decimal(price) / 10_000}
        for code, _, fee_item, price in known
        if fee_item not in MEDICINES
        for level in ("township", "county", "city", "province")
    ]
    doses = [
        {"item_code": code, "max_daily_dose": Decimal(20)} for code, _, fee_item, _ in known if fee_item in MEDICINES
    ]

    def of(name: str, kind: str, **limit: object) -> Check:
        return _check(name, kind, [{"item_code": code, **limit} for code in limits[name]])

    made = [
        of("sex_limited_medicine", "sex", sex="2"),
        of("sex_limited_service", "sex", sex="1"),
        of("age_limited_medicine", "age", max_years=17),
        of("age_limited_service", "age", min_years=3),
        of("work_injury_medicine", "insurance_type", insurance_type="410"),
        of("maternity_medicine", "insurance_type", insurance_type="510"),
        of("care_setting_medicine", "care_setting", settings=("2", "3")),
        of("institution_level_medicine", "institution_level", min_level="county"),
        of("covered_indication", "indication", diagnoses=INDICATIONS),
        _check("price_above_ceiling", "price_ceiling", ceilings),
        _check("mark_up_medicine", "mark_up", fee_items=sorted(MEDICINES), ratio_fee_herbal_medicine="0.25"),
        _check("mark_up_supplies", "mark_up", fee_items=SUPPLIES),
        of("herb_not_payable", "not_payable"),
        _check("use_after_death", "after_death"),
        _check("dose_above_label", "dose", doses),
        _check(
            "days_above_label",
            "days_supply",
            outpatient_days="7",
            emergency_days="3",
            chronic_days="30",
            chronic_diagnoses=["I10", "I20", "E11", "J44"],
        ),
    ]
    return ClaimChecks({check.id: check for check in made}, "made")


def _check(name: str, kind: str, rows: list[dict[str, object]] | None = None, **parameters: object) -> Check:
    declared = handler(kind)
    empty: dict[str, object] = dict.fromkeys(column.name for column in declared.knowledge)
    knowledge = [
        KnowledgeRow(f"{name}-{place}", date(2020, 1, 1), None, "", {**empty, **row})  # type: ignore[dict-item]
        for place, row in enumerate(rows or [], start=1)
    ]
    return Check(
        name,
        Text(name, name),
        name,
        kind,
        Strength.VIOLATION,
        "policy",
        "",
        frozenset({"after"}),
        Text(name, name),
        (Version(date(2020, 1, 1), None, read_parameters(parameters, declared, name), ""),),
        KnowledgeTable(tuple(knowledge)),
    )
