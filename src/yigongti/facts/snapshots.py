"""A snapshot: one version of every fact table for some months, so that a computation can be repeated exactly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from yigongti.facts.lake import Lake
from yigongti.facts.receipts import Receipt
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES


@dataclass(frozen=True, slots=True)
class Snapshot:
    """months: in order. versions: the version of every fact table that there was. digest: SHA-256 over the files that
    are in force for these months and how they were read; it stays the same while other months change, and two lakes
    fed with the same files have the same digest."""

    months: tuple[Month, ...]
    versions: dict[str, int]
    digest: str

    def to_json(self) -> str:
        content = {"months": [str(month) for month in self.months], "versions": self.versions, "digest": self.digest}
        return json.dumps(content, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """Reads what to_json wrote. Raises InvalidInput for anything else."""
        try:
            content = json.loads(text)
            return cls(
                months=tuple(Month.parse(month) for month in content["months"]),
                versions={str(kind): int(version) for kind, version in content["versions"].items()},
                digest=str(content["digest"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidInput(
                "snapshot.not_readable", zh="快照内容无法识别", en="the snapshot cannot be read"
            ) from error


def take_snapshot(lake: Lake, months: Iterable[Month]) -> Snapshot:
    """Name the versions that hold now. Raises InvalidInput when no month is given."""
    wanted = tuple(sorted(set(months)))
    if not wanted:
        raise InvalidInput("snapshot.no_month", zh="请指定至少一个月份", en="name at least one month")
    versions = {kind: lake.version(kind) for kind in FACT_TABLES}
    content = [
        [r.kind, r.institution_code, str(r.month), r.digest, r.reading]
        for kind, version in versions.items()
        for r in submissions_in_force(lake, kind, wanted, version)
    ]
    digest = hashlib.sha256(json.dumps([[str(month) for month in wanted], content]).encode()).hexdigest()
    return Snapshot(months=wanted, versions=versions, digest=digest)


def submissions_in_force(lake: Lake, kind: str, months: Iterable[Month], version: int) -> list[Receipt]:
    """The submission of every institution that holds at that version for the months, by institution and month."""
    wanted = set(months)
    found: dict[tuple[str, Month], Receipt] = {}
    for receipt in lake.submissions(kind):  # the latest first
        if receipt.version <= version and receipt.month in wanted:
            found.setdefault((receipt.institution_code, receipt.month), receipt)
    return [found[place] for place in sorted(found)]
