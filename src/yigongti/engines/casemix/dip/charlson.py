"""The Charlson comorbidity index from diagnosis codes; the mapping is policy (policy/casemix/dip/charlson.yaml).

Each condition counts once. A graver form stands in place of the milder one (supersedes): diabetes with complications
counts 2, not 3. The principal diagnosis is not a comorbidity and is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from yigongti.foundation.errors import PolicyError, Text


@dataclass(frozen=True, slots=True)
class Condition:
    """A comorbid condition: its weight, the code prefixes that name it, the milder conditions it stands in for."""

    id: str
    label: Text
    weight: int
    prefixes: tuple[str, ...]
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Charlson:
    """The mapping. Prefixes have three places (a category) or five (a subcategory with its point)."""

    conditions: tuple[Condition, ...]

    @classmethod
    def from_document(cls, data: Any, where: str = "casemix/dip/charlson.yaml") -> Charlson:
        """Reads the policy document. Raises PolicyError naming what is wrong."""
        try:
            conditions = tuple(
                Condition(
                    row["id"],
                    Text(row["zh"], row["en"]),
                    int(row["weight"]),
                    tuple(row["codes"]),
                    tuple(row.get("supersedes", ())),
                )
                for row in data["conditions"]
            )
        except (KeyError, TypeError, ValueError) as error:
            raise PolicyError(
                "charlson.not_readable",
                zh="合并症指数的映射表缺少条目或写法不对",
                en="the comorbidity mapping lacks an entry or is malformed",
                where=where,
            ) from error
        known = {condition.id for condition in conditions}
        prefixes = [prefix for condition in conditions for prefix in condition.prefixes]
        wrong = [prefix for prefix in prefixes if len(prefix) not in (3, 5)]
        wrong += [name for condition in conditions for name in condition.supersedes if name not in known]
        wrong += sorted({prefix for prefix in prefixes if prefixes.count(prefix) > 1})
        if wrong:
            raise PolicyError(
                "charlson.entry_wrong",
                zh=f"合并症指数映射表的条目不对：{'、'.join(wrong)}",
                en=f"wrong entries in the comorbidity mapping: {', '.join(wrong)}",
                where=where,
            )
        return cls(conditions)

    def found(self, diagnoses: Sequence[str]) -> tuple[Condition, ...]:
        """The conditions that count, in the order of the mapping; diagnoses with the principal first."""
        secondary = diagnoses[1:]
        present = {
            condition.id
            for condition in self.conditions
            if any(code[:3] in condition.prefixes or code[:5] in condition.prefixes for code in secondary)
        }
        replaced = {name for condition in self.conditions if condition.id in present for name in condition.supersedes}
        return tuple(c for c in self.conditions if c.id in present and c.id not in replaced)

    def index(self, diagnoses: Sequence[str]) -> int:
        """The index: the weights of the conditions that count."""
        return sum(condition.weight for condition in self.found(diagnoses))

    def index_table(self, cases: Table) -> Table:
        """institution_code, case_id and comorbidity_index for every case; `diagnoses` is a list<string> column."""
        prefixes = ibis.memtable(
            pa.table(
                {
                    "prefix": [prefix for c in self.conditions for prefix in c.prefixes],
                    "condition": [c.id for c in self.conditions for _ in c.prefixes],
                }
            )
        )
        keys = cases.select("institution_code", "case_id", "diagnoses")
        codes = keys.select("institution_code", "case_id", code=keys.diagnoses[1:].unnest())
        short = codes.select("institution_code", "case_id", prefix=codes.code.left(3))
        long = codes.select("institution_code", "case_id", prefix=codes.code.left(5))
        hits = ibis.union(short, long).inner_join(prefixes, "prefix")
        flags = hits.group_by("institution_code", "case_id").aggregate(
            **{c.id: (hits.condition == c.id).any() for c in self.conditions}
        )
        total = ibis.literal(0, type="int64")
        for condition in self.conditions:
            graver = [c.id for c in self.conditions if condition.id in c.supersedes]
            counts = flags[condition.id]
            for name in graver:
                counts = counts & ~flags[name]
            total = total + ibis.cases((counts, condition.weight), else_=0)
        scored = flags.select("institution_code", "case_id", comorbidity_index=total.cast("int64"))
        joined = keys.select("institution_code", "case_id").left_join(scored, ["institution_code", "case_id"])
        return joined.select("institution_code", "case_id", comorbidity_index=joined.comorbidity_index.fill_null(0))
