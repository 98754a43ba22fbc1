"""A rehearsal, whole: a question (files, effective day, period) answered from a lake, with the digests of everything.

    result = rehearse(question, layers=policy_layers(), lake=lake, progress=progress)

Deterministic: the same facts, the same two policies, the same program and the same seed give the same result, byte for
byte; `result.digest` is the SHA-256 of all of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yigongti.facts.public import Lake, connect, take_snapshot
from yigongti.foundation.errors import InvalidInput, PolicyError, Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.jobs.progress import Progress
from yigongti.processes.rehearsal.as_if import as_if
from yigongti.processes.rehearsal.changes import FileChange, WrongFile, differences, files_digest, laid_over
from yigongti.processes.rehearsal.comparing import Comparison, compare
from yigongti.processes.rehearsal.joining import joined
from yigongti.processes.rehearsal.replayers import REPLAYERS
from yigongti.processes.rehearsal.replaying import (
    Facts,
    Replayer,
    aligned,
    code_release,
    facts_digest,
    months_between,
    touched,
)
from yigongti.processes.rehearsal.seeing import Seen, seen_by

SEED = 20_220_222  # any will do; it is kept with the result so that the draws can be made again


@dataclass(frozen=True)
class Question:
    """What is asked: what would the months have cost under the rules that these files make on the effective day?"""

    files: Mapping[str, bytes]
    effective_on: date
    first: Month
    last: Month
    seed: int = SEED


@dataclass(frozen=True)
class Result:
    """The answer. facts: digest and versions of what was read. base, changed: releases of the policy in force and of
    the one that was replayed. untouched: parts whose rules are not changed, so that they were not run."""

    files_digest: str
    facts_digest: str
    facts_versions: dict[str, int]
    base_release: str
    changed_release: str
    code_release: str
    seed: int
    changes: tuple[FileChange, ...]
    comparisons: tuple[Comparison, ...]
    untouched: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over everything above, the changes' texts by their files' digest."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "changes"}
        told["comparisons"] = [asdict(comparison) for comparison in self.comparisons]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def rehearse(
    question: Question,
    *,
    layers: Sequence[Path],
    lake: Lake,
    progress: Progress,
    base: Policy | None = None,
    replayers: Sequence[Replayer] = REPLAYERS,
    asker: Actor | None = None,
    memory_limit: str = "2GB",
    threads: int = 2,
) -> Result:
    """Replay and compare. base: the policy of the layers, where the caller has read it. asker: in whose scope parts
    read what is not in the lake (None: nobody's, which sees what is public).

    Raises WrongFile for a file that a reader refuses, InvalidInput when no part reads what is changed or there are no
    facts in the period, PolicyError where the policy in force does not cover the period.
    """
    months = months_between(question.first, question.last)
    base = base or Policy.load(layers)
    with progress.step(Text("核对调整的文件", "Checking the changed files")) as step:
        changes, moved = _checked(question, layers, base, months, replayers)
        step.at(len(question.files))
    parts = touched(replayers, question.files)
    if not parts:
        raise nothing_replayed()
    seen = seen_by(asker, parts, months)
    wanted = sorted({month for part in parts for month in part.months_read(base, months)})
    snapshot = take_snapshot(lake, wanted)
    connection = connect(lake, snapshot, memory_limit=memory_limit, threads=threads)
    with closing(connection.con), laid_over(layers, moved) as changed:
        check_rules(changed, question.files, months[0].first_day, months[-1].last_day, replayers)
        facts = Facts(lake, snapshot, months, connection, base.release.digest, seen.gathered)
        found = tuple(_part(part, facts, seen, base, changed, question.seed, progress) for part in parts)
        changed_release = changed.release.digest
    return Result(
        files_digest(question.files), facts_digest(snapshot, seen.gathered.values()), dict(snapshot.versions),
        base.release.digest, changed_release, code_release(), question.seed, tuple(changes), found,
        tuple(each.name for each in replayers if each not in parts),
    )  # fmt: skip


def nothing_replayed() -> InvalidInput:
    """No part of the product that can be replayed reads what is changed."""
    return InvalidInput(
        "rehearsal.nothing_replayed",
        zh="调整的文件不影响可推演的环节（待遇、病组付费、费用审核、年度清算），推演没有意义",
        en="no part that can be replayed (benefits, payment by group, checks, clearing) reads these files",
    )


def _checked(
    question: Question, layers: Sequence[Path], base: Policy, months: Sequence[Month], replayers: Sequence[Replayer]
) -> tuple[list[FileChange], dict[str, bytes]]:
    with laid_over(layers, question.files) as changed:
        changes = differences(base, changed, list(question.files), question.effective_on)
        check_rules(changed, question.files, question.effective_on, question.effective_on, replayers)
        moved = as_if(base, changed, question.files, effective_on=question.effective_on, first_on=months[0].first_day)
    return changes, moved


def check_rules(
    changed: Policy, paths: Mapping[str, Any], first_on: date, last_on: date, replayers: Sequence[Replayer] = REPLAYERS
) -> None:
    """Read the rules as each touched part reads them. Raises WrongFile naming the changed file."""
    for part in touched(replayers, paths):
        try:
            part.check(changed, first_on, last_on)
        except PolicyError as error:
            raise WrongFile(next((path for path in paths if path == error.where), error.where), error) from error


def _part(
    part: Replayer, facts: Facts, seen: Seen, base: Policy, changed: Policy, seed: int, progress: Progress
) -> Comparison:
    with progress.step(Text(f"{part.label.zh}：现行政策", f"{part.label.en}: as it is")) as step:
        before = part.run(facts, base)
        step.at(before.num_rows)
    if not seen.only(part.name, before).num_rows and part.same_keys:
        raise InvalidInput(
            "rehearsal.no_facts",
            zh=f"所选期间没有可用于“{part.label.zh}”的数据",
            en=f"the period holds no facts for “{part.label.en}”",
            where="first_month",
        )
    with progress.step(Text(f"{part.label.zh}：调整后", f"{part.label.en}: as it would be")) as step:
        after = part.run_changed(facts, base, changed, before)
        step.at(after.num_rows)
    if part.same_keys:
        aligned(before, after, part.label.zh)
    else:
        before, after = joined(before, after, part.payers)
    before, after = (seen.only(part.name, rows) for rows in (before, after))
    with progress.step(Text("比较与重抽样", "Comparing and resampling")) as step:
        found = compare(part.name, part.payers, before, after, seed)
        step.at(found.changed_rows)
    return found
