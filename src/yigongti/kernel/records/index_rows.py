"""Index rows as the tables hold them: parameters and code systems as numbers, columns as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from yigongti.kernel.records.definitions.public import IndexRows
from yigongti.kernel.records.statements import run

Resolved = dict[tuple[str, str], int]
"""(type, id) of a resource → its row."""


@cache
def parameter_number(type_name: str, name: str) -> int:
    """The number of a search parameter: 32 bits of the SHA-256 of "Observation.code". A test holds them distinct."""
    return int.from_bytes(sha256(f"{type_name}.{name}".encode()).digest()[:4], "big", signed=True)


@lru_cache(maxsize=20_000)
def system_number(system: str) -> int:
    """The number of a code system: 64 bits of the SHA-256 of its address; 0 for none."""
    return int.from_bytes(sha256(system.encode()).digest()[:8], "big", signed=True) if system else 0


_CASTS = {"whose": "bigint", "public_at": "int", "parameter": "int", "resource_id": "bigint", "system": "bigint",
          "target_id": "bigint", "low": "timestamptz", "high": "timestamptz"}  # fmt: skip
_SPECIAL = {"token": ("system", "code"), "string": ("normal", "exact"), "date": ("low", "high"),
            "reference": ("target_id", "url"), "quantity": ("low", "high", "system", "code", "unit"),
            "uri": ("uri",)}  # fmt: skip
KINDS = tuple(_SPECIAL)


def _statement(kind: str) -> str:
    columns = ("resource_id", "whose", "public_at", "parameter", *_SPECIAL[kind])
    casts = [
        "float8" if kind == "quantity" and name in {"low", "high"} else _CASTS.get(name, "text") for name in columns
    ]
    # in binary form texts need no escaping, which takes longer than all the rest; it must not be all null, though
    forms = ["%b" if name in {"code", "normal", "uri"} else "%s" for name in columns]
    arrays = ", ".join(f"{form}::{cast}[]" for form, cast in zip(forms, casts, strict=True))
    return f"INSERT INTO records_{kind} ({', '.join(columns)}) SELECT * FROM unnest({arrays})"


_INSERTS = {kind: _statement(kind) for kind in KINDS}
_DELETES = {kind: f"DELETE FROM records_{kind} WHERE resource_id = ANY(%s)" for kind in KINDS}
INFINITE = float("inf")


@dataclass(slots=True)
class Columns:
    """The rows of many resources, column by column."""

    by_kind: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def add(
        self, type_name: str, row: int, whose: int | None, public_at: int | None, rows: IndexRows, resolved: Resolved
    ) -> None:
        """Take in what one resource is found by. resolved: the rows of the resources that it refers to."""
        head = (row, whose, public_at)
        add = self.by_kind["token"].append
        for name, system, code in rows.tokens:
            add((*head, parameter_number(type_name, name), system_number(system), code))
        for name, normal, exact in rows.strings:
            self.by_kind["string"].append(
                (*head, parameter_number(type_name, name), normal, None if exact == normal else exact)
            )
        for name, low, high in rows.dates:
            self.by_kind["date"].append((*head, parameter_number(type_name, name), low, high))
        for name, target_type, target_id, url in rows.references:
            target = resolved.get((target_type, target_id)) if target_id else None
            text = None if target is not None else url or f"{target_type}/{target_id}"
            self.by_kind["reference"].append((*head, parameter_number(type_name, name), target, text))
        for one in rows.quantities:
            if one.value is not None and one.low is not None and one.high is not None:
                low = high = float(one.value)
            else:  # a range, or "<5": as far as it goes
                low = -INFINITE if one.low is None else float(one.low)
                high = INFINITE if one.high is None else float(one.high)
            self.by_kind["quantity"].append(
                (*head, parameter_number(type_name, one.parameter), low, high, system_number(one.system),
                 one.code, one.unit)
            )  # fmt: skip
        for name, uri in rows.uris:
            self.by_kind["uri"].append((*head, parameter_number(type_name, name), uri))

    def write(self, using: str) -> None:
        """One statement for each table that has rows."""
        for kind, rows in self.by_kind.items():
            if rows:
                run(_INSERTS[kind], [list(column) for column in zip(*rows, strict=True)], using=using)


def forget(resource_rows: list[int], using: str) -> None:
    """Take the index rows of resources away, before they are written anew or because the resources were deleted."""
    if resource_rows:
        for kind in KINDS:
            run(_DELETES[kind], [resource_rows], using=using)
