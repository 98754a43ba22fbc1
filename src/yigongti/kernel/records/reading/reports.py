"""Diagnostic reports: what was examined, what it found, and the observations that it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yigongti.kernel.records.reading.elements import Resource, displays, every, target_of, words
from yigongti.kernel.records.reading.facts import Fact
from yigongti.kernel.records.reading.results import NOT_SHOWN, Result, result


@dataclass(frozen=True, slots=True)
class Report:
    """One report. is_final: whether the laboratory will not change it any more."""

    fact: Fact
    name: str
    who: str
    conclusion: str
    is_final: bool
    results: tuple[Result, ...]

    @property
    def unusual(self) -> int:
        """How many of its results are not as usual."""
        return sum(1 for one in self.results if one.is_unusual)


def reports_of(facts: Iterable[Fact], observations: Iterable[Fact]) -> list[Report]:
    """The reports in their order, each with those of the observations that it names."""
    named = {f"Observation/{one.id}": one for one in observations if one.resource.get("status") not in NOT_SHOWN}
    return [_report(fact, named) for fact in facts if fact.resource.get("status") not in NOT_SHOWN]


def _report(fact: Fact, observations: Mapping[str, Fact]) -> Report:
    resource = fact.resource
    who = (displays(resource.get(element)) for element in ("performer", "resultsInterpreter"))
    targets = (target_of(reference) for reference in every(resource.get("result")))
    return Report(
        fact,
        words(resource.get("code")),
        "、".join(filter(None, who)),
        report_conclusion(resource),
        resource.get("status") in ("final", "amended", "corrected", "appended"),
        tuple(result(observations[target]) for target in targets if target in observations),
    )


def report_conclusion(resource: Resource) -> str:
    """What a report concludes."""
    return str(resource.get("conclusion") or "") or words(resource.get("conclusionCode"))
