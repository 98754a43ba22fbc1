"""One front page as it is shown: its fields in groups, the defects beside the field that is blamed, its score sheet.

Whose page it is stays masked unless the caller says otherwise; defects are those that the close published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yigongti.engines.record_quality.public import Rule, RuleBook
from yigongti.foundation.errors import Text
from yigongti.foundation.schemas import DISCHARGES
from yigongti.foundation.schemas.base import Column, Kind
from yigongti.kernel.presentation.figures import money
from yigongti.systems.front_pages.models import Defect
from yigongti.systems.front_pages.rule_words import column_label
from yigongti.systems.front_pages.stored_rows import written
from yigongti.systems.front_pages.value_words import VALUE_WORDS

IDENTITY = frozenset(
    {"name", "resident_number", "health_card_number", "address", "phone", "contact_name", "contact_phone"}
)
"""Columns that tell who the patient is."""

_SECTIONS = (  # section, the first column of it in the order of the schema
    (Text("患者", "Patient"), "institution_code"),
    (Text("住院", "Stay"), "admission_route"),
    (Text("诊断", "Diagnoses"), "outpatient_diagnosis"),
    (Text("手术及操作", "Procedures"), "procedures"),
)
_FEES, _OTHERS = Text("费用", "Fees"), Text("其他", "Others")


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that the page breaks, with what the page holds in the columns that the rule reads."""

    defect: Defect
    rule: Rule | None
    evidence: tuple[tuple[Text, str], ...]


@dataclass(slots=True)
class Field:
    """A column of the page. parts: members of a list column in order, each with what its code means. name: what a
    department's or a person's code is called."""

    column: Column
    value: str
    word: Text | None
    parts: tuple[tuple[str, Text | None], ...]
    faults: list[Fault] = field(default_factory=list)
    name: str = ""

    @property
    def is_money(self) -> bool:
        return self.column.kind == Kind.MONEY

    @property
    def is_broken(self) -> bool:
        return any(fault.defect.severity == "error" for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields."""

    label: Text
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class LostItem:
    """An item of the score card that lost its points, and the rules that cost them."""

    label: Text
    item_class: str
    points: Decimal
    rules: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A part of the score card: its points, what it lost by item, what that comes to (never more than its points)."""

    label: Text
    points: Decimal
    items: tuple[LostItem, ...]
    lost: Decimal

    @property
    def left(self) -> Decimal:
        return self.points - self.lost


def masked(text: str) -> str:
    """The first character and stars: enough to tell two people apart in talk, not to know them."""
    return text[:1] + "＊" * min(len(text) - 1, 6) if text else ""


def faults_of(
    defects: Iterable[Defect], rules: Mapping[str, Rule], row: Mapping[str, Any], *, show_identity: bool
) -> list[Fault]:
    """The page's defects with their rules and the values that the rules read."""
    found = []
    for defect in defects:
        rule = rules.get(defect.rule)
        columns = rule.columns if rule else ()
        evidence = tuple(
            (column_label(name), _shown(name, row.get(name), show_identity)) for name in columns[:6] if name in row
        )
        found.append(Fault(defect, rule, evidence))
    return found


def _shown(name: str, value: Any, show_identity: bool) -> str:
    text = written(value).replace("|", "、")
    return masked(text) if name in IDENTITY and not show_identity else text


def sections_of(
    row: Mapping[str, Any], faults: Iterable[Fault], names: Mapping[str, str], *, show_identity: bool
) -> list[Section]:
    """The page's fields in sections. Empty fields and fees of nothing are left out unless a defect blames them.

    names: column → what its code is called in the register (departments, physicians).
    """
    blamed: dict[str, list[Fault]] = {}
    for fault in faults:
        blamed.setdefault(fault.defect.column, []).append(fault)
    starts = {name: label for label, name in _SECTIONS}
    sections: dict[str, Section] = {}
    label = _SECTIONS[0][0]
    for column in DISCHARGES:
        label = starts.get(column.name, label)
        value = row.get(column.name)
        here = _FEES if _is_fee(column.name) else label if _belongs(column.name, label) else _OTHERS
        nothing = value in (None, "", []) or (here is _FEES and value == 0)
        if nothing and column.name not in blamed:
            continue
        section = sections.setdefault(here.en, Section(here, []))
        made = _field(column, value, blamed.pop(column.name, []), show_identity)
        made.name = names.get(column.name, "")
        section.fields.append(made)
    rest = [fault for group in blamed.values() for fault in group]  # columns of the settlement list, of the fee lines
    if rest and sections:
        other = sections.setdefault(_OTHERS.en, Section(_OTHERS, []))
        for fault in rest:
            blamed_column = Column(fault.defect.column, Kind.TEXT, column_label(fault.defect.column))
            other.fields.append(Field(blamed_column, "", None, (), [fault]))
    return list(sections.values())


def _is_fee(name: str) -> bool:
    return name.startswith("fee_") or name in {"total_cost", "self_paid", "self_paid_cost"}


def _belongs(name: str, label: Text) -> bool:
    return label.en != "Procedures" or name.startswith("procedure")


def _field(column: Column, value: Any, faults: list[Fault], show_identity: bool) -> Field:
    words = VALUE_WORDS.get(column.name, {})
    if isinstance(value, list):
        parts = tuple((written(part) or "—", words.get(str(part))) for part in value)
        return Field(column, "", None, parts, faults)
    text = money(value) if column.kind == Kind.MONEY else written(value)
    if column.name in IDENTITY and not show_identity:
        text = masked(text)
    return Field(column, text, words.get(text), (), faults)


def score_sheet(faults: Iterable[Fault], book: RuleBook) -> list[SheetPart]:
    """The score card with what the page lost: each item once, no part more than its points."""
    broken: dict[str, list[Fault]] = {}
    for fault in faults:
        if fault.defect.item and fault.defect.deducts:
            broken.setdefault(fault.defect.item, []).append(fault)
    parts = []
    for part, points in book.card.parts.items():
        items = []
        for name, own in broken.items():
            item = book.card.items.get(name)
            if item is None or item.part != part:
                continue
            said = tuple(f.rule.label if f.rule else Text(f.defect.rule, f.defect.rule) for f in own)
            items.append(LostItem(item.label, item.item_class, item.points, said))
        lost = min(sum((item.points for item in items), Decimal(0)), points)
        parts.append(SheetPart(book.card.part_labels[part], points, tuple(items), lost))
    return parts
