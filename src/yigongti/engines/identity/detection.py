"""How well registrations of one person are found: precision and recall of pairs against known ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detected:
    """found: right pairs among `reported` pairs; `known` pairs were to be found. by_kind: kind -> (found, known).

    wrong: pairs reported though they are two persons; missed: known pairs not reported.
    """

    found: int
    reported: int
    known: int
    by_kind: Mapping[str, tuple[int, int]]
    wrong: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]

    @property
    def precision(self) -> float:
        """Right pairs among those reported; 1 where none was reported."""
        return self.found / self.reported if self.reported else 1.0

    @property
    def recall(self) -> float:
        """Pairs found among those known; 1 where none was known."""
        return self.found / self.known if self.known else 1.0


def measure_detection(reported: Iterable[tuple[str, str]], known: Iterable[tuple[str, str, str]]) -> Detected:
    """reported: pairs of keys in any order. known: two keys and the kind of slip between them."""
    pairs = {_ordered(one, two) for one, two in reported}
    kinds = {_ordered(one, two): kind for one, two, kind in known}
    tally: dict[str, list[bool]] = defaultdict(list)
    for pair, kind in kinds.items():
        tally[kind].append(pair in pairs)
    return Detected(
        found=len(pairs & kinds.keys()),
        reported=len(pairs),
        known=len(kinds),
        by_kind={kind: (sum(said), len(said)) for kind, said in sorted(tally.items())},
        wrong=tuple(sorted(pairs - kinds.keys())),
        missed=tuple(sorted(kinds.keys() - pairs)),
    )


def _ordered(one: str, two: str) -> tuple[str, str]:
    return (one, two) if one <= two else (two, one)
