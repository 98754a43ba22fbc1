"""A small invented month of fee lines, with a few checks of its own, submitted and checked as a county would do it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yigongti.foundation.period import Month

MONTH, BEFORE = Month(2026, 10), Month(2026, 9)
CHECKED_AT = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)

SEX = """
id: sex_limited_medicine
label: {zh: 试办性别, en: Tried sex}
why: 试办
handler: sex
strength: doubtful
family: medical
stages: [before, during, after]
words:
  zh: "“{item}”限{limit}性使用，患者为{observed}性，涉及{amount}元"
  en: "“{item}” is for {limit} patients; this one is {observed}, {amount} yuan"
knowledge: knowledge/sex_limited_medicine.csv
versions:
  - from: 2024-01-01
    source: product-default
"""
SEX_ROWS = "key,from,to,source,item_code,item_name,sex\nS1,2024-01-01,,product-default,F001,演示前列腺药,1\n"
NOT_PAYABLE = """
id: tried_not_payable
label: {zh: 试办不予支付, en: Tried not payable}
why: 试办
handler: not_payable
strength: violation
family: policy
stages: [before, during, after]
words:
  zh: "“{item}”不予支付，已申报{amount}元"
  en: "“{item}” is not paid for; {amount} yuan was claimed"
knowledge: knowledge/tried_not_payable.csv
versions:
  - from: 2024-01-01
    source: product-default
"""
NOT_PAYABLE_ROWS = (
    "key,from,to,source,item_code,item_name\n"
    "N1,2024-01-01,,product-default,F001,演示前列腺药\nN2,2024-01-01,,product-default,F002,演示保健品\n"
)
SUPPLY = """
id: tried_days
label: {zh: 试办超天数, en: Tried days}
why: 试办
handler: days_supply
strength: doubtful
family: medical
stages: [before, during, after]
words:
  zh: "“{item}”开{observed}天，超过{limit}天"
  en: "“{item}” for {observed} days, above {limit}"
versions:
  - from: 2024-01-01
    parameters: {outpatient_days: "7", emergency_days: "3", chronic_days: "30", chronic_diagnoses: ["I10"]}
    source: product-default
"""


def a_stay(number: int, **changes: Any) -> dict[str, Any]:
    """A discharge in the columns of the schema; every value is invented."""
    month = changes.pop("month", MONTH)
    left = date(month.year, month.number, 5 + number % 20)
    row = {
        "institution_code": "H1", "case_id": f"C{number:04d}", "medical_record_number": f"{number:08d}",
        "name": "演示·某某", "sex": "2", "age_years": 60, "birth_date": date(1966, 1, 1),
        "resident_number": f"0000001966010{number:05d}"[-18:],
        "admitted_at": datetime(left.year, left.month, 1, 1, tzinfo=UTC),
        "discharged_at": datetime(left.year, left.month, left.day, 1, tzinfo=UTC), "length_of_stay_days": left.day - 1,
        "discharge_department_code": "0301", "attending_physician": "P1", "discharge_disposition": "1",
        "diagnoses": ["J18.900"], "procedures": [], "total_cost": Decimal("900.00"),
        "fee_western_medicine": Decimal("900.00"),
    }  # fmt: skip
    return {**row, **changes}


def a_line(stay: dict[str, Any], number: int, item: str, amount: str, **changes: Any) -> dict[str, Any]:
    """A fee line of a stay or visit."""
    day = stay["discharged_at"].date() if "discharged_at" in stay else stay["visited_on"]
    row = {
        "institution_code": stay["institution_code"], "case_id": stay["case_id"], "line_number": number,
        "item_code": item, "item_name": f"演示·{item}", "fee_item": "fee_western_medicine", "charged_on": day,
        "unit_price": Decimal(amount), "quantity": Decimal(1), "amount": Decimal(amount),
        "department_code": "0301", "physician": "P1",
    }  # fmt: skip
    return {**row, **changes}


def the_month(month: Month = MONTH) -> dict[str, list[dict[str, Any]]]:
    """H1: two bills with findings, one clean, one of another department; H2: one bill with findings."""
    bad, both, clean = a_stay(1, month=month), a_stay(2, sex="1", month=month), a_stay(3, month=month)
    other = a_stay(4, month=month, discharge_department_code="0302", attending_physician="P2")
    second = a_stay(5, month=month, institution_code="H2")
    visit = {
        "institution_code": "H1", "case_id": "V0001", "care_setting": "1",
        "visited_on": date(month.year, month.number, 9),
        "name": "演示·某某", "resident_number": "000000196601010009", "sex": "1", "birth_date": date(1966, 1, 1),
        "insurance_type": "390", "department_code": "0302", "physician": "P2", "diagnoses": ["J00.x00"],
        "total_cost": Decimal("60.00"),
    }  # fmt: skip
    lines = [
        a_line(bad, 1, "F001", "300.00"), a_line(bad, 2, "F002", "200.00"), a_line(bad, 3, "F003", "400.00"),
        a_line(both, 1, "F001", "900.00"),
        a_line(clean, 1, "F003", "900.00"),
        a_line(other, 1, "F002", "900.00", department_code="0302", physician="P2"),
        a_line(second, 1, "F002", "900.00"),
        a_line(visit, 1, "F004", "60.00", days_supply=14, department_code="0302", physician="P2", care_setting="1"),
    ]  # fmt: skip
    return {"discharges": [bad, both, clean, other, second], "visits": [visit], "fee_lines": lines}


@dataclass
class Bureau:
    """The lake and the policy of the test, with the steps of a close."""

    lake: Any
    policy: Any
    folder: Path
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def submit(self, facts: dict[str, list[dict[str, Any]]], month: Month = MONTH) -> None:
        """Commit the rows of each institution by the public path."""
        from yigongti.facts.public import commit, dry_run, rows_schema
        from yigongti.foundation.schemas import FACT_TABLES

        for kind, rows in facts.items():
            schema = rows_schema(FACT_TABLES[kind])
            for code in sorted({row["institution_code"] for row in rows}):
                own = [row for row in rows if row["institution_code"] == code]
                file = self.folder / f"{kind}-{code}-{month}-{len(list(self.folder.iterdir()))}.parquet"
                columns = {
                    f.name: pa.array([r.get(f.name, [] if pa.types.is_list(f.type) else None) for r in own], f.type)
                    for f in schema
                }
                pq.write_table(pa.table(columns, schema=schema), file)
                run = dry_run(file, kind, code, month, lake=self.lake, folder=self.folder / f"work-{file.stem}")
                assert run.can_be_committed, (kind, run.error_counts)
                commit(self.lake, run, submission_id=file.stem, submitted_by="test", submitted_at=CHECKED_AT)

    def snapshot(self, month: Month = MONTH) -> Any:
        from yigongti.facts.public import take_snapshot

        return take_snapshot(self.lake, [month])

    def check(self, month: Month = MONTH) -> Any:
        """Judge the month by the installation's checks."""
        from yigongti.systems.claim_checks import public

        return public.check_month(month, self.lake, self.snapshot(month), self.policy)

    def publish(self, month: Month = MONTH, at: datetime = CHECKED_AT) -> Any:
        from yigongti.systems.claim_checks import public

        return public.publish_month(month, self.lake, self.snapshot(month), self.policy, at)


@pytest.fixture(scope="session")
def tried_policy(tmp_path_factory, policy_root):
    """The product's policy with three checks of the tests in the place of its own."""
    from shutil import copytree, rmtree

    root = tmp_path_factory.mktemp("policy") / "policy"
    copytree(policy_root, root)
    folder = root / "checks" / "claim_checks"
    rmtree(folder, ignore_errors=True)
    (folder / "knowledge").mkdir(parents=True)
    (folder / "sex_limited_medicine.yaml").write_text(SEX, "utf-8")
    (folder / "knowledge" / "sex_limited_medicine.csv").write_text(SEX_ROWS, "utf-8")
    (folder / "tried_not_payable.yaml").write_text(NOT_PAYABLE, "utf-8")
    (folder / "knowledge" / "tried_not_payable.csv").write_text(NOT_PAYABLE_ROWS, "utf-8")
    (folder / "tried_days.yaml").write_text(SUPPLY, "utf-8")
    return root


@pytest.fixture(scope="session")
def bureau_files(tmp_path_factory, tried_policy):
    """Two months of files committed, once for all tests; nothing is checked yet."""
    from yigongti.facts.public import Lake
    from yigongti.foundation.policy import Policy

    folder = tmp_path_factory.mktemp("claims")
    files = folder / "files"
    files.mkdir()
    made = Bureau(Lake(folder / "lake"), Policy.load(tried_policy), files, the_month())
    made.submit(the_month(BEFORE), BEFORE)
    made.submit(made.facts)
    return made


@pytest.fixture
def bureau(bureau_files, county, settings, monkeypatch):
    """The files of the month in the lake, the departments in the register, and the tests' policy for the pages."""
    from yigongti.kernel.access import limits
    from yigongti.kernel.organisations.models import Department

    settings.LAKE_ROOT, settings.POLICY_FOLDER = (
        str(bureau_files.lake.root),
        bureau_files.policy.file("checks/claim_checks/sex_limited_medicine.yaml").parents[2],
    )
    limits.policy.cache_clear()
    Department.objects.using("bulk").create(
        institution_id=county["H1"].pk, code="0302", name="呼吸内科", name_en="Chest"
    )
    yield bureau_files
    limits.policy.cache_clear()


@pytest.fixture
def checked(bureau):
    """The month before the pages."""
    bureau.check()
    bureau.publish()
    return bureau
