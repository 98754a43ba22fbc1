"""What does it cost to score thousands of subjects on a card, with and without why, and as a table?

    python bench/appraisal/measure.py [--subjects 5000] [--card township_quarterly] [--receivers 5000]

Values are invented (a fixed sequence). The peer is scoring.py, the reference, on the same values; both must give the
same scores. The pool has one level of receivers with floors and caps on every third.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.appraisal.public import (
    COLUMNS,
    Factor,
    Observed,
    Receiver,
    State,
    load_cards,
    score_all,
    score_table,
    share_pool,
)
from yigongti.foundation.errors import Text
from yigongti.foundation.policy import Policy

POLICY = Path(__file__).resolve().parents[2] / "policy"
LAST_DAY = date(2026, 9, 30)
AMOUNT = pa.decimal128(18, 4)


def timed(name: str, work: Callable[[], Any]) -> Any:
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    print(f"{name:<28}{time.perf_counter() - wall:8.2f} s  processor {time.process_time() - processor:8.2f} s")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=5000)
    parser.add_argument("--card", default="township_quarterly")
    parser.add_argument("--receivers", type=int, default=5000)
    asked = parser.parse_args()
    card = load_cards(Policy.load(POLICY))[asked.card]
    items = [item.id for _, item in card.version_on(LAST_DAY).items]
    people = {
        f"S{s:05}": {
            item: Observed(State.VALUE, Decimal((s * 7919 + n * 104729) % 10000) / 100, Decimal(s % 150), Decimal(40))
            for n, item in enumerate(items)
            if (s + n) % 11
        }
        for s in range(asked.subjects)
    }
    print(f"{asked.subjects} subjects, {len(items)} items")
    told = timed("reference, scores only", lambda: score_all(card, people, LAST_DAY, explain=False))
    timed("reference, with changes", lambda: score_all(card, people, LAST_DAY))
    rows = [(s, i, str(o.state), o.value, o.n, o.target) for s, own in people.items() for i, o in own.items()]
    kinds = [pa.string()] * 3 + [AMOUNT] * 3
    columns = zip(COLUMNS, zip(*rows, strict=True), kinds, strict=True)
    values = ibis.memtable(pa.table({name: pa.array(list(column), kind) for name, column, kind in columns}))
    connection = ibis.duckdb.connect()
    found = timed("table", lambda: connection.to_pyarrow(score_table(values, card, LAST_DAY)))
    assert {row["subject"]: row["score"] for row in found.to_pylist()} == {each.subject: each.score for each in told}
    name = Text(zh="权重", en="weight")
    receivers = [
        Receiver(
            f"P{n}", name, (Factor(name, Decimal(n % 97 + 1)),),
            floor=Decimal(300) if n % 3 == 0 else None, cap=Decimal(1500) if n % 3 == 0 else None,
        )
        for n in range(asked.receivers)
    ]  # fmt: skip
    shared = timed("pool", lambda: share_pool(Decimal(1000) * asked.receivers, receivers))
    assert sum(shared.ends.values()) == Decimal(1000) * asked.receivers


if __name__ == "__main__":
    main()
