"""What a measure is, as the files of policy/measures say it (docs/adr/0023): filters, counts, formulas, versions.

A count is an amount of one fact; a measure is a formula over counts. Reading the files and refusing what is wrong in
them is loading.py's and linting.py's; computing is reference.py's (one measure, plain rows, with its trace) and
table.py's (all of them, as tables).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yigongti.foundation.errors import Text


class Better(StrEnum):
    """Which direction is good. Of what is only watched nothing is coloured."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"  # 监测比较: compared, never judged
    MORE_COMPLETE = "more_complete"  # 逐步完善: qualitative


class Grain(StrEnum):
    """For whom a measure may be computed."""

    INSTITUTION = "institution"
    COMMUNITY = "community"
    COUNTY = "county"


class PeriodKind(StrEnum):
    """Over which periods."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Over(StrEnum):
    """How a count is made of the rows of its fact."""

    ROWS = "rows"  # how many
    SUM = "sum"  # of a column
    DISTINCT = "distinct"  # different values of a column; does not add up
    MEDIAN = "median"  # of a column; does not add up
    LAST = "last"  # of a stock: its value in the period's last month
    MEAN = "mean"  # of a stock: the mean of its months


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a column: `test` is one of is, in, not_in, at_least, at_most, below, above, filled, starts_with,
    any_in, none_in (of a list column, the codes of a code set or given). `values`: what it is held against."""

    column: str
    test: str
    values: tuple[str | Decimal | date, ...] = ()
    codeset: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions of which all must hold; `any_of`: groups of which one must; `none_of`: groups of which none may."""

    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Where, ...] = ()
    none_of: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A named condition over one fact: one idea once."""

    name: str
    fact: str
    label: Text
    where: Where
    needs_codesets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """An amount of one fact. unit: as it is told ("case", "person", "yuan", "bed day"). item: of a return. by: the
    column (or the return's breakdown) that it is also told apart by, for rates over ages and the like."""

    name: str
    fact: str
    label: Text
    unit: str
    over: Over
    column: str = ""
    item: str = ""
    filters: tuple[str, ...] = ()
    by: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether the counts of institutions and months add up to that of all."""
        return self.over in (Over.ROWS, Over.SUM)


@dataclass(frozen=True, slots=True)
class Terms:
    """Counts that are added and taken away: "inpatient income less the drugs in it"."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """numerator ÷ denominator × times (100 for percent, 10 000 for "per ten thousand")."""

    numerator: Terms
    denominator: Terms
    times: Decimal = Decimal(1)
    is_share: bool = False
    """Whether the numerator is a part of the denominator: a share has Wilson's interval and never exceeds its whole."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A count as it is, or a sum of counts."""

    of: Terms
    times: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Growth:
    """(this period − the same period of last year) ÷ the same period of last year × times, of another formula."""

    of: Ratio | Amount
    times: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Quotient:
    """One ratio held against another × times: income per head at the base against that of the lead hospital."""

    of: Ratio
    against: Ratio
    times: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Standardised:
    """A rate with a standard population: Σ weight of the class × (cases ÷ people of the class) × times."""

    cases: str
    people: str
    standard: str
    times: Decimal = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class ProbabilityOverAges:
    """1 − Π(1 − q) over age groups `width` years wide, q = width·m ÷ (1 + width·m ÷ 2), m = deaths ÷ people
    (standards 2.1, 5.2); × times."""

    deaths: str
    people: str
    ages: tuple[str, ...]
    width: int = 5
    times: Decimal = Decimal(100)


@dataclass(frozen=True, slots=True)
class Spread:
    """A median of the rows themselves."""

    of: str


@dataclass(frozen=True, slots=True)
class Graded:
    """A level or a yes that is reported (电子病历分级, 定性): the value of a return's item."""

    item: str


Formula = Ratio | Amount | Growth | Quotient | Standardised | ProbabilityOverAges | Spread | Graded


@dataclass(frozen=True, slots=True)
class Version:
    """A formula from a day on. zero: what a denominator of 0 means, not_applicable or no_data. minimum: cases below
    which nobody is ranked or coloured. source: id of a file in policy/sources."""

    from_on: date
    formula: Formula
    source: str
    zero: str = "not_applicable"
    minimum: int = 0
    to_on: date | None = None
    """Its last day, where the file says one; None: until the next version."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure with all its versions. numbers: set → its printed number there ({"tertiary-2025": "6"}). levels: of
    institutions for which it has a meaning; empty for all. system: S01…S27, whose page it belongs to."""

    id: str
    label: Text
    why: Text
    better: Better
    unit: str
    grain: tuple[Grain, ...]
    periods: tuple[PeriodKind, ...]
    versions: tuple[Version, ...]
    numbers: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    system: str = ""
    digest: str = ""

    def version_on(self, on: date) -> Version | None:
        """The version in force on the day; None before the first and after the end of one that nothing follows."""
        latest = max((each for each in self.versions if each.from_on <= on), key=lambda v: v.from_on, default=None)
        return None if latest is None or (latest.to_on is not None and latest.to_on < on) else latest


class State(StrEnum):
    """What a value is, apart from a number: none of these is 0."""

    VALUE = "value"
    NOT_APPLICABLE = "not_applicable"
    NO_DATA = "no_data"
    LIST_NOT_MAINTAINED = "list_not_maintained"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Value:
    """A measure of one subject and period. low, high: 95 % interval, None where there is none. completeness: of the
    institutions and months expected, the share that submitted the facts. missing: what was not there, in words of
    codes ("returns: workforce.physicians", "codeset: level_four_surgery")."""

    measure: str
    subject: str
    period: str
    state: State
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    completeness: Decimal = Decimal(1)
    version_from: date | None = None
    missing: tuple[str, ...] = ()
