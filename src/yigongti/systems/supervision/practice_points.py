"""The rules of points (记分) of policy/scorecards/practice_points: score and article by the day, yearly thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.policy import Policy

FOLDER = "scorecards/practice_points"


@dataclass(frozen=True, slots=True)
class PointRule:
    """A rule: whose points (institution, practitioner), how many, for breach of which article."""

    id: str
    who: str
    label: Text
    score: Decimal
    article: str
    source: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """What follows when the points of a calendar year reach the score."""

    id: str
    who: str
    score: Decimal
    label: Text


def rules(policy: Policy, on: date) -> dict[str, PointRule]:
    """ "institution/fraud" → rule, as in force on that day."""
    found: dict[str, PointRule] = {}
    for document in policy.documents(FOLDER):
        card = document.data
        for rule in card["rules"]:
            if date.fromisoformat(rule["from"]) <= on:
                key = f"{card['who']}/{rule['id']}"
                label = Text(rule["label"]["zh"], rule["label"]["en"])
                found[key] = PointRule(
                    rule["id"], card["who"], label, Decimal(rule["score"]), rule["article"], rule["source"]
                )
    return found


def the_rule(policy: Policy, key: str, on: date) -> PointRule:
    """Raises InvalidInput for a rule that is not in force on that day."""
    found = rules(policy, on).get(key)
    if found is None:
        raise InvalidInput(
            "supervision.points_rule_unknown",
            zh=f"记分条目“{key}”在 {on} 没有规定",
            en=f"no rule of points “{key}” is in force on {on}",
            where="rule",
        )
    return found


def thresholds(policy: Policy, who: str, on: date) -> list[Threshold]:
    """From the lowest score to the highest."""
    found = [
        Threshold(each["id"], who, Decimal(each["score"]), Text(each["label"]["zh"], each["label"]["en"]))
        for document in policy.documents(FOLDER)
        if document.data["who"] == who
        for each in document.data["thresholds"]
        if date.fromisoformat(each["from"]) <= on
    ]
    return sorted(found, key=lambda threshold: threshold.score)


def reached(policy: Policy, who: str, total: Decimal, on: date) -> Threshold | None:
    """The highest threshold that the year's total reaches, None below the first."""
    met = [threshold for threshold in thresholds(policy, who, on) if threshold.score <= total]
    return met[-1] if met else None
