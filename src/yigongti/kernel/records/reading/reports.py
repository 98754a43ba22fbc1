"""Diagnostic reports: what was examined, what it found, and the observations that it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yigongti.kernel.records.reading.results import WHEN, Result, referenced, result
from yigongti.kernel.records.reading.words import Json, Moment, coded, first_moment, referred

_ERRORS = frozenset({"entered-in-error", "cancelled", "registered"})


@dataclass(frozen=True, slots=True)
class Report:
    """One report. is_final: whether the laboratory will still change it. unusual: how many of its results are."""

    id: str
    name: str
    when: Moment | None
    who: str
    conclusion: str
    is_final: bool
    results: tuple[Result, ...]

    @property
    def unusual(self) -> int:
        return sum(1 for one in self.results if one.is_unusual)


def reports(resources: Iterable[Json], language: str = "zh-hans") -> list[Report]:
    """The reports among the resources, newest first, each with those of its observations that are among them too."""
    given = list(resources)
    observations = {
        f"Observation/{one.get('id')}": one
        for one in given
        if one.get("resourceType") == "Observation" and one.get("status") not in _ERRORS
    }
    found = [
        _report(one, observations, language)
        for one in given
        if one.get("resourceType") == "DiagnosticReport" and one.get("status") not in _ERRORS
    ]
    return sorted(found, key=lambda one: one.when.sort_key if one.when else 0.0, reverse=True)


def _report(one: Json, observations: dict[str, Json], language: str) -> Report:
    who = [*one.get("performer", []), *one.get("resultsInterpreter", [])]
    named = [observations[target] for target in referenced(one, "result") if target in observations]
    return Report(
        id=str(one.get("id", "")),
        name=coded(one.get("code"), language),
        when=first_moment(one, WHEN),
        who="、".join(filter(None, (referred(told) for told in who))),
        conclusion=str(one.get("conclusion", "")) or coded(one.get("conclusionCode", []), language),
        is_final=one.get("status") in ("final", "amended", "corrected", "appended"),
        results=tuple(result(observation, language) for observation in named),
    )
