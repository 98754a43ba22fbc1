"""The same over tables: operations that the knowledge names, in windows of one incision."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import (
    charges_of,
    charges_with_knowledge,
    quantity_of,
    together,
)
from yigongti.engines.claim_checks.charges import number
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import TEN_THOUSAND, money_text, quotient, scaled, ten_thousandths, wide, yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Further operations through one incision above their discounted price."""
    asked = charges_with_knowledge(tables, check, version, keep=("unit_price", "quantity", "operation_number"))
    asked = asked.mutate(price=scaled(asked.unit_price), units=quantity_of(asked))
    asked = asked.filter(asked.price.notnull() & (asked.units > 0))
    asked = asked.mutate(operation=together(asked, "operation_number"))
    by = [*BILL, "operation", "k_group"]
    several = asked.group_by(by).aggregate(first=asked.item_code.min(), last=asked.item_code.max())
    several = several.filter(several.first != several.last)
    order = [ibis.desc("price"), "line_number", "k_key"]
    in_order = ibis.window(group_by=by, order_by=order)
    placed = asked.semi_join(several, by)
    placed = placed.mutate(
        place=ibis.row_number().over(in_order),
        dearest=placed.line_number.first().over(in_order),
        dearest_name=placed.item_name.first().over(in_order),
    )
    # price × 10⁴ and limit carry eight decimals, times a quantity twelve: 10¹⁰ to the fen
    ratio = ten_thousandths(number(version, "ratio"))
    further = _with_full_price(placed.filter(placed.place > 0), tables, check)
    further = further.mutate(limit_=wide(further.full) * wide(ratio), price_=wide(further.price) * wide(TEN_THOUSAND))
    above = further.filter(further.price_ > further.limit_)
    return answer(
        above, check, version,
        amount=yuan(quotient((above.price_ - above.limit_) * wide(above.units), 10**10)),
        evidence=above.institution_code + "/" + above.case_id + "/" + above.dearest.cast("string"),
        item=above.item_name, limit=money_text(quotient(above.limit_, 10**6)),
        observed=money_text(quotient(above.price, 100)), other=above.dearest_name,
    )  # fmt: skip


def _with_full_price(rows: Any, tables: Tables, check: Check) -> Any:
    """The rows with `full`, in whole ten-thousandths of a yuan: of the knowledge, else the institution's highest."""
    own = scaled(rows.k_full_price)
    without = [str(row["item_code"]) for row in check.knowledge.rows if row["full_price"] is None]
    if not without:
        return rows.mutate(full=own)
    priced = charges_of(tables, without)
    by = ["institution_code", "item_code"]
    highest = priced.group_by(by).aggregate(highest=scaled(priced.unit_price.max()))
    joined = rows.left_join(highest, by)
    return joined.select(*rows.columns, full=scaled(joined.k_full_price).fill_null(joined.highest))
