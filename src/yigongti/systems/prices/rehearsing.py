"""A revision over past months: what would have been charged, and who would have borne the difference.

A line charged at or above the old price would have been charged at the new one; a line charged below the old price
(prices are ceilings) stays as it was unless the new ceiling is lower. Each line is rounded half-up to the fen. An item
that the revision ends is taken as not charged. The fund's part of the difference is the part that it bore of the bill
(pool, supplementary insurance and assistance over the total of the settlement list); a bill without a list falls to
the patient. Under payment by group the fund pays the group and not the bill: its part is then what it would bear by
item, and the page says so. Volume is taken as it was: nobody is assumed to do more or less for another price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

MONEY = "decimal(18, 2)"


@dataclass(frozen=True, slots=True)
class NewPrice:
    """What a line of the revision says. before None: a new item, which nobody has charged; after None: it ends."""

    code: str
    level: str
    before: Decimal | None
    after: Decimal | None


def rehearse(connection: Any, prices: Sequence[NewPrice], levels: dict[str, str]) -> list[dict[str, Any]]:
    """Rows by institution and item: institution_code, code, lines, quantity, before, after, fund_change,
    patient_change. connection: Ibis with fee_lines and settlement_lists. levels: institution code → level."""
    kind = pa.decimal128(14, 4)
    changes = pa.table(
        {
            "code": [price.code for price in prices],
            "level": [price.level for price in prices],
            "old": pa.array([price.before for price in prices], kind),
            "new": pa.array([price.after for price in prices], kind),
        }
    )
    places = pa.table({"place": list(levels), "level": list(levels.values())})
    connection.con.register("price_changes", changes)
    connection.con.register("price_levels", places)
    changed, placed = connection.table("price_changes"), connection.table("price_levels")
    lines = connection.table("fee_lines")
    lines = lines.filter(lines.unit_price.notnull(), lines.quantity.notnull())
    met = lines.join(placed, lines.institution_code == placed.place)
    met = met.join(changed, [met.item_code == changed.code, met.level == changed.level])
    price = ibis.cases(
        (met.new.isnull(), ibis.literal(Decimal(0)).cast("decimal(14, 4)")),
        (met.unit_price >= met.old, met.new),
        else_=ibis.least(met.unit_price.cast("decimal(14, 4)"), met.new),
    )
    met = met.mutate(
        became=(price.cast("decimal(14, 4)") * met.quantity.cast("decimal(14, 4)")).round(2).cast(MONEY),
    )
    by_bill = met.group_by(["institution_code", "case_id", "item_code"]).aggregate(
        lines=met.count(),
        quantity=met.quantity.sum(),
        before=met.amount.sum(),
        after=met.became.sum(),
    )
    lists = connection.table("settlement_lists")
    paid = lists.group_by(["institution_code", "case_id"]).aggregate(
        fund=(
            lists.pool_fund.fill_null(0) + lists.supplementary_fund.fill_null(0) + lists.medical_assistance.fill_null(0)
        ).sum(),
        total=lists.total_cost.sum(),
    )
    borne = by_bill.left_join(paid, ["institution_code", "case_id"])
    share = ibis.cases((borne.total > 0, borne.fund / borne.total), else_=0.0)
    change = (borne.after - borne.before).cast("decimal(18, 6)")
    borne = borne.mutate(fund_change=(change * share.cast("decimal(18, 6)")).round(2).cast(MONEY))
    rows = borne.group_by(["institution_code", "item_code"]).aggregate(
        lines=borne.lines.sum(),
        quantity=borne.quantity.sum(),
        before=borne.before.sum(),
        after=borne.after.sum(),
        fund_change=borne.fund_change.sum(),
    )
    found = rows.order_by(["institution_code", "item_code"]).to_pyarrow().to_pylist()
    return [
        {**row, "code": row["item_code"], "patient_change": row["after"] - row["before"] - row["fund_change"]}
        for row in found
    ]
