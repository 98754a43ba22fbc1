"""The demo county's price list: every service, supply and medicine as one numbered entry, ready for arithmetic.

Prices are whole ten-thousandths of a yuan, so that a line's amount is exact before its one rounding to the fen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from yigongti.demo.county.clinical_lists import ClinicalLists, FeeItemEntry, Medicine
from yigongti.foundation.schemas import ADDING_FEE_ITEMS

FEE_ITEM_NAMES = tuple(item.name for item in ADDING_FEE_ITEMS)
FEE_ITEM_AT = {name: at for at, name in enumerate(FEE_ITEM_NAMES)}
PARTS = ("", "fee_anaesthesia", "fee_operation", "fee_antimicrobials", "fee_physical_therapy")
"""The columns "of which": a line counts into at most one of them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """position: in the price list; price: ten-thousandths of a yuan."""

    position: int
    code: str
    name: str
    fee_item: str
    price: int
    part: str
    insurance_class: str
    per: str
    departments: tuple[str, ...]


def _in_ten_thousandths(amount: Decimal) -> int:
    return int((amount * 10_000).to_integral_value())


def _draw_of(code: str) -> int:
    """A number from 0 to 99 that belongs to the code, the same in every county."""
    return hashlib.sha256(code.encode()).digest()[0] * 100 // 256


def _service_class(item: FeeItemEntry) -> str:
    if item.fee_item in ("fee_other", "fee_general_other"):
        return "3"
    if item.fee_item.endswith("_supplies"):
        return "2" if _draw_of(item.code) < 80 else "3"
    return "1" if _draw_of(item.code) < 75 else "2"


def _medicine_class(medicine: Medicine) -> str:
    if medicine.essential:
        return "1"
    return "2" if _draw_of(medicine.code) < 85 else "3"


_PHYSICAL = ("理疗", "物理", "超短波", "红外", "光疗")


def _service_part(item: FeeItemEntry) -> str:
    if item.fee_item == "fee_surgical":
        return "fee_anaesthesia" if "麻醉" in item.name or "镇痛" in item.name else "fee_operation"
    if item.fee_item == "fee_non_surgical" and any(word in item.name for word in _PHYSICAL):
        return "fee_physical_therapy"
    return ""


LEVEL_SHARES = {"township": 90, "village": 80}
"""What a service costs below the county hospital, in per cent. Goods cost the same everywhere."""
_GOODS = ("_medicine", "_supplies", "fee_blood", "fee_albumin", "fee_globulin", "fee_clotting_factor", "fee_cytokine")


def is_of_goods(fee_item: str) -> bool:
    """Medicines, supplies and blood: bought and sold, not done."""
    return fee_item.endswith(_GOODS)


def price_at_level(entry: Entry, level: str) -> int:
    """What the entry costs at institutions of a level, in ten-thousandths of a yuan; services in whole jiao."""
    share = LEVEL_SHARES.get(level, 100)
    if share == 100 or is_of_goods(entry.fee_item):
        return entry.price
    return max(1_000, (entry.price * share // 100 + 500) // 1_000 * 1_000)


class PriceList:
    """All entries, and which of them a department, a procedure or a diagnosis calls for."""

    def __init__(self, lists: ClinicalLists) -> None:
        self.entries: list[Entry] = []
        self.operations: dict[str, Entry] = {}
        self.operation_supplies: dict[str, Entry] = {}
        self.services: dict[tuple[str, str], list[Entry]] = {}
        self.medicines: list[tuple[Entry, Medicine]] = []
        for item in lists.fee_items:
            entry = self._add(
                item.code,
                item.name,
                item.fee_item,
                item.unit_price,
                _service_part(item),
                _service_class(item),
                item.per,
                item.departments,
            )
            self.services.setdefault((item.fee_item, item.per), []).append(entry)
        for medicine in lists.medicines:
            entry = self._add(
                medicine.code,
                medicine.name,
                medicine.fee_item,
                medicine.unit_price,
                "fee_antimicrobials" if medicine.antimicrobial else "",
                _medicine_class(medicine),
                "day",
                ("*",),
            )
            self.medicines.append((entry, medicine))
        for procedure in lists.procedures.values():
            # what stands in the operative chapters and is of a high level is charged as surgical treatment
            operative = procedure.is_operation or (procedure.code < "87" and procedure.level in ("3", "4"))
            other = "fee_clinical_diagnosis" if procedure.kind == "诊断性操作" else "fee_non_surgical"
            fee_item = "fee_surgical" if operative else other
            if procedure.operation_fee > 0:
                self.operations[procedure.code] = self._add(
                    "DP" + procedure.code,
                    procedure.name,
                    fee_item,
                    procedure.operation_fee,
                    "fee_operation" if fee_item == "fee_surgical" else "",
                    "1",
                    "procedure",
                    ("*",),
                )
            if procedure.supplies_fee > 0:
                supplies = "fee_surgery_supplies" if procedure.is_operation else "fee_treatment_supplies"
                self.operation_supplies[procedure.code] = self._add(
                    "DS" + procedure.code,
                    procedure.name + "用材料",
                    supplies,
                    procedure.supplies_fee,
                    "",
                    "2",
                    "procedure",
                    ("*",),
                )
        self._service_tables: dict[tuple[str, str, str], list[Entry]] = {}
        self._medicine_tables: dict[tuple[str, str], list[Entry]] = {}
        self.codes = [entry.code for entry in self.entries]
        self.names = [entry.name for entry in self.entries]
        self.price = np.array([entry.price for entry in self.entries], dtype=np.int64)
        self.fee_item = np.array([FEE_ITEM_AT[entry.fee_item] for entry in self.entries], dtype=np.int64)
        self.part = np.array([PARTS.index(entry.part) for entry in self.entries], dtype=np.int64)
        self.insurance_class = np.array([int(entry.insurance_class) for entry in self.entries], dtype=np.int64)
        self.is_medicine = np.array([entry.fee_item.endswith("_medicine") for entry in self.entries])
        self.by_level = {
            level: [price_at_level(entry, level) for entry in self.entries] for level in (*LEVEL_SHARES, "county")
        }

    def _add(
        self,
        code: str,
        name: str,
        fee_item: str,
        price: Decimal,
        part: str,
        insurance_class: str,
        per: str,
        departments: tuple[str, ...],
    ) -> Entry:
        entry = Entry(
            len(self.entries), code, name, fee_item, _in_ten_thousandths(price), part, insurance_class, per, departments
        )
        self.entries.append(entry)
        return entry

    def services_of(self, fee_item: str, per: str, department: str) -> list[Entry]:
        """The services of a fee item that a department uses, dearest last."""
        key = (fee_item, per, department)
        if key not in self._service_tables:
            found = [
                e for e in self.services.get((fee_item, per), ()) if "*" in e.departments or department in e.departments
            ]
            self._service_tables[key] = sorted(found, key=lambda e: (e.price, e.position))
        return self._service_tables[key]

    def medicines_for(self, category: str, fee_item: str) -> list[Entry]:
        """The medicines of a fee item given for a diagnosis category, cheapest first; general ones where none is."""
        key = (category, fee_item)
        if key not in self._medicine_tables:
            of_item = [(e, m) for e, m in self.medicines if e.fee_item == fee_item]
            found = [
                e for e, m in of_item if any(category.startswith(p) or p.startswith(category) for p in m.indications)
            ]
            if len(found) < 4:
                found += [e for e, m in of_item if e not in found and (not m.indications or "*" in m.indications)]
            if not found:
                found = [e for e, _ in of_item]
            self._medicine_tables[key] = sorted(found, key=lambda e: (e.price, e.position))
        return self._medicine_tables[key]
