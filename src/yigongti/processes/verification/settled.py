"""The month's settlements as the store of facts has them: sums that the checks hold against the books."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from yigongti.foundation.schemas.settlements import INSIDE_COUNTY
from yigongti.processes.verification.difference import ZERO, Books

PAYERS = ("pool_fund", "critical_illness", "medical_assistance", "other_funds", "personal_account")
"""What is borne by others than the patient."""
PARTS = (*PAYERS, "cash")

_BY_CARE = f"""
    SELECT institution_code, care, place IN {INSIDE_COUNTY} AS inside, sum(total_cost),
           {", ".join(f"sum(coalesce({name}, 0))" for name in PARTS)}
      FROM settlements GROUP BY ALL ORDER BY ALL
"""
_NOT_ITS_PARTS = f"""
    SELECT institution_code, settlement_number, total_cost, {" + ".join(f"coalesce({name}, 0)" for name in PARTS)}
      FROM settlements
     WHERE total_cost <> {" + ".join(f"coalesce({name}, 0)" for name in PARTS)}
     ORDER BY ALL
"""


def by_care(books: Books) -> Iterator[tuple[str, str, bool, dict[str, Decimal]]]:
    """(institution, care, whether within the county, sums by payer with "total_cost")."""
    for code, care, inside, total, *parts in _rows(books, _BY_CARE):
        yield code, care, bool(inside), {"total_cost": total, **dict(zip(PARTS, parts, strict=True))}


def not_their_parts(books: Books) -> list[tuple[str, str, Decimal, Decimal]]:
    """(institution, settlement, bill, sum of its parts) of the settlements whose parts are not the bill."""
    return _rows(books, _NOT_ITS_PARTS)


def bills(books: Books) -> dict[str, Decimal]:
    """Institution → sum of its bills."""
    found: dict[str, Decimal] = {}
    for code, _care, _inside, sums in by_care(books):
        found[code] = found.get(code, ZERO) + sums["total_cost"]
    return found


def _rows(books: Books, statement: str) -> list[Any]:
    return books.connection.raw_sql(statement).fetchall()  # type: ignore[no-any-return]
