"""For whom and over which months a measure is computed: an institution, or all below a place of the tree; periods."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from yigongti.engines.measures.definitions import Grain, Measure, PeriodKind
from yigongti.foundation.period import Month, Quarter, Year

Period = Month | Quarter | Year


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody that has values. institutions: those whose rows are its rows (an institution's own code, or all below it
    in the tree). level: of an institution, for measures that have a meaning for some levels only."""

    code: str
    grain: Grain
    institutions: frozenset[str]
    level: str = ""

    @classmethod
    def institution(cls, code: str, level: str = "") -> Subject:
        return cls(code, Grain.INSTITUTION, frozenset({code}), level)


def has_meaning(measure: Measure, subject: Subject, period: Period) -> bool:
    """Whether the measure is computed for the subject's grain and level and this kind of period at all."""
    if subject.grain not in measure.grain or kind_of(period) not in measure.periods:
        return False
    return subject.grain is not Grain.INSTITUTION or not measure.levels or subject.level in measure.levels


def affected(subjects: Iterable[Subject], institutions: Collection[str]) -> list[Subject]:
    """The subjects whose rows are touched when these institutions submit again."""
    return [each for each in subjects if not each.institutions.isdisjoint(institutions)]


def kind_of(period: Period) -> PeriodKind:
    if isinstance(period, Month):
        return PeriodKind.MONTH
    return PeriodKind.QUARTER if isinstance(period, Quarter) else PeriodKind.YEAR


def months_of(period: Period) -> tuple[str, ...]:
    """The months of the period as texts, in order."""
    return (str(period),) if isinstance(period, Month) else tuple(str(month) for month in period.months)


def year_before(period: Period) -> Period:
    """The same period of the year before."""
    if isinstance(period, Month):
        return period.plus(-12)
    return Quarter(period.year - 1, period.number) if isinstance(period, Quarter) else Year(period.number - 1)
