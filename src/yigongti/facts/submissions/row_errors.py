"""What can be wrong with a row, in words that tell a clerk what to do, and the store of such findings.

Findings are written beside the accepted rows as Parquet, so that a file in which every row is wrong needs no more
memory than a good one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yigongti.foundation.errors import Text

PROBLEMS: dict[str, Text] = {
    "required_missing": Text(zh="必填项为空，请填写", en="this value is required; fill it in"),
    "not_an_integer": Text(zh="应为不小于 0 的整数", en="write a whole number, 0 or more"),
    "not_a_number": Text(zh="应为数字", en="write a number"),
    "too_many_decimals": Text(
        zh="小数位数过多（金额保留 2 位，单价和数量 4 位），请按规定取舍后填写",
        en="too many decimals (2 for amounts, 4 for prices and quantities); round it and write it again",
    ),
    "too_large": Text(zh="数值超出可能的范围，请核对", en="the number is larger than possible; check it"),
    "negative": Text(zh="金额不能为负数，请核对", en="the amount must not be negative; check it"),
    "not_a_date": Text(zh="不是可识别的日期，请写成 2026-10-05", en="not a date; write it as 2026-10-05"),
    "not_an_instant": Text(
        zh="不是可识别的时间，请写成 2026-10-05 14:30", en="not a time; write it as 2026-10-05 14:30"
    ),
    "impossible_date": Text(zh="日期不存在或年份不合理，请核对", en="there is no such date, or its year is impossible"),
    "long_number_lost": Text(
        zh="长数字被表格软件改成了科学计数，后几位已丢失；请把该列设为“文本”格式后重新导出",
        en="the spreadsheet turned this long number into a rounded one; format the column as text and export again",
    ),
    "institution_differs": Text(
        zh="机构代码与本次提交的机构不一致", en="the institution differs from the one this submission is for"
    ),
    "outside_month": Text(zh="日期不在提交的月份内", en="the day is not in the month of this submission"),
    "duplicate_key": Text(
        zh="同一文件中编号重复，请只保留一行", en="this row's key occurs more than once in the file; keep one row"
    ),
    "refund_not_consistent": Text(
        zh="退费行的数量和金额应同为负数，请核对",
        en="a refund has a negative quantity and a negative amount; check both",
    ),
    "code_not_known": Text(
        zh="不是本栏目允许的代码；如系统使用其他代码，请在映射方案中对照",
        en="not one of this column's codes; map other codes in the profile",
    ),
    "reversal_not_negative": Text(
        zh="冲正行的各项金额应为负数（或 0），请核对",
        en="a row that reverses another has negative amounts (or 0); check it",
    ),
    "reverses_itself": Text(
        zh="冲正的结算流水号不能是本行自己的流水号", en="a settlement cannot reverse itself; write the other's number"
    ),
    "parts_do_not_add_up": Text(
        zh="各基金支付、个人账户与现金之和不等于医疗费用总额，请核对",
        en="what the funds, the account and the patient paid does not add up to the total; check it",
    ),
    "outside_exceeds_total": Text(
        zh="全自费、超限价、先行自付与起付线之和超过医疗费用总额，请核对",
        en="what lies outside the policy and the deductible exceed the total; check it",
    ),
    "ends_before_it_starts": Text(zh="出院日期早于入院日期，请核对", en="it ends before it starts; check the days"),
    "settled_before_it_ends": Text(
        zh="结算日期早于出院（就诊结束）日期，请核对", en="it was settled before it ended; check the days"
    ),
    "wrong_cell_count": Text(
        zh="这一行的列数与表头不一致，可能多了或少了分隔符", en="this row has more or fewer cells than the header"
    ),
    "list_too_long": Text(zh="一格内的编码过多，请核对", en="too many codes in one cell; check it"),
    "age_not_readable": Text(
        zh="不足一周岁年龄应写成“月数 天数/30”（如 5 12/30），或在“不足一周岁天数”列写天数",
        en="write an age under one year as “months days/30” (5 12/30), or the days in the column age_days",
    ),
    "case_id_not_derivable": Text(
        zh="缺少病例号，且病案号或住院次数为空，无法确定病例",
        en="no case id, and record number or admission count is empty",
    ),
    "coma_not_readable": Text(
        zh="昏迷时间应为不小于 0 的整数（天、小时、分钟）",
        en="write coma time as whole days, hours and minutes, 0 or more",
    ),
    "hour_not_readable": Text(zh="小时应为 0 到 23 的整数", en="write the hour as a whole number from 0 to 23"),
}
"""Every problem of a row by its stable code. A test holds that each sentence exists in both languages."""

_CODES = tuple(PROBLEMS)
_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("column", pa.string()),
        ("header", pa.string()),
        ("value", pa.string()),
        ("code", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class RowError:
    """One finding: the row as the clerk's spreadsheet numbers it, the column by its own name and by the file's
    header, the value as it was written, and the stable code of the problem."""

    row: int
    column: str
    header: str
    value: str
    code: str

    @property
    def text(self) -> Text:
        return PROBLEMS[self.code]


@dataclass
class ErrorSink:
    """Collects findings batch by batch and writes them to a Parquet file. `counts` is per (column, code)."""

    path: Path
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    total: int = 0
    _writer: pq.ParquetWriter | None = None

    def add(self, rows: np.ndarray, column: str, header: str, values: pa.Array, codes: np.ndarray) -> None:
        """Record findings of one column: row numbers, the values as written, and the codes, all of equal length."""
        if len(rows) == 0:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, _SCHEMA)
        size = len(rows)
        table = pa.table(
            [
                pa.array(rows, pa.int64()),
                pa.array([column] * size),
                pa.array([header] * size),
                values.cast(pa.string()).fill_null(""),
                pa.array(codes.tolist(), pa.string()),
            ],
            schema=_SCHEMA,
        )
        self._writer.write_table(table)
        self.total += size
        for code, count in Counter(codes.tolist()).items():
            self.counts[column, code] += count

    def close(self) -> None:
        if self._writer is None:
            pq.write_table(_SCHEMA.empty_table(), self.path)
        else:
            self._writer.close()


@dataclass(frozen=True, slots=True)
class RowErrors:
    """The findings of a dry run, read from their file in the order of the rows."""

    path: Path
    total: int

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[RowError]:
        if not self.total:
            return
        settings: dict[str, Any] = {"memory_limit": "512MB", "threads": 1, "temp_directory": f"{self.path}.spill"}
        with duckdb.connect(config=settings) as connection:
            ordered = connection.sql("SELECT * FROM read_parquet(?) ORDER BY ALL", params=[str(self.path)])
            for batch in ordered.to_arrow_reader(10_000):
                for row in batch.to_pylist():
                    yield RowError(**row)
