"""The same over tables: quantities by person and window first, then only the windows that are exceeded in order."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import (
    IN_TIME,
    LINE,
    ROW_OF_KNOWLEDGE,
    beyond,
    charges_with_knowledge,
    evidence,
    quantity_of,
    share_at_stake,
    with_count,
    with_evidence,
    with_person,
)
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import number_text, scaled, yuan
from yigongti.engines.claim_checks.expressions import answer
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.handlers.frequency import SLIDING, WINDOWS

_A_MONDAY = date(1900, 1, 1)
_LIMIT = ["who", *ROW_OF_KNOWLEDGE]


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Charges beyond the limit of their window."""
    lines = charges_with_knowledge(tables, check, version, keep=("quantity",))
    lines = lines.mutate(
        units=quantity_of(lines),
        allowed=scaled(lines.k_max_quantity),
        day=lines.charged_on.delta(ibis.literal(_A_MONDAY), unit="day").cast("int64"),
        run=ibis.greatest(lines.k_days.fill_null(1), 1),
    )
    lines = with_person(lines.filter((lines.at_stake > 0) & (lines.units > 0)), tables)
    found = [_windows(lines.filter(lines.k_window != SLIDING))]
    runs = {max(1, int(str(row["days"] or 1))) for row in check.knowledge.rows if row["window"] == SLIDING}
    found += [
        _run_of_days(lines.filter((lines.k_window == SLIDING) & (lines.run == days)), days) for days in sorted(runs)
    ]
    over = ibis.union(*(part.select(*found[0].columns) for part in found)) if len(found) > 1 else found[0]
    return answer(
        over, check, version, amount=yuan(share_at_stake(over, over.part, over.units)), evidence=over.evidence,
        item=over.item_name, limit=over.said + number_text(over.allowed),
        observed=with_count(number_text(over.total), over.evidence_rows),
    )  # fmt: skip


def _windows(lines: Any) -> Any:
    written = lines.charged_on.cast("string")
    windows = {
        "day": written,
        "stay": lines.institution_code + "/" + lines.case_id,
        "week": (lines.day // 7).cast("int64").cast("string"),
        "month": written.substr(0, 7),
        "year": written.substr(0, 4),
    }
    lines = lines.mutate(span=lines.k_window.cases(*windows.items()))
    over = beyond(lines, [*_LIMIT, "span"], IN_TIME)
    return over.mutate(said=over.k_window.cases(*WINDOWS.items())).drop("reached", "span")


def _run_of_days(lines: Any, days: int) -> Any:
    """Each charge with what the days up to it add up to: the charges of the same day that follow it do not count."""
    lines = lines.mutate(
        around=lines.units.sum().over(
            ibis.range_window(group_by=_LIMIT, order_by="day", preceding=days - 1, following=0)
        ),
        of_day=lines.units.sum().over(ibis.window(group_by=[*_LIMIT, "day"])),
        so_far=lines.units.sum().over(ibis.cumulative_window(group_by=[*_LIMIT, "day"], order_by=LINE)),
    )
    lines = lines.mutate(total=(lines.around - lines.of_day + lines.so_far).cast("int64"))
    over = lines.filter(lines.total > lines.allowed)
    over = over.mutate(part=ibis.least(over.units, over.total - over.allowed))
    by = [*LINE, *ROW_OF_KNOWLEDGE]
    told = with_evidence(over, _before(over, lines, days, by), by)
    return told.mutate(said=ibis.literal(f"{days}日内")).drop("around", "of_day", "so_far")


def _before(over: Any, lines: Any, days: int, by: list[str]) -> Any:
    """The evidence of the charges found: the charges of the run of days that stand before them."""
    others = lines.select(*_LIMIT, **{f"o_{name}": lines[name] for name in (*LINE, "day")})
    pairs = over.select(*_LIMIT, *LINE, "day").join(others, _LIMIT)
    earlier = pairs.o_day < pairs.day
    same = pairs.o_day == pairs.day
    for name in LINE:
        earlier = earlier | (same & (pairs[f"o_{name}"] < pairs[name]))
        same = same & (pairs[f"o_{name}"] == pairs[name])
    pairs = pairs.filter(earlier & (pairs.o_day > pairs.day - days))
    row = pairs.o_institution_code + "/" + pairs.o_case_id + "/" + pairs.o_line_number.cast("string")
    return evidence(pairs, by, ["o_day", *(f"o_{name}" for name in LINE)], row)
