"""The same over tables: purchases as prices that hold until the next one, met by the day of the charge."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ibis

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.expressions import (
    PRICE,
    answer,
    charged_lines,
    item_of,
    number_text,
    price_times,
    with_bills,
)
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.mark_up import LEAST_OVER
from yigongti.engines.claim_checks.narrowing import Narrowing


def prices_paid(tables: Tables) -> Any:
    """institution_code, item_code, paid, bought_on and until (the day of the next purchase, null for the last)."""
    moves = tables.stock_moves
    bought = moves.filter((moves.kind == "purchase") & moves.unit_price.notnull())
    by_day = bought.group_by(["institution_code", "item_code", bought.moved_on.name("bought_on")]).agg(
        paid=bought.unit_price.max()
    )
    following = ibis.window(group_by=["institution_code", "item_code"], order_by="bought_on")
    return by_day.mutate(until=by_day.bought_on.lead().over(following))


def allowed_price(paid: Any, fee_item: Any, version: Version) -> Any:
    """The price paid with the mark-up allowed for the fee item, four places."""
    ratios = {item: version.number(f"ratio_{item}") or Decimal(0) for item in version.codes("fee_items")}
    raised = [(item, ibis.literal(1 + ratio, PRICE)) for item, ratio in ratios.items()]
    return (paid.cast(PRICE) * fee_item.cases(*raised)).round(4).cast(PRICE)


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines dearer than the latest purchase allows."""
    lines = charged_lines(tables, version)
    lines = lines.filter(lines.fee_item.isin(version.codes("fee_items")) & lines.unit_price.notnull())
    paid = prices_paid(tables).rename(p_institution="institution_code", p_item="item_code")
    met = lines.join(
        paid,
        [
            lines.institution_code == paid.p_institution,
            lines.item_code == paid.p_item,
            lines.charged_on >= paid.bought_on,
            paid.until.isnull() | (lines.charged_on < paid.until),
        ],
    )
    met = met.mutate(allowed=allowed_price(met.paid, met.fee_item, version))
    met = met.filter(met.unit_price - met.allowed > ibis.literal(Decimal(LEAST_OVER), PRICE))
    met = with_bills(met.mutate(over=price_times(met.unit_price - met.allowed, met.quantity)), tables)
    wrong = met.filter(met.over > 0)
    return answer(
        wrong,
        check,
        version,
        amount=wrong.over,
        item=item_of(wrong),
        limit=number_text(wrong.allowed),
        observed=number_text(wrong.unit_price),
        other=number_text(wrong.paid),
    )


def narrow(tables: Tables, check: Check, version: Version) -> Narrowing:
    """Lines dearer than the cheapest purchase with the smallest mark-up."""
    bought = prices_paid(tables)
    ratio = min(
        (version.number(f"ratio_{item}") or Decimal(0) for item in version.codes("fee_items")), default=Decimal(0)
    )
    least = (bought.paid.cast(PRICE) * ibis.literal(1 + ratio, PRICE)).round(4).cast(PRICE)
    return Narrowing(prices=bought.select("institution_code", "item_code", least=least))
