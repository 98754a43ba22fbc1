"""Lays beside each front page what other tables say of the same stay: its settlement list, the sum of its fee lines."""

from __future__ import annotations

import ibis.expr.types as ir

from yigongti.engines.record_quality.table import CASE
from yigongti.engines.record_quality.vocabulary import SETTLEMENT_COLUMNS


def with_extra_columns(
    pages: ir.Table, *, fee_lines: ir.Table | None = None, settlement_lists: ir.Table | None = None
) -> ir.Table:
    """The pages with `fee_lines_total` (yuan), `fee_lines_count` and the columns `settlement_…`.

    A table that is not given adds no columns, and the rules that need them are left out (`rulebook.runnable`). Fee
    lines are summed before they are joined, and settlement lists have the same key, so no page is doubled.
    """
    if fee_lines is not None:
        sums = fee_lines.group_by(CASE).agg(
            fee_lines_total=fee_lines.amount.sum().cast("decimal(14,2)"), fee_lines_count=fee_lines.count()
        )
        pages = _joined(pages, sums, ["fee_lines_total", "fee_lines_count"])
        pages = pages.mutate(fee_lines_count=pages.fee_lines_count.fill_null(0))
    if settlement_lists is not None:
        renamed = settlement_lists.select(
            *CASE,
            **{name: settlement_lists[c.name] for name, c in SETTLEMENT_COLUMNS.items() if c.name in settlement_lists},
        )
        pages = _joined(pages, renamed, [name for name in renamed.columns if name not in CASE])
    return pages


def _joined(pages: ir.Table, other: ir.Table, added: list[str]) -> ir.Table:
    joined = pages.left_join(other, CASE)
    return joined.select(*pages.columns, *added)
