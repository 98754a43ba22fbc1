"""A month's facts as the engine's tables, from the views of a connection; and who attended a stay or visit.

The person is a digest of the resident number: it joins the bills of one person, and no result keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.public import ClaimChecks, Tables, bills_table, knowledge_tables
from yigongti.foundation.period import Month

KEY = ["institution_code", "case_id"]
PERSON_KEY = "claim_checks"
"""No secret: the digest stays within one computation and joins bills there."""


@dataclass(frozen=True, slots=True)
class Place:
    """An institution as the checks see it. level: village, township, county, …; community: that it belongs to."""

    level: str
    kind: str = ""
    community: str = ""


def tables_of_months(
    connection: Any,
    months: Iterable[Month],
    checks: ClaimChecks,
    places: Mapping[str, Place],
    institution_code: str = "",
) -> Tables:
    """Lines, bills and stock moves of these months, and the checks' knowledge, as Ibis tables of the connection.

    institution_code: only this institution's facts; "" for all.
    """
    facts = _facts(connection, months, institution_code)
    return Tables(
        lines=facts["fee_lines"],
        bills=bills_table(
            discharges=facts["discharges"],
            settlement_lists=facts["settlement_lists"],
            visits=facts["visits"],
            institutions=institutions_table(places),
            person_key=PERSON_KEY,
        ),
        stock_moves=facts["stock_moves"],
        knowledge=knowledge_tables(checks),
    )


def attended(connection: Any, month: Month) -> Any:
    """Institution, case and attending physician of every stay and visit of the month."""
    facts = _facts(connection, [month], "")
    stays, visits = facts["discharges"], facts["visits"]
    return ibis.union(
        stays.select(*KEY, physician=stays.attending_physician.fill_null("")),
        visits.select(*KEY, physician=visits.physician.fill_null("")),
    )


def institutions_table(places: Mapping[str, Place]) -> Any:
    """The register as the engine's bills read it."""
    names = ("institution_code", "level", "kind", "community")
    rows = [
        dict(zip(names, (code, place.level, place.kind, place.community), strict=True))
        for code, place in sorted(places.items())
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names])))


def _facts(connection: Any, months: Iterable[Month], institution_code: str) -> dict[str, Any]:
    wanted = [str(month) for month in months]
    found = {}
    for kind in ("fee_lines", "discharges", "visits", "settlement_lists", "stock_moves"):
        table = connection.table(kind)
        table = table.filter(table.month.isin(wanted))
        found[kind] = table.filter(table.institution_code == institution_code) if institution_code else table
    return found
