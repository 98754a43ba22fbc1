"""Rows of settlements as tests write them. Everything is invented."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import SETTLEMENTS

MONTH = Month(2026, 9)
AT = datetime(2026, 10, 4, 1, tzinfo=UTC)
AMOUNTS = [column.name for column in SETTLEMENTS if column.unit == "yuan"]


def row(number, person="P1", **told):
    """A stay of 1,000 yuan at a county hospital, in policy, settled by the residents' scheme of 2026."""
    amounts = dict.fromkeys(AMOUNTS, "0") | {"total_cost": "1000", "deductible": "600", "cash": "1000"}
    amounts |= {name: told.pop(name) for name in AMOUNTS if name in told}
    found = {column.name: None for column in SETTLEMENTS} | {
        "institution_code": "H1", "settlement_number": number, "insured_number": person,
        "birth_date": date(1960, 5, 6), "sex": "1", "insurance_type": "390", "groups": [], "care": "inpatient",
        "treated_at": "H1", "level": "county", "place": "community", "referral": "none",
        "started_on": date(2026, 9, 1), "ended_on": date(2026, 9, 8), "settled_on": date(2026, 9, 8),
    }  # fmt: skip
    found |= {name: Decimal(yuan).quantize(Decimal("0.01")) for name, yuan in amounts.items()}
    return found | told
