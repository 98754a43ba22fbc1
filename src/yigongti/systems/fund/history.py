"""Months before the first close, of which there are settlements alone: read at once and put before the pages.

A county that begins with this product brings years of settlements along. Spending, what is owed, late bills and the
forecast of each month are then there; counter-indicators are not, for what they are held against is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import transaction

from yigongti.engines.fund.public import attributed, insured_of, late_bills, owed_by_month, spending
from yigongti.facts.public import Lake, connect, plain_sql, take_snapshot
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.ledger.public import fund_book
from yigongti.systems.fund import publishing
from yigongti.systems.fund.chapters import read_chapters
from yigongti.systems.fund.models import (
    Forecast,
    FundMonth,
    InstitutionMonth,
    InsuredCount,
    LateBills,
    PublishedFundMonth,
)

_TABLES = (FundMonth, InstitutionMonth, InsuredCount, LateBills, Forecast, PublishedFundMonth)


def publish_history(
    months: Sequence[Month], lake: Lake, policy: Policy, insured: Mapping[Month, pa.Table], at: datetime
) -> int:
    """Put the months before the pages in one transaction; how many. With the connection `bulk`.

    insured: who was insured at the end of the months that people are counted of, the last month among them, whose
    people the bills are attributed by. Raises InvalidInput when one of the months was published before, or there is no
    table of the last month.
    """
    if months[-1] not in insured:
        raise InvalidInput("fund.insured_missing", zh="缺少末月的参保人表", en="the last month's insured are missing")
    names = [str(month) for month in months]
    if known := PublishedFundMonth.objects.using(publishing.BULK).filter(month__in=names).first():
        raise InvalidInput(
            "fund.published_already",
            zh=f"{known.month} 已公布，不能再作为以往月份带入",
            en=f"{known.month} was published already: it is not brought in as the past",
            where=known.month,
        )
    found, people, digest = _read(months, lake, policy, insured)
    places, office = publishing.places(), fund_book(using=publishing.BULK)
    publishing.require_known(places, found["spending"] + found["late"])
    with transaction.atomic(using=publishing.BULK):
        for model in _TABLES:
            model._default_manager.using(publishing.BULK).filter(month__in=names).delete()
        publishing.create(FundMonth, (publishing.spent_of(row, places, office) for row in found["spending"]))
        owed = found["owed"]
        publishing.create(InstitutionMonth, (publishing.owed_of(row, places, office, row["month"]) for row in owed))
        publishing.create(LateBills, (publishing.late_of(row, places, office) for row in found["late"]))
        for month, rows in people.items():
            publishing.create(InsuredCount, (publishing.people_of(row, places, office, str(month)) for row in rows))
        for month in months:
            late = [row for row in found["late"] if row["month"] <= str(month)]
            publishing.create(Forecast, publishing.forecasts_of(month, late, places, policy))
            PublishedFundMonth.objects.using(publishing.BULK).create(
                month=str(month), snapshot_digest=digest, release=policy.release.digest, published_at=at,
                rows=sum(row["cases"] for row in owed if row["month"] == str(month)),
            )  # fmt: skip
    return len(months)


def _read(
    months: Sequence[Month], lake: Lake, policy: Policy, insured: Mapping[Month, pa.Table]
) -> tuple[dict[str, list[dict[str, Any]]], dict[Month, list[dict[str, Any]]], str]:
    """Sums of the settlements, insured people by month, and the digest of the facts that were read."""
    last = months[-1]
    register = publishing.register(last)
    schemes = policy.value("fund.packaged_schemes", on=last.last_day)
    edges = [int(text) for text in policy.value("fund.age_edges", on=last.last_day)]  # type: ignore[union-attr]
    snapshot = take_snapshot(lake, months)
    connection = connect(lake, snapshot)
    with closing(connection.con), plain_sql():
        rows = attributed(
            connection.table("settlements"), insured[last], register.townships, register.codes,
            schemes, read_chapters(policy),  # type: ignore[arg-type]
        )  # fmt: skip
        rows = connection.create_table("fund_attributed", rows, temp=True)
        tables = {"spending": spending(rows), "owed": owed_by_month(rows), "late": late_bills(rows)}
        found = {name: connection.to_pyarrow(table).to_pylist() for name, table in tables.items()}
        people = {
            month: connection.to_pyarrow(insured_of(table, register.townships, month.last_day, edges)).to_pylist()
            for month, table in insured.items()
        }
    return found, people, snapshot.digest
