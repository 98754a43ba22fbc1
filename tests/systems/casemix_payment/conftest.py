"""A small invented month of two hospitals, submitted and closed as a county would do it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yigongti.foundation.period import Month

MONTH = Month(2026, 10)
BEFORE = Month(2026, 9)
CLOSED_AT = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)

FRACTURE, PNEUMONIA, STROKE, DIABETES = "S72.000", "J18.900", "I63.900", "E11.900"
FIXATION = "79.3501"


def a_case(number: int, **changes: Any) -> dict[str, Any]:
    """A discharge in the columns of the schema; every value is invented."""
    left = date(2026, 10, 3) + timedelta(days=number % 25)
    stay = changes.pop("stay", 8)
    month = changes.pop("month", MONTH)
    left = left.replace(year=month.year, month=month.number)
    cost = Decimal(changes.pop("cost", "6000.00"))
    row = {
        "institution_code": "H1", "case_id": f"C{number:04d}", "medical_record_number": f"{number:08d}",
        "name": "演示·某某", "sex": "1", "age_years": 60, "resident_number": "000000196601010000",
        "admitted_at": datetime(left.year, left.month, left.day, 1, tzinfo=UTC) - timedelta(days=stay),
        "discharged_at": datetime(left.year, left.month, left.day, 1, tzinfo=UTC), "length_of_stay_days": stay,
        "discharge_department_code": "0301", "attending_physician": "P1", "discharge_disposition": "1",
        "diagnoses": [PNEUMONIA], "procedures": [], "total_cost": cost, "fee_western_medicine": cost,
    }  # fmt: skip
    return {**row, **changes}


def the_cases() -> list[dict[str, Any]]:
    """Orthopaedics of H1 loses on fractures; a medical department of H1 and one of H2 for comparison."""
    rows = []
    for n in range(12):
        rows.append(
            a_case(n, diagnoses=[FRACTURE], procedures=[FIXATION], cost=f"{32000 + 900 * n}.00", stay=16 + n % 3)
        )
    for n in range(12, 30):
        rows.append(a_case(n, discharge_department_code="0302", cost=f"{3000 + 111 * n}.50", stay=6 + n % 4))
    rows.append(a_case(30, discharge_department_code="0302", diagnoses=["ZZ9.999"], cost="2500.00"))
    rows.append(a_case(31, discharge_department_code="0302", discharge_disposition="5", diagnoses=[STROKE], stay=9))
    rows.append(a_case(32, discharge_department_code="0302", diagnoses=[DIABETES, "J96.000"], cost="5400.00"))
    for n in range(40, 52):
        rows.append(
            a_case(n, institution_code="H2", diagnoses=[FRACTURE], procedures=[FIXATION], cost=f"{21000 + 500 * n}.00")
        )
    for n in range(52, 60):
        rows.append(a_case(n, institution_code="H2", cost=f"{3500 + 40 * n}.25"))
    return rows


def settlement(row: dict[str, Any]) -> dict[str, Any]:
    part = (row["total_cost"] * Decimal("0.3")).quantize(Decimal("0.01"))
    return {
        "institution_code": row["institution_code"], "case_id": row["case_id"],
        "settlement_number": f"S{row['case_id']}", "insurance_type": "390" if int(row["case_id"][1:]) % 3 else "310",
        "settled_to": row["discharged_at"].date(), "total_cost": row["total_cost"],
        "pool_fund": row["total_cost"] - part, "patient_share": part, "outside_catalogue": Decimal("0.00"),
    }  # fmt: skip


@dataclass
class County:
    """The lake and the policy of the test, with the steps of a close."""

    lake: Any
    policy: Any
    folder: Path
    cases: list[dict[str, Any]] = field(default_factory=list)

    def submit(self, rows: list[dict[str, Any]], month: Month = MONTH) -> None:
        """Commit the rows of each institution, with their settlement lists, by the public path."""
        from yigongti.facts.public import commit, dry_run, rows_schema
        from yigongti.foundation.schemas import FACT_TABLES

        for code in sorted({row["institution_code"] for row in rows}):
            own = [row for row in rows if row["institution_code"] == code]
            for kind, lines in (("discharges", own), ("settlement_lists", [settlement(row) for row in own])):
                schema = rows_schema(FACT_TABLES[kind])
                file = self.folder / f"{kind}-{code}-{month}-{len(list(self.folder.iterdir()))}.parquet"
                columns = {
                    f.name: pa.array(
                        [row.get(f.name, [] if pa.types.is_list(f.type) else None) for row in lines], f.type
                    )
                    for f in schema
                }
                pq.write_table(pa.table(columns, schema=schema), file)
                work = self.folder / f"work-{file.stem}"
                run = dry_run(file, kind, code, month, lake=self.lake, folder=work)
                assert run.can_be_committed, run
                commit(self.lake, run, submission_id=file.stem, submitted_by="test", submitted_at=CLOSED_AT)

    def run(self, corrections: Sequence[Any] = ()) -> list[Any]:
        """Group, price and state the month; the levels are those of the register of the tests."""
        from yigongti.facts.public import connect, take_snapshot
        from yigongti.systems.casemix_payment import month

        levels = {"C": "", "H1": "county", "H2": "county", "T1": "township"}
        snapshot = take_snapshot(self.lake, [MONTH])
        connection = connect(self.lake, snapshot)
        try:
            given = (MONTH, self.lake, snapshot, connection, self.policy, list(corrections))
            return [month.group_month(*given), month.price_month(*given, levels), month.state_month(*given, levels)]
        finally:
            connection.disconnect()

    def publish(self, at: datetime = CLOSED_AT) -> Any:
        """Put the month before the pages, with the accepted requests of the database."""
        from yigongti.facts.public import take_snapshot
        from yigongti.systems.casemix_payment import public

        return public.publish_month(MONTH, self.lake, take_snapshot(self.lake, [MONTH]), self.policy, at)

    def close(self, at: datetime = CLOSED_AT) -> Any:
        """The whole close, with the accepted requests of the database."""
        from yigongti.systems.casemix_payment.publishing import accepted_corrections

        steps = self.run(accepted_corrections(MONTH))
        return steps, self.publish(at)


@pytest.fixture(scope="session")
def month_files(tmp_path_factory, policy_root):
    """The month's files committed and its three steps run, once for all tests; nothing is published yet."""
    from yigongti.facts.public import Lake
    from yigongti.foundation.policy import Policy

    folder = tmp_path_factory.mktemp("casemix")
    files = folder / "files"
    files.mkdir()
    made = County(Lake(folder / "lake"), Policy.load(policy_root), files, the_cases())
    made.submit(made.cases)
    made.run()
    return made


@pytest.fixture
def submitted(month_files, county, settings):
    """The files of the month in the lake, and the departments in the register."""
    from yigongti.kernel.organisations.models import Department

    settings.LAKE_ROOT = str(month_files.lake.root)
    Department.objects.using("bulk").create(
        institution_id=county["H1"].pk, code="0302", name="呼吸内科", name_en="Respiratory medicine"
    )
    return month_files


@pytest.fixture
def closed(submitted):
    """The month before the pages."""
    submitted.publish()
    return submitted
