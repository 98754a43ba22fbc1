"""Which lines any check could find anything on: one pass over all lines, so that only few are looked at closely.

A handler that looks at lines says with `narrow(tables, check, version)` in its `table.py` what a line must have before
it can be a finding. It may say too much, never too little: what is let through is judged by `find` as always, so that
a wide narrowing costs time and no finding. All checks' words are laid into one small table by item code, which every
line meets once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.expressions import BILL, PRICE, claimed
from yigongti.engines.claim_checks.facts import LEVELS
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.small_tables import small_table

_LEAST = "least"
_KEPT = (
    *BILL,
    "line_number",
    "item_code",
    "item_name",
    "fee_item",
    "charged_on",
    "unit_price",
    "quantity",
    "amount",
    "care_setting",
    "days_supply",
    "daily_dose",
    "fund_amount",
)
"""What the kinds of check that look at a line read of it; other columns are not carried along."""


@dataclass(frozen=True)
class Narrowing:
    """A line is worth a look when one of these holds of it.

    items: it is one of these. claimed_items: it is one of these and something is claimed. below: it is one of these,
    claimed, and the institution's level is lower than the item's (rank of facts.LEVELS). ceilings: its unit price is
    above the item's at the institution's level. doses: its daily dose is above the item's. where: a predicate over the
    lines. dead: its bill is one of these (a table of institution_code, case_id). prices: its unit price is above
    `least` of a table of institution_code, item_code, least.
    """

    items: frozenset[str] = frozenset()
    claimed_items: frozenset[str] = frozenset()
    below: Mapping[str, int] = field(default_factory=dict)
    ceilings: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    doses: Mapping[str, Decimal] = field(default_factory=dict)
    where: Any = None
    dead: Any = None
    prices: Any = None


def items_of(check: Check) -> frozenset[str]:
    """The item codes that the check's knowledge names, on whatever day."""
    return frozenset(str(row["item_code"]) for row in check.knowledge.rows)


def suspects(tables: Tables, narrowings: Iterable[Narrowing]) -> Any:
    """The lines that at least one of the narrowings lets through, with the columns that checks of a line read."""
    asked = list(narrowings)
    lines = tables.lines.filter(tables.lines.amount >= 0)
    met = _with_items(lines, asked)
    paid = [narrowing.prices for narrowing in asked if narrowing.prices is not None]
    dead = [narrowing.dead for narrowing in asked if narrowing.dead is not None]
    if paid:
        met = _with_least(met, ibis.union(*paid) if len(paid) > 1 else paid[0], ("item_code",), "n_paid")
    if dead:
        died = (ibis.union(*dead) if len(dead) > 1 else dead[0]).select(*BILL).distinct()
        died = died.select(d_institution=died.institution_code, d_case=died.case_id, n_dead=ibis.literal(True))
        met = met.left_join(died, [met.institution_code == died.d_institution, met.case_id == died.d_case])
    rough = met.filter(_any(_rough(met, asked, bool(paid), bool(dead))))
    if paid:
        every = ibis.union(*paid) if len(paid) > 1 else paid[0]
        rough = _with_least(rough, every, ("institution_code", "item_code"), "n_paid_here")
    rough = _with_levels(rough, tables)
    fine = rough.filter(_any(_fine(rough, asked, bool(paid), bool(dead))))
    return fine.select(*_KEPT)


def _any(conditions: list[Any]) -> Any:
    return reduce(lambda one, other: one | other, conditions, ibis.literal(False))


def _with_items(lines: Any, asked: list[Narrowing]) -> Any:
    """The lines with what the narrowings say of their item: n_always, n_claimed, n_below, n_dose, n_<level>."""
    words: dict[str, dict[str, Any]] = {}
    for narrowing in asked:
        for code in narrowing.items:
            words.setdefault(code, {})["n_always"] = True
        for code in narrowing.claimed_items:
            words.setdefault(code, {})["n_claimed"] = True
        for code, rank in narrowing.below.items():
            own = words.setdefault(code, {})
            own["n_below"] = max(rank, own.get("n_below", 0))
        for code, dose in narrowing.doses.items():
            own = words.setdefault(code, {})
            own["n_dose"] = min(dose, own.get("n_dose", dose))
        for (code, level), ceiling in narrowing.ceilings.items():
            own = words.setdefault(code, {})
            for name in (f"n_{level}", f"n_{_LEAST}"):
                own[name] = min(ceiling, own.get(name, ceiling))
    money = pa.decimal128(18, 4)
    schema = pa.schema(
        [
            ("n_item", pa.string()),
            ("n_always", pa.bool_()),
            ("n_claimed", pa.bool_()),
            ("n_below", pa.int64()),
            ("n_dose", money),
            *((f"n_{level}", money) for level in (*LEVELS, _LEAST)),
        ]
    )
    rows = [{"n_item": code} | said for code, said in sorted(words.items())]
    by_item = small_table(pa.Table.from_pylist(rows, schema=schema))
    return lines.left_join(by_item, lines.item_code == by_item.n_item)


def _with_least(met: Any, prices: Any, key: tuple[str, ...], name: str) -> Any:
    """The lines with the least of the prices of their item (and institution)."""
    least = prices.group_by(list(key)).agg(**{name: prices.least.min()})
    least = least.rename({f"{name}_{column}": column for column in key})
    return met.left_join(least, [met[column] == least[f"{name}_{column}"] for column in key])


def _with_levels(met: Any, tables: Tables) -> Any:
    """The lines with the level of their institution: n_level, “least” where its bills name several; and n_rank."""
    bills = tables.bills
    by_place = bills.group_by("institution_code").agg(
        first=bills.institution_level.min(), last=bills.institution_level.max()
    )
    level = (by_place.first == by_place.last).ifelse(by_place.first, _LEAST)
    ranks = [*LEVELS.items(), (_LEAST, 0)]
    by_place = by_place.select(n_institution=by_place.institution_code, n_level=level, n_rank=level.cases(*ranks))
    return met.left_join(by_place, met.institution_code == by_place.n_institution)


def _rough(met: Any, asked: list[Narrowing], paid: bool, dead: bool) -> list[Any]:
    """Conditions that need nothing of the institution; cheap ones first."""
    conditions = [met.n_always.fill_null(False), (met.n_claimed & (claimed(met) > 0)).fill_null(False)]
    if any(narrowing.below for narrowing in asked):
        conditions.append((met.n_below.notnull() & (claimed(met) > 0)).fill_null(False))
    if any(narrowing.ceilings for narrowing in asked):
        conditions.append((met.unit_price > met[f"n_{_LEAST}"]).fill_null(False))
    return conditions + _either(met, asked, "n_paid" if paid else "", dead)


def _fine(met: Any, asked: list[Narrowing], paid: bool, dead: bool) -> list[Any]:
    """The same with the institution's own level and prices."""
    conditions = [met.n_always.fill_null(False), (met.n_claimed & (claimed(met) > 0)).fill_null(False)]
    if any(narrowing.below for narrowing in asked):
        conditions.append((met.n_rank < met.n_below).fill_null(False))
    if any(narrowing.ceilings for narrowing in asked):
        ceiling = met.n_level.cases(*((level, met[f"n_{level}"]) for level in (*LEVELS, _LEAST)))
        conditions.append((met.unit_price > ceiling).fill_null(False))
    return conditions + _either(met, asked, "n_paid_here" if paid else "", dead)


def _either(met: Any, asked: list[Narrowing], paid: str, dead: bool) -> list[Any]:
    conditions = []
    if any(narrowing.doses for narrowing in asked):
        conditions.append((met.daily_dose > met.n_dose).fill_null(False))
    if paid:
        conditions.append((met.unit_price.cast(PRICE) > met[paid]).fill_null(False))
    if dead:
        conditions.append(met.n_dead.fill_null(False))
    conditions += [narrowing.where(met).fill_null(False) for narrowing in asked if narrowing.where is not None]
    return conditions
