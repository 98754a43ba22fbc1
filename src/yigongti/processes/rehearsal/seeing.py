"""What a rehearsal reads in the asker's name: what is not in the lake, and which institutions are not hers to see.

A row of the lake has no row security. So the rows of a registered institution at which the asker may not see a part are
left out of both runs, after they are settled: a person's counters are right, and nothing of the others is summed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.processes.rehearsal.replaying import Gathered, OfTheLake, Replayer


@dataclass(frozen=True)
class Seen:
    """By part: what was gathered, and the codes of institutions whose rows are left out."""

    gathered: dict[str, Gathered]
    hidden: dict[str, frozenset[str]] = field(default_factory=dict)

    def only(self, part: str, rows: pa.Table) -> pa.Table:
        """The rows without those of institutions that are not the asker's to see."""
        hidden = self.hidden.get(part)
        if not hidden:
            return rows
        return rows.filter(pc.invert(pc.is_in(rows["institution_code"], pa.array(sorted(hidden), pa.string()))))


def seen_by(asker: Actor | None, parts: Sequence[Replayer], months: Sequence[Month]) -> Seen:
    """Read in the asker's scope; without an asker (who holds the machine's files) nothing of the lake is hidden, and
    the database shows what everybody may see. Nobody asks for a database when no part reads one."""
    if asker is None and all(type(part).gather is OfTheLake.gather for part in parts):
        return Seen({part.name: Gathered() for part in parts})
    with scope(asker or NOBODY, purpose="job"):
        gathered = {part.name: part.gather(months) for part in parts}
        return Seen(gathered, {part.name: _hidden(asker, part) for part in parts} if asker else {})


def _hidden(asker: Actor, part: Replayer) -> frozenset[str]:
    # imported here: a rehearsal without an asker runs before the applications are loaded
    from yigongti.kernel.organisations.models import Institution

    register = Institution.objects.values_list("code", "id")
    return frozenset(code for code, number in register if not asker.may(part.permission, number))
