"""The groups that a resident may belong to, as the office lists them: policy/codesets/resident_groups.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from yigongti.foundation.errors import Text
from yigongti.kernel.access.limits import policy


@dataclass(frozen=True, slots=True)
class Group:
    """condition: the word of a chronic condition that puts a resident in; from_age, to_age: years, both included, of a
    group that follows from age alone."""

    code: str
    name: Text
    condition: str = ""
    from_age: int | None = None
    to_age: int | None = None


@lru_cache(maxsize=1)
def groups() -> dict[str, Group]:
    """All groups by code, in the order of the file."""
    with policy().file("codesets/resident_groups.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Group(
                row["code"],
                Text(row["zh"], row["en"]),
                row["condition"],
                int(row["from_age"]) if row["from_age"] else None,
                int(row["to_age"]) if row["to_age"] else None,
            )
            for row in csv.DictReader(file)
        }


def groups_of(born: date | None, conditions: list[str], today: date) -> list[tuple[str, date]]:
    """The groups that follow from age and chronic conditions, each with its first day. A condition has none of its own:
    it counts from today."""
    found: list[tuple[str, date]] = []
    for group in groups().values():
        if group.condition:
            found += [(group.code, today)] if group.condition in conditions else []
        elif born is not None and (group.from_age is not None or group.to_age is not None):
            since = birthday(born, group.from_age or 0)
            if since <= today and (group.to_age is None or today < birthday(born, group.to_age + 1)):
                found.append((group.code, since))
    return found


def birthday(born: date, age: int) -> date:
    """The day on which somebody reaches an age; who is born on 29 February does so on 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
