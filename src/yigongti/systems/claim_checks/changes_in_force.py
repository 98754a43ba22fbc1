"""Checks as signed changes leave them: other thresholds, another strength, a pause. Values and rules, no database.

A change holds from its first day on: the version in force that day ends the day before, and one with the changed
parameters follows. A pause leaves no version from that day on, until a change resumes the check. The strength is not
dated within a check: the strength that holds on the month's last day counts for the whole month.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from yigongti.engines.claim_checks.public import Check, Strength, Version, handler, read_setting

PARAMETERS, STRENGTH, PAUSE, RESUME = "parameters", "strength", "pause", "resume"


@dataclass(frozen=True)
class Change:
    """kind: one of the four words above. parameters: name → text, or list of texts, as a policy file has it.
    source: how the version that it makes names where it comes from."""

    check_id: str
    kind: str
    valid_from: date
    source: str
    parameters: Mapping[str, str | list[str]] = field(default_factory=dict)
    strength: str = ""


def changed(check: Check, changes: Sequence[Change], month_end: date) -> Check:
    """The check with these changes, in their order, as it judges a month that ends on that day."""
    for change in changes:
        if change.kind == STRENGTH:
            check = replace(check, strength=Strength(change.strength)) if change.valid_from <= month_end else check
        else:
            check = replace(check, versions=_versions(check, change))
    return check


def _versions(check: Check, change: Change) -> tuple[Version, ...]:
    """The versions with the change laid over all that holds from its first day on."""
    last = change.valid_from - timedelta(days=1)
    kept = [v if v.valid_to is not None and v.valid_to <= last else replace(v, valid_to=last)
            for v in check.versions if v.valid_from <= last]  # fmt: skip
    if change.kind == PAUSE:
        return tuple(kept)
    if change.kind == RESUME:
        base = max(check.versions, key=lambda version: version.valid_from)
        return (*kept, Version(change.valid_from, None, base.parameters, change.source))
    later = [v for v in check.versions if v.valid_to is None or v.valid_to >= change.valid_from]
    made = [
        replace(v, valid_from=max(v.valid_from, change.valid_from), parameters=_parameters(check, v, change),
                source=change.source)
        for v in later
    ]  # fmt: skip
    return (*kept, *made)


def _parameters(check: Check, version: Version, change: Change) -> dict[str, object]:
    declared = {setting.name: setting for setting in handler(check.handler).parameters}
    where = f"{check.id} {change.source}"
    new = {name: read_setting(declared[name], value, where) for name, value in change.parameters.items()}
    return {**version.parameters, **new}


def digest_of(changes: Iterable[Change]) -> str:
    """Names the changes that hold, in their order; "" when there is none."""
    told = [
        [c.check_id, c.kind, str(c.valid_from), c.source, sorted(c.parameters.items()), c.strength] for c in changes
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest() if told else ""
