"""Files of an invented month, as hospitals write them."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from typing import Any

from yigongti.foundation.period import Month

MONTH = Month(2026, 10)


def a_row(number: int, **changes: Any) -> dict[str, str]:
    """A discharge in the product's own column names; the person is invented."""
    row = {
        "institution_code": "H1", "case_id": f"C{number:03d}", "medical_record_number": f"{number:06d}",
        "admission_count": "1", "payment_method": "1", "name": "演示·某某", "sex": "1", "birth_date": "1966-01-01",
        "age_years": "60", "nationality": "CHN", "ethnicity": "01", "marital_status": "2", "occupation": "27",
        "admission_route": "2", "admitted_at": "2026-10-03 08:00", "discharged_at": "2026-10-11 10:00",
        "admission_department_code": "0301", "discharge_department_code": "0301", "length_of_stay_days": "8",
        "attending_physician": "P1", "discharge_disposition": "1", "outpatient_diagnosis": "J18.900",
        "diagnoses": "J18.900|E11.900", "admission_conditions": "1|1", "procedures": "", "total_cost": "6000.00",
        "fee_western_medicine": "6000.00",
    }  # fmt: skip
    return {**row, **{name: str(value) for name, value in changes.items()}}


def as_csv(rows: list[dict[str, str]], encoding: str = "utf-8") -> bytes:
    """The rows as a file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def a_submission(institution: Any, kind: str, committed_at: datetime | None, rows: int = 10, **changes: Any) -> Any:
    """A row of the board without its file."""
    from yigongti.systems.front_pages.models import Submission

    number = Submission.objects.using("bulk").count() + 1
    given = {
        "institution": institution, "kind": kind, "month": str(MONTH), "file_name": f"{number}.csv",
        "folder": f"f{number}", "rows": rows, "amount": Decimal("1.00"), "checked_by": "test",
        "checked_at": committed_at or datetime.fromisoformat("2026-11-02T00:00:00+00:00"),
        "committed_at": committed_at, "committed_by": "test" if committed_at else "",
        "state": "committed" if committed_at else "ready",
    }  # fmt: skip
    return Submission.objects.using("bulk").create(**{**given, **changes})
