"""A clean front page to start from, and the arrow table of many: all people are invented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa

from yigongti.engines.record_quality.language.syntax import Kind
from yigongti.engines.record_quality.vocabulary import COLUMNS, FEE_LINE_COLUMNS, SETTLEMENT_COLUMNS
from yigongti.foundation.identifiers import resident_check_place
from yigongti.foundation.schemas import DISCHARGES, FEE_ITEMS
from yigongti.foundation.schemas.base import Kind as ColumnKind


def resident_number(born_on: dt.date, sex: str) -> str:
    """A valid number of a region that no one is registered in."""
    first = f"990000{born_on:%Y%m%d}00{'1' if sex == '1' else '2'}"
    return first + resident_check_place(first)


def at(day: str, hour: int = 2) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), dt.UTC)


def clean_page(**changes: Any) -> dict[str, Any]:
    """A page that breaks no rule: a man of 56 with pneumonia, seven days, no operation. `changes` overlay it."""
    page: dict[str, Any] = {name: [] if kind.is_list else None for name, kind in COLUMNS.items()}
    page |= {
        "institution_code": "12345678-9",
        "case_id": "c1",
        "medical_record_number": "0001",
        "admission_count": 1,
        "payment_method": "2",
        "name": "演示甲",
        "sex": "1",
        "birth_date": dt.date(1970, 5, 1),
        "age_years": 56,
        "resident_number": resident_number(dt.date(1970, 5, 1), "1"),
        "nationality": "CHN",
        "ethnicity": "01",
        "marital_status": "2",
        "occupation": "27",
        "address": "示范县（演示）",
        "phone": "19900001234",
        "contact_name": "演示乙",
        "contact_phone": "19900001235",
        "admission_route": "2",
        "admitted_at": at("2026-10-08"),
        "discharged_at": at("2026-10-15"),
        "length_of_stay_days": 7,
        "admission_department_code": "01",
        "discharge_department_code": "01",
        "ward": "1",
        "attending_physician": "d1",
        "resident_physician": "d2",
        "department_head": "d3",
        "coder": "k1",
        "discharge_disposition": "1",
        "readmission_plan": "1",
        "outpatient_diagnosis": "J18.900",
        "diagnoses": ["J18.900", "I10.x00x002"],
        "admission_conditions": ["1", "1"],
        "drug_allergy": "1",
        "blood_type": "6",
        "rh": "4",
        "record_quality_grade": "1",
        "total_cost": Decimal("1000.00"),
        "self_paid": Decimal("300.00"),
        "fee_lines_total": Decimal("1000.00"),
        "fee_lines_count": 12,
    }
    page |= {item.name: Decimal("0.00") for item in FEE_ITEMS}
    page |= {"fee_western_medicine": Decimal("600.00"), "fee_laboratory": Decimal("400.00")}
    return page | changes


def with_operation(**changes: Any) -> dict[str, Any]:
    """The clean page with an appendectomy under general anaesthesia."""
    return clean_page(
        **{
            "diagnoses": ["K35.800", "I10.x00x002"],
            "outpatient_diagnosis": "K35.800",
            "procedures": ["47.0100"],
            "procedure_dates": [dt.date(2026, 10, 9)],
            "procedure_levels": ["2"],
            "procedure_surgeons": ["d1"],
            "procedure_incisions": ["2/1"],
            "procedure_anaesthesia": ["01"],
            "procedure_anaesthetists": ["d4"],
            "fee_surgical": Decimal("100.00"),
            "fee_western_medicine": Decimal("500.00"),
        }
        | changes
    )


_ARROW = {
    Kind.TEXT: pa.string(),
    Kind.DAY: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", "UTC"),
    Kind.TEXTS: pa.list_(pa.string()),
    Kind.DAYS: pa.list_(pa.date32()),
}


def _arrow_type(name: str) -> pa.DataType:
    column = SETTLEMENT_COLUMNS.get(name)
    if column is None and name in DISCHARGES:
        column = DISCHARGES[name]
    if COLUMNS[name] is not Kind.NUMBER:
        return _ARROW[COLUMNS[name]]
    if column is None:
        return pa.int64() if name == "fee_lines_count" else pa.decimal128(14, 2)
    return pa.decimal128(14, 2) if column.kind is ColumnKind.MONEY else pa.int32()


SCHEMA = pa.schema([(name, _arrow_type(name)) for name in COLUMNS])
assert set(FEE_LINE_COLUMNS) <= set(SCHEMA.names)


def arrow_table(pages: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(pages, SCHEMA)
