"""Rotating the key ring: a new key seals from now on, and what older keys sealed is sealed anew, in batches.

A rotation that was broken off goes on where it stopped. An old key goes once nothing that is stored names it, but never
the key that sealed until now: a transaction that began before may still bring a value under it. That one goes with the
next rotation.

Whoever keeps sealed values in a table of its own adds them when the applications start:

    add_sealed(SealedColumn("messages_outgoing", "text_sealed", "message"))
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Protocol

from django.db import connections, transaction

from yigongti.foundation.errors import Conflict, Text
from yigongti.kernel.jobs.progress import Progress
from yigongti.kernel.people.sealing import KeyRing, keep_ring, ring

USING = "bulk"
_BATCH = 2_000
_LOCK = 7_301_406_117
"""Number of the advisory lock that keeps two rotations apart."""


class Sealed(Protocol):
    """Somewhere sealed values are kept."""

    @property
    def name(self) -> str:
        """What is told of it."""
        ...

    def by_key(self) -> Counter[str]:
        """How many values each key sealed."""
        ...

    def reseal(self, keys: KeyRing, after: int) -> tuple[int, int | None]:
        """Seal the next batch of rows after that row number anew: (values sealed, last row number or None at the end).
        In a transaction of its own."""
        ...


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A text column with one sealed value or nothing; its table has a whole-number key `id`."""

    table: str
    column: str
    purpose: str

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    def by_key(self) -> Counter[str]:
        query = (
            f"SELECT split_part({self.column}, ':', 1), count(*) FROM {self.table} WHERE {self.column} <> '' GROUP BY 1"
        )
        with connections[USING].cursor() as cursor:
            cursor.execute(query)
            return Counter(dict(cursor.fetchall()))

    def reseal(self, keys: KeyRing, after: int) -> tuple[int, int | None]:
        query = (
            f"SELECT id, {self.column} FROM {self.table} WHERE id > %s AND {self.column} <> ''"
            f" AND NOT starts_with({self.column}, %s) ORDER BY id LIMIT %s FOR UPDATE"
        )
        with transaction.atomic(USING), connections[USING].cursor() as cursor:
            cursor.execute(query, [after, f"{keys.current}:", _BATCH])
            rows = cursor.fetchall()
            if not rows:
                return 0, None
            numbers = [number for number, _sealed in rows]
            sealed = [keys.seal(keys.open(sealed, self.purpose), self.purpose) for _number, sealed in rows]
            cursor.execute(
                f"UPDATE {self.table} t SET {self.column} = v.sealed"
                " FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::text[]) AS sealed) v WHERE t.id = v.id",
                [numbers, sealed],
            )
        return len(rows), numbers[-1]


_KEPT: list[Sealed] = [
    SealedColumn("people_resident", "number_sealed", "number"),
    SealedColumn("people_resident", "phone_sealed", "phone"),
]


def add_sealed(kept: Sealed) -> None:
    """Have these values sealed anew with every rotation, and their keys kept until then."""
    if kept.name not in {known.name for known in _KEPT}:
        _KEPT.append(kept)


def status() -> dict[str, Counter[str]]:
    """For each place with sealed values: how many values each key sealed."""
    return {kept.name: kept.by_key() for kept in _KEPT}


def rotate(progress: Progress | None = None, *, new_key: bool = True) -> KeyRing:
    """The ring after the rotation. new_key=False: only finish what a broken-off rotation left.

    Raises Conflict while another rotation runs, NotOpened for a value whose key is gone: then the old keys stay.
    """
    progress = progress or Progress()
    with connections[USING].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Conflict("people.rotating_already", zh="密钥轮换正在进行", en="the keys are being rotated already")
        try:
            before = ring().current
            if new_key:
                keep_ring(ring().rotated())
            _reseal_all(ring(), progress)
            return _without_unused(before)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _reseal_all(keys: KeyRing, progress: Progress) -> None:
    for kept in _KEPT:
        with progress.step(Text(f"重新加密 {kept.name}", f"Sealing {kept.name} anew")) as step:
            after: int | None = 0
            while after is not None:
                count, after = kept.reseal(keys, after)
                step.at(step.done + count)


def _without_unused(before: str) -> KeyRing:
    used = {name for counted in status().values() for name in counted}
    keys = ring()
    stay = {name: key for name, key in keys.keys.items() if name in used | {before, keys.current}}
    if set(stay) != set(keys.keys):
        keep_ring(replace(keys, keys=stay))
    return ring()
