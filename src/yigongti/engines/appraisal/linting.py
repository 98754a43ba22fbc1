"""What a card must not be: weights that do not add up, an unknown measure, a target in the past, bands that overlap or
leave a gap, pay by income of drugs, tests or examinations. All that is wrong is said at once, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from yigongti.engines.appraisal.definitions import (
    Adjustment,
    Band,
    Bands,
    Card,
    Graded,
    Item,
    Line,
    MoneyKind,
    Rank,
    SubjectKind,
    ToTarget,
    Version,
    Veto,
)
from yigongti.engines.appraisal.forbidden_income import IncomeWords, income_findings
from yigongti.engines.appraisal.known_measures import KnownMeasure
from yigongti.engines.appraisal.reading import wrong
from yigongti.foundation.errors import PolicyError

# departments, teams and persons are no grain of a measure: their values come with the cards
_GRAINS = (SubjectKind.INSTITUTION, SubjectKind.COMMUNITY)
_PAYS = {
    MoneyKind.CLEARING: (SubjectKind.COMMUNITY, SubjectKind.INSTITUTION),
    MoneyKind.DIRECTOR_PAY: (SubjectKind.INSTITUTION, SubjectKind.PERSON),
    MoneyKind.PERSONAL_PAY: (SubjectKind.PERSON,),
}


def lint(
    card: Card,
    measures: Mapping[str, KnownMeasure],
    words: IncomeWords,
    *,
    on: date,
    forms: Collection[str] | None = None,
) -> list[PolicyError]:
    """Everything wrong with the card. on: the day on which it is to be used; targets set until an earlier day are past.
    forms: ids of policy/forms; None where they are not looked at."""
    found: list[PolicyError] = []
    for number, version in enumerate(card.versions):
        where = f"{card.path} {version.from_on}"
        later = card.versions[number + 1].from_on if number + 1 < len(card.versions) else None
        found += _weights(version, where)
        found += _grades(version, where)
        found += _money(card, version, where)
        for _, item in version.items:
            place = f"{where} {item.id}"
            found += _measure(card, item, measures, forms, place)
            found += _scoring(item, version, place)
            if later is None or later > on:
                found += _target(item, max(version.from_on, on), place)
        found += income_findings(card, version, dict(measures), words)
    return found


def refuse(found: Sequence[PolicyError]) -> None:
    """Raises the first error, if there is one."""
    if found:
        raise found[0]


def _weights(version: Version, where: str) -> Iterator[PolicyError]:
    for section in version.sections:
        together = sum((item.weight for item in section.items), Decimal(0))
        if together != section.weight:
            yield wrong(
                "weights_do_not_add_up",
                f"“{section.label.zh}”各项合计 {together} 分，应为 {section.weight} 分",
                f"the items of “{section.label.en}” add up to {together}, not {section.weight}",
                f"{where} {section.id}",
            )
    together = sum((section.weight for section in version.sections), Decimal(0))
    if together != version.full_score:
        yield wrong(
            "weights_do_not_add_up",
            f"各部分合计 {together} 分，应为 {version.full_score} 分",
            f"the sections add up to {together}, not {version.full_score}",
            where,
        )
    if version.least_assessed > version.full_score:
        yield wrong(
            "least_assessed_too_high",
            f"最少考核 {version.least_assessed} 分，高于满分 {version.full_score}，没有对象能得分",
            f"{version.least_assessed} points must be judged of {version.full_score}: nobody could have a score",
            where,
        )


def _grades(version: Version, where: str) -> Iterator[PolicyError]:
    edges = [grade.at_least for grade in version.grades]
    names = [grade.id for grade in version.grades]
    if len(set(edges)) != len(edges) or len(set(names)) != len(names) or any(e > version.full_score for e in edges):
        yield wrong(
            "grades_wrong",
            "等级的编号与下限不得重复，下限不得高于满分",
            "grades have different ids and lower edges, none above the full score",
            where,
        )


def _money(card: Card, version: Version, where: str) -> Iterator[PolicyError]:
    allowed = _PAYS.get(version.money.kind)
    if allowed and card.subjects not in allowed:
        yield wrong(
            "money_for_others",
            f"{version.money.kind} 不能用于考核对象 {card.subjects}",
            f"{version.money.kind} cannot hang on a card for {card.subjects}",
            where,
        )
    if version.money.coefficient:
        yield from _cover(version.money.coefficient, f"{where} money", Decimal(0), version.full_score)


def _measure(
    card: Card, item: Item, measures: Mapping[str, KnownMeasure], forms: Collection[str] | None, where: str
) -> Iterator[PolicyError]:
    if item.form and forms is not None and item.form not in forms:
        yield wrong("form_unknown", f"没有检查表 {item.form}", f"there is no form {item.form} in policy/forms", where)
    if not item.measure:
        return
    if item.measure not in measures:
        yield wrong(
            "measure_unknown",
            f"没有指标 {item.measure}（policy/measures）",
            f"there is no measure {item.measure} in policy/measures",
            where,
        )
        return
    known = measures[item.measure]
    if known.grain and card.subjects in _GRAINS and str(card.subjects) not in known.grain:
        yield wrong(
            "measure_not_for_the_subject",
            f"指标 {item.measure} 不能按 {card.subjects} 计算，只能按 {'、'.join(known.grain)}",
            f"the measure {item.measure} is not made for a {card.subjects}, only for {', '.join(known.grain)}",
            where,
        )
    periods = known.periods
    if periods and str(card.period) not in periods:
        yield wrong(
            "measure_not_for_the_period",
            f"指标 {item.measure} 不能按{card.period}计算，只能按 {'、'.join(periods)}",
            f"the measure {item.measure} is not made for a {card.period}, only for {', '.join(periods)}",
            where,
        )


def _scoring(item: Item, version: Version, where: str) -> Iterator[PolicyError]:
    scoring = item.scoring
    points: list[Decimal] = []
    if isinstance(scoring, Bands):
        yield from _cover(scoring.bands, where)
        points = [band.points for band in scoring.bands]
    elif isinstance(scoring, Line):
        points = [points for _, points in scoring.at]
    elif isinstance(scoring, Rank):
        points = [points for _, points in scoring.tops]
    elif isinstance(scoring, Veto):
        if scoring.when.from_ is None and scoring.when.below is None:
            yield wrong("veto_always", "否决项须写明数值范围", "a veto needs a range of values", where)
        if scoring.caps_at >= version.full_score:
            yield wrong("veto_without_effect", "否决后的上限须低于满分", "a veto must cap below the full score", where)
    elif isinstance(scoring, Adjustment) and scoring.most > version.full_score:
        yield wrong("adjustment_too_large", "加减分上限高于满分", "an adjustment exceeds the full score", where)
    elif isinstance(scoring, Graded) and item.measure:
        yield wrong(
            "graded_by_nobody",
            "评分项须写 asks，由人评；指标请用其他评分方法",
            "a mark is given by an assessor (asks); a measure is scored otherwise",
            where,
        )
    if points and max(points) != item.weight:
        yield wrong(
            "full_marks_out_of_reach",
            f"最高得 {max(points)} 分，与权重 {item.weight} 不符",
            f"the most that can be earned is {max(points)}, not the weight {item.weight}",
            where,
        )


def _target(item: Item, on: date, where: str) -> Iterator[PolicyError]:
    if isinstance(item.scoring, ToTarget) and item.scoring.until is not None and item.scoring.until < on:
        yield wrong(
            "target_in_the_past",
            f"“{item.label.zh}”的目标定到 {item.scoring.until}，早于 {on}",
            f"the target of “{item.label.en}” was set until {item.scoring.until}, before {on}",
            where,
        )


def _cover(
    bands: Sequence[Band], where: str, first: Decimal | None = None, last: Decimal | None = None
) -> Iterator[PolicyError]:
    """Bands must follow each other without overlap and gap, over all values (or from `first` to `last`)."""
    for band in bands:
        low, high = band.range.from_, band.range.below
        if low is not None and high is not None and high <= low:
            yield wrong("band_empty", f"{low} 至 {high} 的一档没有值", f"no value lies from {low} to {high}", where)
            return
    for before, after in pairwise(bands):
        end, begin = before.range.below, after.range.from_
        if end is None or begin is None or begin < end:
            yield wrong(
                "bands_overlap",
                f"自 {_edge(before.range.from_)} 起与自 {_edge(begin)} 起的两档重叠",
                f"the bands from {_edge(before.range.from_)} and from {_edge(begin)} overlap",
                where,
            )
            return
        if begin > end:
            yield wrong(
                "bands_gap",
                f"{end} 至 {begin} 之间的值没有分",
                f"values from {end} to {begin} have no band",
                where,
            )
            return
    begin, end = bands[0].range.from_, bands[-1].range.below
    open_below = begin is not None and (first is None or begin > first)
    open_above = end is not None and (last is None or end <= last)
    if open_below or open_above:
        edge = begin if open_below else end
        yield wrong(
            "bands_gap",
            f"{'低于' if open_below else '达到'} {edge} 的值没有分",
            f"values {'below' if open_below else 'from'} {edge} {'' if open_below else 'on '}have no band",
            where,
        )


def _edge(value: Decimal | None) -> str:
    return "−∞" if value is None else str(value)
