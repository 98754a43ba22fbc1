"""`_include` and `_revinclude`: what the results refer to, and what refers to them, a bounded number of rounds."""

from __future__ import annotations

from collections.abc import Sequence

from yigongti.kernel.records.definitions.public import SUPPORTED, Include, Search, parameters_of
from yigongti.kernel.records.index_rows import parameter_number
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import Stored, by_rows

MOST = 1000  # resources included with one page
ROUNDS = 4  # of :iterate

_TARGETS = (
    "SELECT DISTINCT f.target_id FROM records_reference f WHERE f.resource_id = ANY(%s) AND f.target_id IS NOT NULL"
    f" AND f.parameter = ANY(%s) LIMIT {MOST + 1}"
)
_SOURCES = (
    "SELECT DISTINCT f.resource_id FROM records_reference f WHERE f.target_id = ANY(%s)"
    f" AND f.parameter = ANY(%s) LIMIT {MOST + 1}"
)


def included(search: Search, matches: Sequence[Stored], *, using: str = "default") -> tuple[list[Stored], bool]:
    """The resources to add to a page, each once and none of the page; and whether there were more than MOST."""
    if not matches or not (search.includes or search.revincludes):
        return [], False
    seen = {stored.row for stored in matches}
    found: dict[int, Stored] = {}
    fresh: Sequence[Stored] = matches
    for turn in range(ROUNDS):
        rows: set[int] = set()
        for include in search.includes:
            if turn == 0 or include.iterate:
                rows |= _forward(include, fresh, using)
        for include in search.revincludes:
            if turn == 0 or include.iterate:
                rows |= _backward(include, fresh, using)
        new = by_rows(sorted(rows - seen - found.keys())[: MOST + 1], using=using)
        fresh = [stored for stored in new.values() if not stored.deleted and _wanted(search, stored)]
        found |= {stored.row: stored for stored in fresh}
        if not fresh or len(found) > MOST:
            break
    listed = sorted(found.values(), key=lambda stored: (stored.type, stored.row))
    return listed[:MOST], len(listed) > MOST


def _wanted(search: Search, stored: Stored) -> bool:
    targets = {include.target for include in search.includes}
    return "" in targets or bool(search.revincludes) or stored.type in targets


def _numbers(include: Include, type_name: str) -> list[int]:
    names = [
        name for name, parameter in parameters_of(type_name).items()
        if parameter.kind == "reference" and include.parameter in {"*", name}
    ]  # fmt: skip
    return [parameter_number(type_name, name) for name in names]


def _forward(include: Include, fresh: Sequence[Stored], using: str) -> set[int]:
    some = [stored for stored in fresh if include.source in {"*", stored.type}]
    if not some:
        return set()
    numbers = sorted({number for name in {s.type for s in some} for number in _numbers(include, name)})
    return {row for (row,) in run(_TARGETS, [[s.row for s in some], numbers], using=using)}


def _backward(include: Include, fresh: Sequence[Stored], using: str) -> set[int]:
    some = [stored for stored in fresh if include.target in {"", stored.type}]
    if not some:
        return set()
    sources = SUPPORTED if include.source == "*" else (include.source,)
    numbers = [number for name in sources for number in _numbers(include, name)]
    return {row for (row,) in run(_SOURCES, [[s.row for s in some], numbers], using=using)}
