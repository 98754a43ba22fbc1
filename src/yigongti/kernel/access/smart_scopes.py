"""SMART scopes of systems: what a client asked for, which only narrows what its post allows.

    system/*.read   system/Observation.write   system/Patient.rs   system/*.cruds        (SMART App Launch 1 and 2)

Read as letters: c create, r read (also history), u update (also patch), d delete, s search. Version 1's `read` is
`rs`, its `write` is `cud`, its `*` is all. Source: hl7.org/fhir/smart-app-launch, scopes and launch context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from yigongti.foundation.errors import InvalidInput, NotPermitted

LETTERS = "cruds"
INTERACTIONS = {
    "create": "c", "read": "r", "vread": "r", "history": "r", "update": "u", "patch": "u", "delete": "d",
    "search": "s", "everything": "rs", "match": "rs", "export": "rs", "validate": "",
}  # fmt: skip
"""Interaction → the letters that it needs, all of them."""

_scope = re.compile(r"system/(\*|[A-Z][A-Za-z]{1,40})\.(read|write|\*|c?r?u?d?s?)").fullmatch
_VERSION_1 = {"read": "rs", "write": "cud", "*": LETTERS}


@dataclass(frozen=True, slots=True)
class Grants:
    """Type (or *) → letters."""

    letters: tuple[tuple[str, str], ...]

    def allows(self, interaction: str, type_name: str) -> bool:
        """Whether the scopes allow an interaction on a type; on "*", only if they name every type."""
        needed = INTERACTIONS[interaction]
        held = {letter for name, letters in self.letters if name in {"*", type_name} for letter in letters}
        return held.issuperset(needed)

    def require(self, interaction: str, type_name: str) -> None:
        """Raises NotPermitted unless `allows`."""
        if not self.allows(interaction, type_name):
            needed = INTERACTIONS[interaction]
            raise NotPermitted(
                "access.scope_missing",
                zh=f"接入授权不包括该操作，需要 system/{type_name}.{needed}",
                en=f"the client's scopes do not allow this: system/{type_name}.{needed} is needed",
            )


def read_scopes(texts: Iterable[str]) -> Grants:
    """The scopes as grants. Raises InvalidInput for one that is none, or that grants nothing."""
    found = []
    for text in texts:
        match = _scope(text)
        if match is None or not match[2]:
            raise InvalidInput(
                "access.scope_unknown",
                zh="不是合法的接入授权，应如 system/Observation.rs",
                en="not a scope; write for example system/Observation.rs",
                where=text[:80],
            )
        found.append((match[1], _VERSION_1.get(match[2], match[2])))
    return Grants(tuple(found))


def narrowed(asked: Iterable[str], held: Iterable[str]) -> list[str]:
    """Of the scopes asked for, those that the held ones cover; what is not covered is not granted."""
    grants = read_scopes(held)
    kept = []
    for text in asked:
        try:
            ((name, letters),) = read_scopes([text]).letters
        except InvalidInput:
            continue
        own = {letter for type_name, some in grants.letters if type_name in {"*", name} for letter in some}
        if own.issuperset(letters):
            kept.append(text)
    return kept
