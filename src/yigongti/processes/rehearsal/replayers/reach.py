"""Whom a change of benefits can reach at all: so that a year is settled twice only for those.

What insurance pays of a bill depends on the rules of the bill and on what the person used before. So a person none of
whose bills meets a rule that differs is paid the same under both policies. Rules are compared field by field, on every
stretch of days; a field that is not known here to concern some bills only concerns everybody of the scheme.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from yigongti.engines.benefit.public import Care, Rules, is_in_force, rules_of
from yigongti.foundation.policy import Policy

_NO_RULE = frozenset(
    {"insurance_type", "on", "valid_from", "valid_until", "year_from", "year_until", "group_labels", "disease_labels",
     "parameters", "_terms"}
)  # fmt: skip
_STAYS = frozenset({Care.INPATIENT.value, Care.MAJOR_DISEASE.value})
_BY_LEVEL: Mapping[str, frozenset[str]] = {
    "deductible": _STAYS,
    "inpatient": frozenset({Care.INPATIENT.value}),
    "outpatient_ratio": frozenset({Care.OUTPATIENT.value}),
    "two_disease_ratio": frozenset({Care.TWO_DISEASES.value}),
}
_BY_CARE: Mapping[str, frozenset[str]] = {
    "outpatient": frozenset({Care.OUTPATIENT.value}),
    "special_disease_ratio": frozenset({Care.SPECIAL_DISEASE.value}),
    "major_diseases": frozenset({Care.MAJOR_DISEASE.value}),
    "major_bears_deductible": frozenset({Care.MAJOR_DISEASE.value}),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """Bills of a scheme that meet a rule that differs; None: of any kind, level or group."""

    scheme: str
    cares: frozenset[str] | None = None
    levels: frozenset[str] | None = None
    groups: frozenset[str] | None = None


def reach_of(base: Policy, changed: Policy, first_on: date, last_on: date) -> frozenset[Reach]:
    """What the change can reach between two days; nothing when no rule differs on any of them."""
    found: set[Reach] = set()
    for scheme in _schemes(base) | _schemes(changed):
        for day in _days(base, changed, first_on, last_on):
            before, after = (_rules(policy, scheme, day) for policy in (base, changed))
            if (before is None) != (after is None):
                found.add(Reach(scheme))
            elif before is not None and after is not None:
                found |= set(_differences(scheme, before, after))
    return frozenset(found)


def _schemes(policy: Policy) -> set[str]:
    return {scheme for value in policy.parameter("benefit.care_covered").values for scheme in value.content}


def _rules(policy: Policy, scheme: str, day: date) -> Rules | None:
    return rules_of(policy, scheme, day) if is_in_force(policy, scheme, day) else None


def _days(base: Policy, changed: Policy, first_on: date, last_on: date) -> list[date]:
    """A day of every stretch without a change: the days on which something changes, and those on which a benefit year
    may begin (the first of every month: a year that begins in between is met by its scheme's own day)."""
    days = {first_on, last_on}
    for policy in (base, changed):
        for name, parameter in policy.parameters.items():
            if name.startswith("benefit."):
                days |= {value.from_on for value in parameter.values if first_on <= value.from_on <= last_on}
        for value in policy.parameter("benefit.year_starts_on").values:
            for text in value.content.values():
                month, day = (int(part) for part in str(text).split("-"))
                years = range(first_on.year, last_on.year + 1)
                days |= {start for year in years if first_on <= (start := date(year, month, day)) <= last_on}
    # values that are selected by the year's first day change with the first bill after it
    return sorted(days | {day + timedelta(days=1) for day in days if day < last_on})


def _differences(scheme: str, before: Rules, after: Rules) -> Iterable[Reach]:
    for each in fields(Rules):
        one, other = getattr(before, each.name), getattr(after, each.name)
        if each.name in _NO_RULE or one == other:
            continue
        if each.name in _BY_LEVEL:
            yield Reach(scheme, _BY_LEVEL[each.name], frozenset(str(level.value) for level in _keys(one, other)))
        elif each.name in _BY_CARE:
            yield Reach(scheme, _BY_CARE[each.name])
        elif each.name == "diseases":
            yield Reach(scheme, frozenset(str(care.value) for care, _disease in _keys(one, other)))
        elif each.name == "by_group" and "none" not in (groups := frozenset(_keys(one, other))):
            yield Reach(scheme, groups=groups)
        else:
            yield Reach(scheme)


def _keys(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> set[Any]:
    """The keys of which the values differ."""
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}
