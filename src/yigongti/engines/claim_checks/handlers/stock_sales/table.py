"""The same over tables: stock and sales are added up by institution and item, then held against each other."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import named, quantity_of
from yigongti.engines.claim_checks.charges import codes, number
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import (
    TEN_THOUSAND,
    fen,
    number_text,
    quotient,
    scaled,
    ten_thousandths,
    wide,
    yuan,
)
from yigongti.engines.claim_checks.expressions import answer, in_force
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.stock_sales import SIGNS

_ITEM = ["institution_code", "item_code"]


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Items of which an institution sold more than there was."""
    moves = in_force(tables.stock_moves, version, "moved_on")
    moves = moves.filter(moves.kind.isin(sorted(SIGNS)))
    signed = scaled(moves.quantity) * moves.kind.cases(*SIGNS.items()).cast("int64")
    stock = moves.group_by(_ITEM).aggregate(there=signed.sum().cast("int64"))
    lines = in_force(tables.lines, version)
    lines = lines.filter(lines.fee_item.isin(sorted(codes(version, "fee_items"))))
    sold = lines.group_by(_ITEM).aggregate(
        sold=quantity_of(lines).sum().cast("int64"),
        amount=fen(lines.amount).sum().cast("int64"),
        last_day=lines.charged_on.max(),
        name=named(lines).max(),
    )
    met = sold.join(stock, _ITEM)
    met = met.mutate(there=ibis.greatest(met.there, 0))
    tolerated = wide(met.there) * wide(TEN_THOUSAND + ten_thousandths(number(version, "tolerance")))
    found = met.filter((wide(met.sold) * wide(TEN_THOUSAND) > tolerated) & (met.amount > 0))
    return answer(
        found, check, version, case_id=ibis.literal(""), line_number=ibis.null("int64"), on=found.last_day,
        amount=yuan(quotient(wide(found.amount) * wide(found.sold - found.there), found.sold)),
        item=found.name, limit=number_text(found.there),
        observed=number_text(found.sold), other=found.item_code,
    )  # fmt: skip
