"""Problems and allergies: what stays with a person, and what must be known before anything is prescribed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yigongti.kernel.records.reading.elements import codes, every, key_of, words
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.moments import NEVER, Moment, first_moment, moment

ACTIVE = frozenset({"active", "recurrence", "relapse"})
OVER = frozenset({"inactive", "remission", "resolved"})
NO_KNOWN_ALLERGY = frozenset({"716186003", "409137002", "428607008", "429625007"})
"""SNOMED CT: no known allergy, drug, environmental, food allergy; from memory, unchecked."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One diagnosis of the person, however often it was written down.

    since, last: first and last time; until: when it ended. is_current: somebody said that it is active; is_over: that
    it is no longer; neither: nobody said. is_listed: on the problem list; is_of_visits: written down only as the
    diagnosis of visits and stays, so that nobody says that it holds since then.
    """

    fact: Fact
    name: str
    code: str
    since: Moment
    last: Moment
    until: Moment
    times: int
    is_current: bool
    is_over: bool
    is_listed: bool
    is_of_visits: bool
    severity: str = ""


def problems_of(facts: Iterable[Fact]) -> list[Problem]:
    """Every diagnosis once: the current ones first (the problem list, then the oldest), the others by last day.

    The newest statement about a diagnosis counts: a hypertension that was called resolved and is active again is.
    """
    grouped: dict[str, list[Fact]] = {}
    for fact in facts:
        grouped.setdefault(key_of(fact.resource.get("code")), []).append(fact)
    found = [_problem(sorted(group, key=_said_at, reverse=True)) for key, group in grouped.items() if key]
    found.sort(key=lambda problem: problem.last, reverse=True)
    current = sorted((p for p in found if p.is_current), key=lambda problem: (not problem.is_listed, problem.since))
    return [*current, *(problem for problem in found if not problem.is_current)]


def _said_at(fact: Fact) -> Moment:
    return moment(fact.resource.get("recordedDate")) or fact.when


def _problem(group: list[Fact]) -> Problem:
    newest = group[0]
    stated = [codes(fact.resource.get("clinicalStatus")) for fact in group]
    status = next((status for status in stated if status), set())
    categories = [codes(fact.resource.get("category")) for fact in group]
    days = [fact.when for fact in group if fact.when]
    return Problem(
        newest,
        words(newest.resource.get("code")),
        code_of(newest),
        min(days, default=NEVER),
        max(days, default=NEVER),
        first_moment(newest.resource, ("abatementDateTime", "abatementPeriod")),
        len(group),
        is_current=bool(status & ACTIVE),
        is_over=bool(status & OVER),
        is_listed=any("problem-list-item" in named for named in categories),
        is_of_visits=all("encounter-diagnosis" in named for named in categories),
        severity=words(newest.resource.get("severity")),
    )


def code_of(fact: Fact) -> str:
    """The first code as it stands on paper (ICD-10 before others)."""
    coded = [coding for concept in every(fact.resource.get("code")) for coding in every(concept.get("coding"))]
    ordered = sorted(coded, key=lambda coding: "icd" not in str(coding.get("system", "")).lower())
    return str(ordered[0].get("code", "")) if ordered else ""


@dataclass(frozen=True, slots=True)
class Allergy:
    """What the person must not be given, and what it did. is_severe: critical, or a severe reaction is written down."""

    fact: Fact
    name: str
    reaction: str
    is_severe: bool
    when: Moment


@dataclass(frozen=True, slots=True)
class Allergies:
    """known: none_said: somebody wrote down that there is none, on `none_said.when`."""

    known: list[Allergy]
    none_said: Fact | None = None


def allergies_of(facts: Iterable[Fact]) -> Allergies:
    """The allergies in force, the severe ones first. A known allergy outweighs a statement that there is none."""
    known: dict[str, Allergy] = {}
    none_said = None
    for fact in facts:
        resource = fact.resource
        if codes(resource.get("clinicalStatus")) & OVER:
            continue
        if codes(resource.get("code")) & NO_KNOWN_ALLERGY:
            none_said = none_said or fact
            continue
        name = words(resource.get("code")) or _("unnamed substance")
        known.setdefault(key_of(resource.get("code")) or name, _allergy(fact, name))
    in_order = sorted(known.values(), key=lambda allergy: not allergy.is_severe)
    return Allergies(in_order, None if known else none_said)


def _allergy(fact: Fact, name: str) -> Allergy:
    resource = fact.resource
    reactions = list(every(resource.get("reaction")))
    said = [words(sign) for reaction in reactions for sign in every(reaction.get("manifestation"))]
    severe = resource.get("criticality") == "high" or any(r.get("severity") == "severe" for r in reactions)
    return Allergy(fact, name, "、".join(dict.fromkeys(text for text in said if text)), severe, fact.when)
