"""A month of two communities in nine bills, small enough to add up by hand; every person and sum is invented.

Community H1 (H1, T1, V1) answers for P1 and P2, community H2 for P3; nobody knows P4. Of the packaged schemes the pool
pays in October: for H1 3,000 (H1) + 50 (T1) + 2,400 (H2) + 8,000 (a hospital of the province) = 13,450; for H2 2,000;
for nobody's 40. The employee P2 is not in the package.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yigongti.foundation.period import Month

MONTH = Month(2026, 10)
AT = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)


def a_bill(number: str, at: str, person: str, total: str, pool: str, **changes: Any) -> dict[str, Any]:
    """A settlement in the columns of the schema; what nobody else pays is cash."""
    paid = {name: Decimal(changes.pop(name, "0.00")) for name in
            ("critical_illness", "medical_assistance", "other_funds", "personal_account")}  # fmt: skip
    cash = Decimal(total) - Decimal(pool) - sum(paid.values())
    row = {
        "institution_code": at, "settlement_number": number, "case_id": f"C-{number}", "insured_number": person,
        "birth_date": date(1960, 5, 1), "sex": "1", "insurance_type": "390", "groups": [], "care": "inpatient",
        "treated_at": at, "level": "county", "place": "community", "referral": "none", "diagnosis": "J18.900",
        "started_on": date(2026, 10, 2), "ended_on": date(2026, 10, 9), "settled_on": date(2026, 10, 25),
        "total_cost": Decimal(total), "pool_fund": Decimal(pool), "cash": cash, **paid,
    }  # fmt: skip
    return {**row, **changes}


def the_bills() -> list[dict[str, Any]]:
    visit = {"care": "outpatient", "level": "township", "started_on": date(2026, 10, 20), "ended_on": date(2026, 10, 20)}
    return [
        a_bill("S1", "H1", "P1", "5000.00", "3000.00", critical_illness="100.00", medical_assistance="200.00"),
        a_bill("S2", "T1", "P1", "100.00", "50.00", **visit),
        a_bill("S3", "H2", "P1", "4000.00", "2400.00", place="county", started_on=date(2026, 10, 15),
               ended_on=date(2026, 10, 21)),
        a_bill("S4", "C", "P1", "20000.00", "8000.00", treated_at="OUT01", level="province", place="province",
               diagnosis="C34.900", started_on=date(2026, 8, 2), ended_on=date(2026, 8, 20)),
        a_bill("S5", "H2", "P3", "3000.00", "2000.00"),
        a_bill("S6", "T1", "P1", "100.00", "50.00", **visit),
        a_bill("S7", "T1", "P1", "-100.00", "-50.00", reverses="S6", **visit),
        a_bill("S8", "H1", "P4", "80.00", "40.00", care="outpatient"),
        a_bill("S9", "H1", "P2", "6000.00", "5000.00", insurance_type="310", personal_account="500.00"),
    ]  # fmt: skip


def the_insured() -> pa.Table:
    """Who is insured, where registered, and whose community answers."""
    rows = [
        ("P1", "V1", "H1", date(1960, 5, 1), "1", "390"),
        ("P2", "H1", "H1", date(1980, 5, 1), "2", "310"),
        ("P3", "H2", "H2", date(2021, 11, 1), "1", "390"),
    ]
    names = ("insured_number", "institution_code", "community_code", "birth_date", "sex", "insurance_type")
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


@dataclass
class FundCounty:
    """The lake and the policy of the test, with the steps of the close."""

    lake: Any
    policy: Any
    folder: Path
    insured: Any

    def submit(self, rows: list[dict[str, Any]], month: Month = MONTH) -> None:
        """Commit the bills of each institution by the public path."""
        from yigongti.facts.public import commit, dry_run, rows_schema
        from yigongti.foundation.schemas import FACT_TABLES

        schema = rows_schema(FACT_TABLES["settlements"])
        for code in sorted({row["institution_code"] for row in rows}):
            own = [row for row in rows if row["institution_code"] == code]
            file = self.folder / f"settlements-{code}-{month}-{len(list(self.folder.iterdir()))}.parquet"
            columns = {
                f.name: pa.array([row.get(f.name, [] if pa.types.is_list(f.type) else None) for row in own], f.type)
                for f in schema
            }
            pq.write_table(pa.table(columns, schema=schema), file)
            run = dry_run(file, "settlements", code, month, lake=self.lake, folder=self.folder / f"work-{file.stem}")
            assert run.can_be_committed, list(run.findings)
            commit(self.lake, run, submission_id=file.stem, submitted_by="test", submitted_at=AT)

    def run(self, month: Month = MONTH) -> Any:
        from yigongti.facts.public import take_snapshot
        from yigongti.systems.fund.public import run_month

        return run_month(month, self.lake, take_snapshot(self.lake, [month]), self.policy, self.insured)

    def publish(self, month: Month = MONTH, at: datetime = AT) -> Any:
        from yigongti.facts.public import take_snapshot
        from yigongti.systems.fund.public import publish_month

        return publish_month(month, self.lake, take_snapshot(self.lake, [month]), self.policy, self.insured, at)


@pytest.fixture(scope="session")
def fund_policy(policy_root):
    from yigongti.foundation.policy import Policy

    return Policy.load(policy_root)


@pytest.fixture
def communities(county):
    """H1 and H2 lead a community each."""
    from yigongti.kernel.organisations.models import Institution

    Institution.objects.using("bulk").filter(code__in=("H1", "H2")).update(leads_community=True)
    return county


@pytest.fixture
def fund_county(communities, tmp_path, fund_policy):
    """The bills of October in the lake; nothing is run yet."""
    from yigongti.facts.public import Lake

    files = tmp_path / "files"
    files.mkdir()
    made = FundCounty(Lake(tmp_path / "lake"), fund_policy, files, the_insured())
    made.submit(the_bills())
    return made


@pytest.fixture
def published(fund_county):
    """October before the pages."""
    fund_county.run()
    fund_county.publish()
    return fund_county
