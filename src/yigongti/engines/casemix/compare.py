"""Two schemes on the same cases: who moves from which group to which, and what it costs in weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from yigongti.engines.casemix.scheme import Scheme
from yigongti.engines.casemix.table import group_table

_KEY = "casemix_compared_row"


@dataclass(frozen=True, slots=True)
class Move:
    """Cases that scheme A puts into drg_a and scheme B into drg_b. weight_change: summed over the cases; None where
    one of the two groups has no weight or no weights were given."""

    drg_a: str
    drg_b: str
    cases: int
    weight_change: Decimal | None


@dataclass(frozen=True, slots=True)
class SchemeComparison:
    """moves: the largest first, cases that stay not among them. weight_a, weight_b: total weights, None without
    weights; cases whose group has no weight count 0 there and are counted in unweighted_a and unweighted_b."""

    cases: int
    moved: int
    moves: tuple[Move, ...]
    weight_a: Decimal | None
    weight_b: Decimal | None
    unweighted_a: int
    unweighted_b: int


def compare_schemes(
    cases: ir.Table,
    scheme_a: Scheme,
    scheme_b: Scheme,
    connection: Any,
    *,
    row_key: str | None = None,
    weights_a: Mapping[str, Decimal] | None = None,
    weights_b: Mapping[str, Decimal] | None = None,
) -> SchemeComparison:
    """Groups the cases twice and counts the moves. Arguments as those of group_table; weights: DRG → weight."""
    if row_key is None:
        cases = cases.mutate(**{_KEY: ibis.row_number()})  # both groupings read the same numbering
        row_key = _KEY
    first = group_table(cases, scheme_a, connection, row_key=row_key).select(row_key, drg_a="drg")
    second = group_table(cases, scheme_b, connection, row_key=row_key).select(key_b=row_key, drg_b="drg")
    joined = first.inner_join(second, first[row_key] == second.key_b)
    counted = joined.group_by("drg_a", "drg_b").aggregate(cases=joined.count()).to_pyarrow().to_pylist()
    return _compared([(row["drg_a"], row["drg_b"], row["cases"]) for row in counted], weights_a, weights_b)


def _compared(
    pairs: list[tuple[str, str, int]], weights_a: Mapping[str, Decimal] | None, weights_b: Mapping[str, Decimal] | None
) -> SchemeComparison:
    moves = []
    for drg_a, drg_b, count in pairs:
        if drg_a == drg_b:
            continue
        before = weights_a.get(drg_a) if weights_a is not None else None
        after = weights_b.get(drg_b) if weights_b is not None else None
        change = None if before is None or after is None else (after - before) * count
        moves.append(Move(drg_a, drg_b, count, change))
    moves.sort(key=lambda move: (-move.cases, move.drg_a, move.drg_b))
    zero = Decimal(0)
    return SchemeComparison(
        cases=sum(count for _, _, count in pairs),
        moved=sum(move.cases for move in moves),
        moves=tuple(moves),
        weight_a=None if weights_a is None else sum((weights_a.get(a, zero) * n for a, _, n in pairs), zero),
        weight_b=None if weights_b is None else sum((weights_b.get(b, zero) * n for _, b, n in pairs), zero),
        unweighted_a=0 if weights_a is None else sum(n for a, _, n in pairs if a not in weights_a),
        unweighted_b=0 if weights_b is None else sum(n for _, b, n in pairs if b not in weights_b),
    )
