"""What a score card is, as the files of policy/scorecards/appraisal say it: sections, items, how points are earned.

An item's points are earned by a measure or by what an assessor enters. Reading the files is loading.py's, refusing
what makes no sense linting.py's, points reference.py's (with why) and table.py's (for thousands of subjects).
Points, weights and values are Decimal with at most four decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from yigongti.foundation.errors import InvalidInput, Text


class PeriodKind(StrEnum):
    """How often a card is scored."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class SubjectKind(StrEnum):
    """Who is scored."""

    INSTITUTION = "institution"
    COMMUNITY = "community"
    DEPARTMENT = "department"
    TEAM = "team"
    PERSON = "person"


class State(StrEnum):
    """What a value is, apart from a number; none of these is 0."""

    VALUE = "value"
    NOT_APPLICABLE = "not_applicable"
    NO_DATA = "no_data"
    LIST_NOT_MAINTAINED = "list_not_maintained"
    TOO_FEW = "too_few"


class NotAssessed(StrEnum):
    """What becomes of an item's points when there is no value to judge (不考核)."""

    OTHERS = "others"  # its weight goes to the other items: 权重由其他指标分担
    FULL = "full"  # it keeps full marks: 计满分
    NOTHING = "nothing"  # it earns nothing: 不报不得分


class MoneyKind(StrEnum):
    """What money hangs on a card."""

    NONE = "none"
    CLEARING = "clearing_coefficient"  # the fund's clearing of a community
    POOL = "performance_pool"  # shares of a performance pool
    DIRECTOR_PAY = "director_pay"  # the yearly pay of a director
    PERSONAL_PAY = "personal_pay"


@dataclass(frozen=True, slots=True)
class Range:
    """from_ ≤ value < below; None is open."""

    from_: Decimal | None = None
    below: Decimal | None = None

    def __contains__(self, value: Decimal) -> bool:
        return (self.from_ is None or value >= self.from_) and (self.below is None or value < self.below)


@dataclass(frozen=True, slots=True)
class Band:
    """Within the range, so many points."""

    range: Range
    points: Decimal


@dataclass(frozen=True, slots=True)
class Bands:
    """分档: the points of the band in which the value lies; bands in rising order."""

    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """插值: points on straight lines between (value, points), in rising order of values; beyond the ends, the end's."""

    at: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class ToTarget:
    """距目标: nothing at zero_at, full marks at the target, straight in between.

    target: None when each subject has its own (given with the value). zero_share: where nothing is earned as a share
    of the target (0.6: at 60 % of it), in place of zero_at. until: the day for which the target was set.
    """

    zero_at: Decimal | None
    zero_share: Decimal | None
    target: Decimal | None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """逐次扣分: full marks less so many points for each event, never below nothing."""

    each: Decimal


@dataclass(frozen=True, slots=True)
class Rank:
    """排名: points by the place among all subjects. tops: (share of the subjects counted from the best, points), the
    last share 1. Equal values share the better place. least: with fewer subjects that have a value nobody is ranked."""

    tops: tuple[tuple[Decimal, Decimal], ...]
    higher_first: bool
    least: int


@dataclass(frozen=True, slots=True)
class Graded:
    """评分: an assessor's mark out of `of`, in proportion."""

    of: Decimal


@dataclass(frozen=True, slots=True)
class Adjustment:
    """加减分: each unit adds (each > 0) or takes away (each < 0) points, no more than `most`. No weight."""

    each: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Veto:
    """一票否决: while the value lies in the range the whole score is no higher than `caps_at`. No weight."""

    when: Range
    caps_at: Decimal


Scoring = Bands | Line | ToTarget | Events | Rank | Graded | Adjustment | Veto


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a card. measure: id of a file in policy/measures, or empty where an assessor enters it (`asks` says
    what is looked at; `form`: a checklist of policy/forms that it is entered by). weight: its full marks.

    minimum_cases: with fewer cases behind the value the item is too_few. not_assessed: for the states that this item
    treats otherwise than the card.
    """

    id: str
    label: Text
    weight: Decimal
    scoring: Scoring
    measure: str = ""
    asks: Text | None = None
    form: str = ""
    minimum_cases: int = 0
    not_assessed: Mapping[State, NotAssessed] = field(default_factory=dict)

    @property
    def carries_weight(self) -> bool:
        """Whether it is part of the hundred points; vetoes and adjustments stand beside them."""
        return not isinstance(self.scoring, (Veto, Adjustment))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the card; its items' weights add up to its own."""

    id: str
    label: Text
    weight: Decimal
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """A name for scores from `at_least` on (优秀, 良好 …)."""

    id: str
    label: Text
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """What hangs on the score. coefficient: bands of the score, their `points` the coefficient; empty: score ÷ full."""

    kind: MoneyKind
    label: Text
    coefficient: tuple[Band, ...] = ()

    def coefficient_of(self, score: Decimal, full: Decimal) -> Decimal:
        """The coefficient of a score, four decimals."""
        if not self.coefficient:
            return (score / full).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
        return next(band.points for band in self.coefficient if score in band.range)


@dataclass(frozen=True, slots=True)
class Version:
    """A card from a day on. not_assessed: what each state means. least_assessed: the weight that must have been
    judged for there to be a score at all; below it the subject is not assessed. left_out: codes of subjects that
    policy does not assess. publish_days, objection_days: working days."""

    from_on: date
    full_score: Decimal
    sections: tuple[Section, ...]
    grades: tuple[Grade, ...]
    not_assessed: Mapping[State, NotAssessed]
    least_assessed: Decimal
    left_out: frozenset[str]
    publish_days: int
    objection_days: int
    money: Money
    source: str

    @property
    def items(self) -> tuple[tuple[Section, Item], ...]:
        """Every item with its section, in the order of the card."""
        return tuple((section, item) for section in self.sections for item in section.items)

    def grade(self, score: Decimal) -> Grade | None:
        """The best grade that the score reaches."""
        return max((each for each in self.grades if score >= each.at_least), key=lambda g: g.at_least, default=None)


@dataclass(frozen=True, slots=True)
class Card:
    """A score card with all its versions. institution_kinds: for institutions, which ones; empty for all."""

    id: str
    label: Text
    why: Text
    period: PeriodKind
    subjects: SubjectKind
    institution_kinds: tuple[str, ...]
    versions: tuple[Version, ...]
    path: str = ""
    digest: str = ""

    def version_on(self, on: date) -> Version:
        """The version in force on the day. Raises InvalidInput before the first."""
        found = max((each for each in self.versions if each.from_on <= on), key=lambda v: v.from_on, default=None)
        if found is None:
            raise InvalidInput(
                "appraisal.before_first_version",
                zh=f"评分表 {self.id} 在 {on} 尚无有效版本",
                en=f"the card {self.id} has no version in force on {on}",
                where=self.path,
            )
        return found


@dataclass(frozen=True, slots=True)
class Observed:
    """A plain value of an item for one subject. n: the cases behind it, None where it is not made of cases. target: the
    subject's own, for ToTarget without a target of the card."""

    state: State
    value: Decimal | None = None
    n: Decimal | None = None
    target: Decimal | None = None

    def __post_init__(self) -> None:
        numbers = [number for number in (self.value, self.n, self.target) if number is not None]
        wrong = any(not number.is_finite() or abs(number) >= 10**13 for number in numbers)
        if wrong or (self.state is State.VALUE) != (self.value is not None) or (self.n is not None and self.n < 0):
            raise InvalidInput(
                "appraisal.value_not_usable",
                zh="有值时须有可用的数值，无值时不得有数值，例数不得为负",
                en="a value needs a usable number, the other states have none, and cases are not negative",
            )


NO_DATA = Observed(State.NO_DATA)
