"""What makes a row unacceptable, beyond cells that cannot be read: the few rules without which a row means nothing.

Everything finer (value ranges, logic between columns, codes) is record quality's to judge: it needs the rows in.
Errors block the commit of the whole file. Warnings do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yigongti.facts.submissions.headers import Recognition
from yigongti.facts.submissions.readers import Batch
from yigongti.facts.submissions.row_errors import ErrorSink
from yigongti.facts.submissions.settlement_rules import fill_amounts
from yigongti.facts.submissions.settlement_rules import problems as settlement_problems
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FactTable, Kind

_CHINA_OFFSET = 8 * 3600 * 1_000_000  # microseconds
_DAY_IN_MONTH = {"visits": ("visited_on", 0), "stock_moves": ("moved_on", 1), "settlements": ("settled_on", 0)}
"""The day that must lie in the month, and how many days before its first are taken: a count of the stores is often
dated on the last day of the month before."""


class RowRules:
    """The rules of one submission, applied batch by batch. `warnings` counts what is let pass but told."""

    def __init__(
        self, table: FactTable, institution_code: str, month: Month, recognition: Recognition, sink: ErrorSink
    ) -> None:
        self._table, self._institution, self._month = table, institution_code, month
        self._recognition, self._sink = recognition, sink
        self.warnings: Counter[str] = Counter()

    def apply(
        self, columns: dict[str, pa.Array], batch: Batch, bad: np.ndarray, unread: Mapping[str, np.ndarray]
    ) -> None:
        """Marks bad rows in `bad`, notes why, and fills in the institution where the file does not name it.

        unread: by column, the rows whose cell could not be read: null as well, but already noted."""
        self._institution_is_ours(columns, batch, bad)
        for column in self._table:
            if column.required and column.name != "institution_code":
                missing = np.asarray(columns[column.name].is_null())
                if column.name in unread:
                    missing = missing & ~unread[column.name]
                self._note(column.name, batch, columns[column.name], missing, "required_missing", bad)
        if self._table.name == "discharges":
            self._discharged_in_month(columns, batch, bad)
        if self._table.name in _DAY_IN_MONTH:
            self._day_in_month(columns, batch, bad)
        if self._table.name == "fee_lines":
            self._refunds_are_consistent(columns, batch, bad)
            late = pc.greater(columns["charged_on"], pa.scalar(self._month.last_day, pa.date32()))
            self.warnings["charged_after_month"] += pc.sum(late).as_py() or 0
        elif self._table.name == "settlements":
            fill_amounts(self._table, columns)
            broken = bad.copy()  # noted already: their sums mean nothing
            for name, wrong, code in settlement_problems(self._table, columns):
                self._note(name, batch, columns[name], wrong & ~broken, code, bad)
        else:
            for column in self._table:
                if column.kind is Kind.MONEY:
                    negative = np.asarray(pc.fill_null(pc.less(columns[column.name], 0), False))
                    self._note(column.name, batch, columns[column.name], negative, "negative", bad)
        if self._table.name == "settlement_lists":
            early = pc.less(columns["settled_to"], pa.scalar(self._month.first_day, pa.date32()))
            self.warnings["settled_before_month"] += pc.sum(early).as_py() or 0

    def _institution_is_ours(self, columns: dict[str, pa.Array], batch: Batch, bad: np.ndarray) -> None:
        written = columns["institution_code"]
        other = np.asarray(pc.fill_null(pc.not_equal(written, self._institution), False))
        self._note("institution_code", batch, written, other, "institution_differs", bad)
        columns["institution_code"] = pa.array([self._institution] * len(written), pa.string())

    def _discharged_in_month(self, columns: dict[str, pa.Array], batch: Batch, bad: np.ndarray) -> None:
        at = columns["discharged_at"]
        days = pc.floor(pc.divide(pc.add(at.cast(pa.int64()), _CHINA_OFFSET).cast(pa.float64()), 86_400_000_000.0))
        first = self._month.first_day.toordinal() - 719_163
        last = self._month.last_day.toordinal() - 719_163
        outside = pc.or_(pc.less(days, first), pc.greater(days, last))
        local = pc.strftime(pc.add(at.cast(pa.int64()), _CHINA_OFFSET).cast(pa.timestamp("us")), format="%Y-%m-%d")
        self._note("discharged_at", batch, local, np.asarray(pc.fill_null(outside, False)), "outside_month", bad)

    def _day_in_month(self, columns: dict[str, pa.Array], batch: Batch, bad: np.ndarray) -> None:
        column, days_before = _DAY_IN_MONTH[self._table.name]
        first = pa.scalar(self._month.first_day - timedelta(days=days_before), pa.date32())
        last = pa.scalar(self._month.last_day, pa.date32())
        outside = pc.or_(pc.less(columns[column], first), pc.greater(columns[column], last))
        self._note(column, batch, columns[column], np.asarray(pc.fill_null(outside, False)), "outside_month", bad)

    def _refunds_are_consistent(self, columns: dict[str, pa.Array], batch: Batch, bad: np.ndarray) -> None:
        amount, quantity = columns["amount"], columns["quantity"]
        returned = np.asarray(pc.fill_null(pc.less(quantity, 0), False))
        negative = np.asarray(pc.fill_null(pc.less(amount, 0), False))
        positive = np.asarray(pc.fill_null(pc.greater(amount, 0), False))
        self._note(
            "amount", batch, amount, (negative & ~returned) | (positive & returned), "refund_not_consistent", bad
        )
        self.warnings["refunds"] += int((negative & returned).sum())

    def _note(self, column: str, batch: Batch, values: pa.Array, wrong: np.ndarray, code: str, bad: np.ndarray) -> None:
        places = np.flatnonzero(wrong)
        if not len(places):
            return
        bad[places] = True
        header = " + ".join(match.header for match in self._recognition.of(column))
        codes = np.full(len(places), code, dtype=object)
        self._sink.add(batch.numbers[places], column, header, values.take(pa.array(places)).cast(pa.string()), codes)


_COUNTED_IN_MEMORY = 200_000  # rows


def _surely_distinct(spool: str, key: tuple[str, ...]) -> bool:
    """The quick answer for the usual file, which is small and has no duplicates: no database is started for it."""
    with pq.ParquetFile(spool) as file:
        if file.metadata.num_rows > _COUNTED_IN_MEMORY:
            return False
        keys = file.read(columns=list(key))
    return bool(keys.group_by(list(key)).aggregate([]).num_rows == keys.num_rows)


def note_duplicates(table: FactTable, spool: str, recognition: Recognition, sink: ErrorSink, memory_limit: str) -> int:
    """Note every row whose key another row of the file has too. Answers how many rows that are.

    spool: Parquet of the readable rows with their numbers in `_row`. Spills to disk beside it when large.
    """
    if _surely_distinct(spool, table.key):
        return 0
    key = ", ".join(f'"{name}"' for name in table.key)
    settings: dict[str, Any] = {"memory_limit": memory_limit, "threads": 2, "temp_directory": f"{spool}.spill"}
    with duckdb.connect(config=settings) as connection:
        # groups first: holding only the keys that occur twice, not a window over all rows
        result = connection.sql(
            f"WITH keys AS (SELECT {key}, _row FROM read_parquet(?)), "
            f"twice AS (SELECT {key} FROM keys GROUP BY ALL HAVING count(*) > 1) "
            f"SELECT _row, concat_ws(' / ', {', '.join(f'CAST(keys.{name} AS VARCHAR)' for name in table.key[1:])}) "
            f"AS written FROM keys JOIN twice USING ({key}) ORDER BY _row",
            params=[spool],
        ).to_arrow_table()
    if not result.num_rows:
        return 0
    rows = result.column("_row").to_numpy()
    header = " + ".join(match.header for name in table.key[1:] for match in recognition.of(name))
    sink.add(
        rows,
        table.key[-1],
        header,
        result.column("written").combine_chunks(),
        np.full(len(rows), "duplicate_key", dtype=object),
    )
    return len(rows)
