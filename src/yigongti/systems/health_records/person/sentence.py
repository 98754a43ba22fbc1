"""The first line of a person's page: the answer in words.

“王某，男，67 岁，高血压、2 型糖尿病；最近一次住院 9 月 12 日县人民医院；血压最近一次 152/94，未达标”
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yigongti.kernel.records.reading.care import Visit
from yigongti.kernel.records.reading.conditions import Problem
from yigongti.kernel.records.reading.results import (
    FASTING_GLUCOSE,
    HBA1C,
    PRESSURE_KEY,
    Result,
)

NAMED_PROBLEMS = 4


@dataclass(frozen=True, slots=True)
class Targets:
    """What counts as controlled (policy records.blood_pressure_target and its like): below these values."""

    systolic: Decimal
    diastolic: Decimal
    fasting_glucose: Decimal
    hba1c: Decimal


def age_on(born: date | None, today: date) -> int | None:
    """Full years."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def age_in_words(born: date | None, today: date) -> str:
    """67 years; of small children months, of the newborn days."""
    years = age_on(born, today)
    if years is None or born is None:
        return ""
    if years >= 3:
        return ngettext("%(age)s year", "%(age)s years", years) % {"age": years}
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months >= 1:
        return ngettext("%(age)s month", "%(age)s months", months) % {"age": months}
    days = (today - born).days
    return ngettext("%(age)s day old", "%(age)s days old", days) % {"age": days}


def is_met(result: Result, targets: Targets) -> bool | None:
    """Whether a result is below its target; None for a result that has none."""
    if result.number is None:
        return None
    if result.key == PRESSURE_KEY and result.diastolic is not None:
        return result.number < targets.systolic and result.diastolic < targets.diastolic
    code = result.key.rpartition("|")[2]
    if code in FASTING_GLUCOSE:
        return result.number < targets.fasting_glucose
    return result.number < targets.hba1c if code in HBA1C else None


def sentence(
    name: str,
    sex: str,
    age: str,
    *,
    problems: Sequence[Problem],
    visits: Sequence[Visit],
    results: Sequence[Result],
    targets: Targets,
    today: date,
) -> str:
    """Who it is, what they have, where they were last, and whether pressure and sugar are controlled."""
    parts = [_listed(part for part in (name, sex, age, _problems(problems)) if part)]
    parts += [text for text in (_admission(visits, today), *_controls(results, targets)) if text]
    return _("; ").join(parts) + _(".")


def _listed(parts: Iterable[str]) -> str:
    """One, two, three"""
    said = ""
    for part in parts:
        said = _("%(first)s, %(second)s") % {"first": said, "second": part} if said else part
    return said


def _problems(problems: Sequence[Problem]) -> str:
    current = [problem for problem in problems if problem.is_current]
    named = _(" and ").join(problem.name for problem in current[:NAMED_PROBLEMS])
    if len(current) > NAMED_PROBLEMS:
        rest = len(current) - NAMED_PROBLEMS
        named += ngettext(" and %(count)s more problem", " and %(count)s more problems", rest) % {"count": rest}
    return named


def _admission(visits: Sequence[Visit], today: date) -> str:
    last = next((visit for visit in visits if visit.is_admission), None)
    if last is None:
        return ""
    if not last.ended.is_known and last.fact.resource.get("status") == "in-progress":
        return _("in %(place)s since %(day)s") % {"place": last.place, "day": day_in_words(last.began.day, today)}
    return _("last admitted on %(day)s to %(place)s") % {
        "place": last.place, "day": day_in_words(last.began.day, today),
    }  # fmt: skip


def day_in_words(day: date, today: date) -> str:
    """9月12日; with the year where it is another."""
    if day.year == today.year:
        return _("%(day)s/%(month)s") % {"month": day.month, "day": day.day}
    return _("%(day)s/%(month)s/%(year)s") % {"year": day.year, "month": day.month, "day": day.day}


def _controls(results: Sequence[Result], targets: Targets) -> list[str]:
    """The newest blood pressure, fasting glucose and HbA1c with whether each meets its target."""
    said: list[str] = []
    seen: set[str] = set()
    for result in results:
        met = None if result.key in seen else is_met(result, targets)
        seen.add(result.key)
        if met is None:
            continue
        value = result.value if result.key == PRESSURE_KEY else result.said
        words = _("%(name)s last %(value)s, target met") if met else _("%(name)s last %(value)s, target not met")
        said.append(words % {"name": result.name, "value": value})
    return said
