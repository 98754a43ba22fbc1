"""Why an item has the points it has, in a sentence in both languages."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from yigongti.engines.appraisal.arithmetic import to_number
from yigongti.engines.appraisal.definitions import (
    Adjustment,
    Bands,
    Events,
    Graded,
    Item,
    Line,
    NotAssessed,
    Observed,
    Range,
    Rank,
    State,
    ToTarget,
    Version,
    Veto,
)
from yigongti.engines.appraisal.points import Peers, distance_of, vetoed
from yigongti.foundation.errors import Text

STATES = {
    State.NOT_APPLICABLE: Text(zh="不适用", en="not applicable"),
    State.NO_DATA: Text(zh="没有数据", en="no data"),
    State.LIST_NOT_MAINTAINED: Text(zh="所需目录未维护", en="the list it needs is not maintained"),
    State.TOO_FEW: Text(zh="例数过少", en="too few cases"),
}
RULES = {
    NotAssessed.OTHERS: Text(zh="不考核，权重由其他项目分担", en="not assessed, its weight goes to the others"),
    NotAssessed.FULL: Text(zh="计满分", en="full marks"),
    NotAssessed.NOTHING: Text(zh="不得分", en="no points"),
}


def figure(number: Decimal) -> str:
    """A number without trailing zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def why_item(item: Item, found: Observed, points: int | None, rule: NotAssessed | None, peers: Peers) -> Text:
    """ "住院率 12.5，落在 10 至 15 档，得 8 分（满分 10 分）"."""
    name = item.label
    if found.value is None:
        state = STATES[found.state]
        cases = "" if found.n is None else f"（{figure(found.n)} < {item.minimum_cases}）"
        if rule is None:
            return Text(
                zh=f"{name.zh}：{state.zh}{cases}，不产生加减分或否决",
                en=f"{name.en}: {state.en}{cases}, nothing follows",
            )
        then = RULES[rule]
        return Text(zh=f"{name.zh}：{state.zh}{cases}，{then.zh}", en=f"{name.en}: {state.en}{cases}, {then.en}")
    got, value = figure(to_number(points or 0)), figure(found.value)
    zh, en = _how(item, found, peers)
    if isinstance(item.scoring, Veto):
        return Text(zh=f"{name.zh} {value}，{zh}", en=f"{name.en} {value}, {en}")
    if isinstance(item.scoring, Adjustment):
        return Text(zh=f"{name.zh} {value}，{zh}，计 {got} 分", en=f"{name.en} {value}, {en}: {got} points")
    full = figure(item.weight)
    return Text(
        zh=f"{name.zh} {value}，{zh}，得 {got} 分（满分 {full} 分）",
        en=f"{name.en} {value}, {en}: {got} of {full} points",
    )


def _how(item: Item, found: Observed, peers: Peers) -> tuple[str, str]:
    scoring = item.scoring
    assert found.value is not None
    if isinstance(scoring, Bands):
        band = next(band for band in scoring.bands if found.value in band.range)
        return f"落在“{_range(band.range).zh}”档", f"in the band “{_range(band.range).en}”"
    if isinstance(scoring, Line):
        first, last = scoring.at[0], scoring.at[-1]
        ends = f"{figure(first[0])}→{figure(first[1])}, {figure(last[0])}→{figure(last[1])}"
        return f"按插值（{ends}）", f"by interpolation ({ends})"
    if isinstance(scoring, ToTarget):
        distance = distance_of(scoring, found)
        assert distance is not None
        zero, target = figure(to_number(distance.zero)), figure(to_number(distance.target))
        return f"目标 {target}（{zero} 为零分）", f"target {target} (nothing at {zero})"
    if isinstance(scoring, Events):
        return f"每次扣 {figure(scoring.each)} 分", f"{figure(scoring.each)} points less for each"
    if isinstance(scoring, Rank):
        place, there = peers.place(item, found.value), len(peers.by_item[item.id])
        return f"在 {there} 家中排第 {place}", f"place {place} of {there}"
    if isinstance(scoring, Graded):
        return f"评分满分 {figure(scoring.of)}", f"a mark out of {figure(scoring.of)}"
    if isinstance(scoring, Adjustment):
        each, most = figure(abs(scoring.each)), figure(scoring.most)
        verb, said = ("加", "added") if scoring.each > 0 else ("扣", "taken away")
        return f"每次{verb} {each} 分、最多 {most} 分", f"{each} {said} for each, {most} at most"
    if vetoed(item, found) is None:
        return "未触发否决", "the veto does not bite"
    return (
        f"一票否决：总分不高于 {figure(scoring.caps_at)}",
        f"veto: the score is no higher than {figure(scoring.caps_at)}",
    )


def _range(each: Range) -> Text:
    low = None if each.from_ is None else figure(each.from_)
    high = None if each.below is None else figure(each.below)
    if low is None and high is None:
        return Text(zh="任何值", en="any value")
    if low is None:
        return Text(zh=f"低于 {high}", en=f"below {high}")
    if high is None:
        return Text(zh=f"{low} 及以上", en=f"{low} and above")
    return Text(zh=f"{low} 至 {high}（不含）", en=f"{low} to below {high}")


def why_nothing(reason: str, weight: Decimal = Decimal(0), least: Decimal = Decimal(0)) -> Text:
    """Why a subject has no score."""
    if reason == "left_out":
        return Text(zh="不考核：政策规定不考核", en="not assessed: the policy leaves it out")
    return Text(
        zh=f"不考核：能考核的项目合计 {figure(weight)} 分，少于 {figure(least)} 分",
        en=f"not assessed: items worth {figure(weight)} points could be judged, fewer than {figure(least)}",
    )


def why_total(version: Version, score: Decimal, vetoes: Collection[str]) -> Text:
    """The score in a sentence."""
    grade = version.grade(score)
    zh, en = f"总分 {figure(score)}", f"score {figure(score)}"
    if grade is not None:
        zh, en = f"{zh}，{grade.label.zh}", f"{en}, {grade.label.en}"
    if vetoes:
        zh, en = f"{zh}；否决项：{'、'.join(vetoes)}", f"{en}; vetoed by {', '.join(vetoes)}"
    return Text(zh=zh, en=en)
