"""The starter knowledge of the claim checks, written from the demo lists (claim_limits.csv, fee_items.csv, …).

    python -m yigongti.demo.lists.starter_knowledge policy/checks/claim_checks/knowledge

One CSV a check, in the columns that its handler declares (engines/claim_checks). The limits are from memory of common
rules and labels, in the codes of the demo catalogue: a county replaces them by the national tables and its own price
list. Run it again after any change of the lists; a test compares.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from yigongti.demo.county.claim_limits import Limit, age_bounds, read_limits
from yigongti.demo.county.clinical_lists import ClinicalLists, read_lists
from yigongti.demo.county.prices import LEVEL_SHARES, PriceList, is_of_goods, price_at_level

FROM = "2024-01-01"
SOURCE = "claim-knowledge-starter"
PRICES = "claim-prices-starter"
OPERATION_GROUP = "手术"
_OLDEST = 200

Row = tuple[str, ...]


@dataclass(frozen=True)
class Tables:
    """What the rows are made from: names of codes, the price list, the limits."""

    names: dict[str, str]
    diagnoses: dict[str, str]
    prices: PriceList

    def named(self, limit: Limit, *values: str) -> Row:
        return (limit.item, self.names[limit.item], *values)

    def diagnosis(self, prefix: str) -> str:
        """A name for a prefix of diagnosis codes: that of the first code of the lists that begins with it."""
        return next((name for code, name in self.diagnoses.items() if code.startswith(prefix)), "")


def _tables(lists: ClinicalLists) -> Tables:
    prices = PriceList(lists)
    names = dict(zip(prices.codes, prices.names, strict=True))
    return Tables(names, {code: diagnosis.name for code, diagnosis in lists.diagnoses.items()}, prices)


def _is_medicine(limit: Limit) -> bool:
    return limit.item.startswith("DY")


def _age(t: Tables, limit: Limit) -> Row:
    low, high = age_bounds(limit.value)
    return t.named(limit, str(low) if low else "", str(high) if high < _OLDEST else "")


def _evidence(t: Tables, limit: Limit) -> Row:
    codes = limit.value.split("|")
    words = "、".join(t.names[code] for code in codes if code in t.names)
    return limit.item, limit.value, t.diagnosis(limit.item), words


def _pair(t: Tables, limit: Limit) -> Row:
    return limit.item, limit.other, t.names[limit.item], t.names[limit.other], limit.value


_NAMED = ("item_code", "item_name")
_PAIR = ("item_code", "other_code", "item_name", "other_name", "window")
_Maker = Callable[[Tables, Limit], Row]
_FROM_LIMITS: dict[str, tuple[str, Callable[[Limit], bool], tuple[str, ...], _Maker]] = {
    "sex_limited_medicine": ("sex", _is_medicine, (*_NAMED, "sex"), lambda t, x: t.named(x, x.value)),
    "sex_limited_service": (
        "sex",
        lambda x: not _is_medicine(x),
        (*_NAMED, "sex"),
        lambda t, x: t.named(x, x.value),
    ),
    "age_limited_medicine": ("age", _is_medicine, (*_NAMED, "min_years", "max_years"), _age),
    "age_limited_service": ("age", lambda x: not _is_medicine(x), (*_NAMED, "min_years", "max_years"), _age),
    "work_injury_medicine": (
        "insurance_type",
        lambda x: x.value == "410",
        (*_NAMED, "insurance_type"),
        lambda t, x: t.named(x, x.value),
    ),
    "maternity_medicine": (
        "insurance_type",
        lambda x: x.value == "510",
        (*_NAMED, "insurance_type"),
        lambda t, x: t.named(x, x.value),
    ),
    "care_setting_medicine": ("care_setting", bool, (*_NAMED, "settings"), lambda t, x: t.named(x, x.value)),
    "institution_level_medicine": ("level", bool, (*_NAMED, "min_level"), lambda t, x: t.named(x, x.value)),
    "covered_indication": ("indication", bool, (*_NAMED, "diagnoses"), lambda t, x: t.named(x, x.value)),
    "second_line_medicine": (
        "second_line",
        bool,
        (*_NAMED, "first_line", "lookback_days"),
        lambda t, x: t.named(x, x.value, x.number),
    ),
    "course_limit": ("course", bool, (*_NAMED, "max_days"), lambda t, x: t.named(x, x.number)),
    "frequency_limit": (
        "frequency",
        bool,
        (*_NAMED, "window", "days", "max_quantity"),
        lambda t, x: t.named(x, x.value, x.other, x.number),
    ),
    "duplicate_charge": ("duplicate", bool, _PAIR, _pair),
    "mutual_exclusion": ("exclusive", bool, _PAIR, _pair),
    "quantity_above_stay": (
        "per_stay_day",
        bool,
        ("item_code", "group", "per_day", "counts_last_day"),
        lambda t, x: (x.item, x.value, x.number, x.other),
    ),
    "herb_not_payable": ("not_payable", bool, _NAMED, lambda t, x: t.named(x)),
    "single_herb": ("single_herb", bool, _NAMED, lambda t, x: t.named(x)),
    "duplicate_therapy": ("therapy", bool, (*_NAMED, "therapy"), lambda t, x: t.named(x, x.value)),
    "interaction": (
        "interaction",
        bool,
        ("item_code", "other_code", "reason"),
        lambda t, x: (x.item, x.other, x.reason),
    ),
    "dose_above_label": ("dose", bool, (*_NAMED, "max_daily_dose"), lambda t, x: t.named(x, x.number)),
    "days_above_label": ("days_supply", bool, (*_NAMED, "max_days"), lambda t, x: t.named(x, x.number)),
    "admission_without_need": (
        "mild",
        bool,
        ("diagnosis", "diagnosis_name"),
        lambda t, x: (x.item, t.diagnosis(x.item)),
    ),
    "up_coding": (
        "evidence",
        bool,
        ("diagnosis", "evidence_items", "diagnosis_name", "evidence_name"),
        _evidence,
    ),
}


def _ceilings(t: Tables) -> Iterator[Row]:
    for entry in t.prices.entries:
        if not is_of_goods(entry.fee_item):
            for level in ("county", *LEVEL_SHARES):
                price = Decimal(price_at_level(entry, level)).scaleb(-4).quantize(Decimal("0.01"))
                yield entry.code, entry.name, level, str(price)


def _operations(t: Tables) -> Iterator[Row]:
    for entry in t.prices.operations.values():
        if entry.fee_item == "fee_surgical":
            yield entry.code, OPERATION_GROUP, str(Decimal(entry.price).scaleb(-4).quantize(Decimal("0.01")))


def knowledge(lists: ClinicalLists) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """Check → its columns after key, from, to, source, and its rows in the order of their keys."""
    t = _tables(lists)
    found = {
        check: (columns, [make(t, limit) for limit in read_limits() if limit.kind == kind and wanted(limit)])
        for check, (kind, wanted, columns, make) in _FROM_LIMITS.items()
    }
    found["price_above_ceiling"] = ((*_NAMED, "level", "ceiling"), list(_ceilings(t)))
    found["same_incision_discount"] = (("item_code", "group", "full_price"), list(_operations(t)))
    return found


_NAMING = ("item_code", "diagnosis", "other_code", "window", "level")
"""The columns that name a row within its table, and so for good."""


def text_of(check: str, columns: tuple[str, ...], rows: list[Row]) -> list[Row]:
    """The lines of a check's CSV, the header first."""
    source = PRICES if check in ("price_above_ceiling", "same_incision_discount") else SOURCE
    naming = [at for at, column in enumerate(columns) if column in _NAMING]
    lines: list[Row] = [("key", "from", "to", "source", *columns)]
    lines += [("/".join(row[at] for at in naming), FROM, "", source, *row) for row in rows]
    if len({line[0] for line in lines}) != len(lines):
        raise ValueError(f"{check}: two rows have the same name")
    return lines


def write(folder: Path) -> dict[str, int]:
    """Write the tables; answers how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for check, (columns, rows) in knowledge(read_lists()).items():
        with (folder / f"{check}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(text_of(check, columns, rows))
        counts[check] = len(rows)
    return counts


def main() -> None:
    """The command of the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for check, rows in write(parser.parse_args().folder).items():
        print(f"{check}: {rows}")


if __name__ == "__main__":
    main()
