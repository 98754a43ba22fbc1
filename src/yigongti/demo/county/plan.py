"""What is asked of the generator: how many residents, which months, which seed, how many fee lines a stay."""

from __future__ import annotations

from dataclasses import dataclass

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month

SMALLEST_COUNTY = 2_000
"""Below this there are not enough births, injuries and tumours to fill the departments."""

LARGEST_COUNTY = 3_000_000
"""The resident numbers of one region have room for 499 births a day and sex; this keeps far below it."""

FORMATS = ("parquet", "csv", "xlsx")
LAYOUTS = ("own", "pinyin", "national")


@dataclass(frozen=True, slots=True)
class CountyPlan:
    """One generation. The same plan gives the same bytes of every file.

    residents: registered residents (each township and village gets its share).
    months: how many months of discharges, the last one being `last_month`.
    fee_lines_per_stay: mean over all stays of the county; county hospitals have more, township hospitals fewer.
    file_format, layout: how the submissions are written (see LAYOUTS: column names of the product, the pinyin
        columns, the letter-number columns of the national interface).
    settlement_months: how many months of settlements, the last being `last_month`; those before `months` have nothing
        else. As many as `months` when it is less.
    planted: False makes a county without any fault: no defect on a page, no claim fault, nothing of the story.
    """

    residents: int
    months: int
    last_month: Month
    seed: int
    fee_lines_per_stay: int = 600
    file_format: str = "parquet"
    layout: str = "own"
    planted: bool = True
    settlement_months: int = 0

    def __post_init__(self) -> None:
        if not SMALLEST_COUNTY <= self.residents <= LARGEST_COUNTY:
            raise InvalidInput(
                "county.residents_out_of_range",
                zh=f"居民数应在 {SMALLEST_COUNTY} 到 {LARGEST_COUNTY} 之间，现为 {self.residents}",
                en=f"residents must lie between {SMALLEST_COUNTY} and {LARGEST_COUNTY}, not {self.residents}",
            )
        if not 1 <= self.months <= 120:
            raise InvalidInput(
                "county.months_out_of_range",
                zh=f"月数应在 1 到 120 之间，现为 {self.months}",
                en=f"months must lie between 1 and 120, not {self.months}",
            )
        if not 0 <= self.settlement_months <= 120:
            raise InvalidInput(
                "county.months_out_of_range",
                zh=f"结算月数应在 0 到 120 之间，现为 {self.settlement_months}",
                en=f"months of settlements must lie between 0 and 120, not {self.settlement_months}",
            )
        if not 30 <= self.fee_lines_per_stay <= 2_000:
            raise InvalidInput(
                "county.fee_lines_out_of_range",
                zh=f"每例费用明细行数应在 30 到 2000 之间，现为 {self.fee_lines_per_stay}",
                en=f"fee lines per stay must lie between 30 and 2000, not {self.fee_lines_per_stay}",
            )
        if self.file_format not in FORMATS:
            raise InvalidInput(
                "county.unknown_format",
                zh=f"文件格式应为 {'、'.join(FORMATS)} 之一，现为 {self.file_format}",
                en=f"the format must be one of {', '.join(FORMATS)}, not {self.file_format}",
            )
        if self.layout not in LAYOUTS:
            raise InvalidInput(
                "county.unknown_layout",
                zh=f"列名版式应为 {'、'.join(LAYOUTS)} 之一，现为 {self.layout}",
                en=f"the columns must be one of {', '.join(LAYOUTS)}, not {self.layout}",
            )

    @property
    def all_months(self) -> tuple[Month, ...]:
        """The months, first to last."""
        return tuple(self.last_month.plus(-back) for back in range(self.months - 1, -1, -1))

    @property
    def first_month(self) -> Month:
        return self.last_month.plus(1 - self.months)

    @property
    def first_settlement_month(self) -> Month:
        return self.last_month.plus(1 - max(self.months, self.settlement_months))

    @property
    def earlier_months(self) -> tuple[Month, ...]:
        """The months that have settlements and nothing else."""
        first = self.first_settlement_month
        return tuple(first.plus(on) for on in range(max(self.months, self.settlement_months) - self.months))

    @property
    def upcoding_from(self) -> Month:
        """The month from which one hospital codes heavier than it treats: about half-way, never the only past."""
        return self.last_month.plus(-max(0, self.months // 2 - 1))
