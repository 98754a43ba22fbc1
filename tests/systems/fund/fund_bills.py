"""A month of two communities in nine bills, small enough to add up by hand; every person and sum is invented.

Community H1 (H1, T1, V1) answers for P1 and P2, community H2 for P3; nobody knows P4. Of the packaged schemes the pool
pays in October: for H1 3,000 (H1) + 50 (T1) + 2,400 (H2) + 8,000 (a hospital of the province) = 13,450; for H2 2,000;
for nobody's 40. The employee P2 is not in the package.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

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
    visit = {
        "care": "outpatient",
        "level": "township",
        "started_on": date(2026, 10, 20),
        "ended_on": date(2026, 10, 20),
    }
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


def the_year_before() -> list[dict[str, Any]]:
    """Two bills of December 2025, so that there is past spending: 600 for H1, 200 for H2."""
    days = {"started_on": date(2025, 12, 1), "ended_on": date(2025, 12, 5), "settled_on": date(2025, 12, 5)}
    return [
        a_bill("A1", "H1", "P1", "900.00", "600.00", diagnosis="I10.x00", **days),
        a_bill("A2", "H2", "P3", "300.00", "200.00", **days),
    ]


def the_insured() -> pa.Table:
    """Who is insured, where registered, and whose community answers."""
    rows = [
        ("P1", "V1", "H1", date(1960, 5, 1), "1", "390"),
        ("P2", "H1", "H1", date(1980, 5, 1), "2", "310"),
        ("P3", "H2", "H2", date(2021, 11, 1), "1", "390"),
    ]
    names = ("insured_number", "institution_code", "community_code", "birth_date", "sex", "insurance_type")
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


PER_HEAD = {"380": Decimal("300.00"), "390": Decimal("900.00")}


def step(actor, contract, name, words=""):
    """A step of the contract's matter, as the actor's page takes it."""
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.matters.public import Given, act

    with scope(actor):
        return act(actor, contract.matter_id, name, at=AT, given=Given(words=words))
