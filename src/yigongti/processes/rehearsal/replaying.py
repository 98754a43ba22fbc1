"""Replaying: the same facts under the policy in force and under the changed one, part by part.

A part (Replayer) is a sum of the product that reads policy: benefits, grouping and pricing, clearing. Each says below
which paths of the policy its numbers lie. A part none of whose files is changed would give the same rows twice, so it
is not run at all: its difference is nothing, and the result says so as a fact.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from yigongti.facts.public import Lake, Snapshot
from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

FUND, PATIENT, COUNT = "fund", "patient", "count"
MOST_MONTHS = 36
KEY = ("institution_code", "number")
ATTRIBUTES = (
    "person", "institution", "level", "department", "check", "disease", "group", "care", "scheme", "month",
)  # fmt: skip
"""What rows are told apart by; an attribute that a part does not know is empty or absent. `person` is never stored."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who bears an amount: a column of a part's rows. side: FUND or PATIENT; COUNT for a number of things, which stands
    in hundredths beside the fen and is added to neither side."""

    name: str
    label: Text
    side: str


@dataclass(frozen=True)
class Gathered:
    """What a part reads from the database besides the lake, as a value, and the digest of it."""

    value: Any = None
    digest: str = ""


@dataclass(frozen=True)
class Facts:
    """What is replayed: the months, and where their rows are. snapshot and connection reach as far back as a part asks
    (`months_read`). base_release: of the policy in force, so that a part knows which run is which. gathered: by part.
    """

    lake: Lake
    snapshot: Snapshot
    months: tuple[Month, ...]
    connection: Any
    base_release: str
    gathered: Mapping[str, Gathered] = field(default_factory=dict)

    @property
    def first_on(self) -> date:
        return self.months[0].first_day

    @property
    def last_on(self) -> date:
        return self.months[-1].last_day


class Replayer(Protocol):
    """One part that can be replayed.

    name: stable. depends_on: the beginnings of the policy's paths that it reads. payers: the amounts of its rows.
    counted: whom its rows are about ("persons", "stays"). rows_words, persons_words: what is counted, as heads of
    columns; fund_words: what the sums of the side FUND are called; spread_words: what the distribution tells.
    same_keys: whether both policies must meet the same rows. is_drawn: whether an interval from resampling means
    something. permission: what who asks must hold to see the part.
    """

    name: str
    label: Text
    depends_on: tuple[str, ...]
    payers: tuple[Payer, ...]
    counted: Text
    rows_words: Text
    persons_words: Text
    fund_words: Text
    spread_words: Text
    same_keys: bool
    is_drawn: bool
    permission: str

    def gather(self, months: Sequence[Month]) -> Gathered:
        """What it reads from the database, in the asker's scope."""

    def months_read(self, policy: Policy, months: Sequence[Month]) -> tuple[Month, ...]:
        """The months whose facts it needs to replay these."""

    def check(self, policy: Policy, facts_first_on: date, facts_last_on: date) -> None:
        """Raises PolicyError when the rules cannot be read as this part reads them."""

    def run(self, facts: Facts, policy: Policy) -> pa.Table:
        """A row for each key of the facts, in key order: KEY, the ATTRIBUTES as texts, and each payer in fen (int64).
        The same keys under every policy."""

    def run_changed(self, facts: Facts, base: Policy, changed: Policy, before: pa.Table) -> pa.Table:
        """The same under the changed policy; rows that cannot differ may be taken from `before`."""


class OfTheLake(ABC):
    """What holds for most parts: all is read from the lake, and both policies meet the same rows."""

    fund_words = Text("基金", "Fund")
    same_keys = True
    is_drawn = True

    def gather(self, months: Sequence[Month]) -> Gathered:
        return Gathered()

    def run_changed(self, facts: Facts, base: Policy, changed: Policy, before: pa.Table) -> pa.Table:
        return self.run(facts, changed)

    @abstractmethod
    def run(self, facts: Facts, policy: Policy) -> pa.Table:
        """As `Replayer.run`."""


def touched(replayers: Iterable[Replayer], paths: Iterable[str]) -> list[Replayer]:
    """The parts that read at least one of the changed paths, in their order."""
    changed = list(paths)
    return [
        replayer
        for replayer in replayers
        if any(path.startswith(prefix) for path in changed for prefix in replayer.depends_on)
    ]


def facts_digest(snapshot: Snapshot, gathered: Iterable[Gathered]) -> str:
    """Names all that was read: of the lake, and what parts read from the database besides."""
    more = [each.digest for each in gathered if each.digest]
    return hashlib.sha256("\0".join([snapshot.digest, *more]).encode()).hexdigest() if more else snapshot.digest


def untouched_paths(replayers: Iterable[Replayer], paths: Iterable[str]) -> list[str]:
    """The changed paths that no part reads; a source's file is read by nobody and belongs to what cites it."""
    prefixes = tuple(prefix for replayer in replayers for prefix in replayer.depends_on)
    return [path for path in paths if not path.startswith(("sources/", *prefixes))]


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """The months of a period, both included. Raises InvalidInput when it is empty or longer than three years."""
    count = (last.year - first.year) * 12 + last.number - first.number + 1
    if not 1 <= count <= MOST_MONTHS:
        raise InvalidInput(
            "rehearsal.period",
            zh=f"推演期间应为 1 至 {MOST_MONTHS} 个月，且先起后止",
            en=f"a period has 1 to {MOST_MONTHS} months, the first before the last",
            where="first_month",
        )
    return tuple(first.plus(number) for number in range(count))


_SYSTEMS = ("systems/casemix_payment", "systems/claim_checks")


@lru_cache(maxsize=1)
def code_release() -> str:
    """SHA-256 over the program's own engines and this process: other code may give other figures."""
    package = Path(__file__).resolve().parents[2]
    whole = hashlib.sha256()
    for folder in ("engines", "foundation", "processes/rehearsal", "processes/year_end_clearing", *_SYSTEMS):
        for place in sorted((package / folder).rglob("*.py")):
            if "migrations" not in place.parts:
                whole.update(place.relative_to(package).as_posix().encode() + b"\0" + place.read_bytes())
    return whole.hexdigest()


def aligned(before: pa.Table, after: pa.Table, name: str) -> None:
    """Both runs must have met the same facts. Raises InvalidInput otherwise: no difference could be told."""
    if any(not before.column(column).equals(after.column(column)) for column in KEY):
        raise InvalidInput(
            "rehearsal.rows_differ",
            zh=f"两次重算“{name}”的行不一致，无法比较",
            en=f"the two runs of “{name}” met different rows and cannot be compared",
        )
