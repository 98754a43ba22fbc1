"""The sealed places inside resources take part in a rotation of the keys (people/rotating.py)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from django.db import connections, transaction

from yigongti.kernel.people.sealing import KeyRing
from yigongti.kernel.records.definitions.public import read_json, write_json
from yigongti.kernel.records.sealed_fields import MARK, TYPES, opened, sealed

_USING = "bulk"
_BATCH = 500
_KEY = re.compile(rf'"{MARK}([0-9]+):')


@dataclass(frozen=True, slots=True)
class SealedBodies:
    """A table of resources; numbered: its column of whole numbers in whose order it is walked."""

    table: str
    numbered: str

    @property
    def name(self) -> str:
        return f"{self.table}.body"

    def by_key(self) -> Counter[str]:
        counted: Counter[str] = Counter()
        after: int | None = 0
        while after is not None:
            rows = self._rows(after)
            counted.update(key for _number, _version, text in rows for key in set(_KEY.findall(text)))
            after = rows[-1][0] if rows else None
        return counted

    def reseal(self, keys: KeyRing, after: int) -> tuple[int, int | None]:
        with transaction.atomic(_USING), connections[_USING].cursor() as cursor:
            rows = self._rows(after, " FOR UPDATE")
            stale = [row for row in rows if any(key != keys.current for key in _KEY.findall(row[2]))]
            for number, version, text in stale:
                anew = write_json(sealed(opened(read_json(text.encode()), keys), keys)).decode()
                cursor.execute(
                    f"UPDATE {self.table} SET body = %s::jsonb WHERE {self.numbered} = %s AND version = %s",
                    [anew, number, version],
                )
        return len(stale), rows[-1][0] if rows else None

    def _rows(self, after: int, lock: str = "") -> list[tuple[int, int, str]]:
        """Whole groups of one number, so that the next batch may begin behind it."""
        query = (
            f"SELECT {self.numbered}, version, body::text FROM {self.table} WHERE type = ANY(%s) AND NOT deleted"
            f" AND {self.numbered} > %s AND {self.numbered} <= (SELECT max(n) FROM (SELECT {self.numbered} AS n"
            f" FROM {self.table} WHERE type = ANY(%s) AND NOT deleted AND {self.numbered} > %s"
            f" ORDER BY 1 LIMIT {_BATCH}) few) ORDER BY 1, 2{lock}"
        )
        with connections[_USING].cursor() as cursor:
            cursor.execute(query, [sorted(TYPES), after, sorted(TYPES), after])
            return cursor.fetchall()


PLACES = (SealedBodies("records_resource", "id"), SealedBodies("records_version", "resource_id"))
