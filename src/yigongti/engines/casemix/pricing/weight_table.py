"""A table of weights: what each group weighs, how it was found, and whether it is stable.

A county loads a published one (two columns, `drg` and `relative_weight`, are enough) or lets the product compute its
own from past cases (`weighing.py`). Both have this form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from yigongti.engines.casemix.pricing.rounding import divide_half_up, to_ten_thousandths, to_whole_fen
from yigongti.foundation.errors import InvalidInput

COLUMNS = (
    "drg",
    "relative_weight",
    "mean_cost",
    "cases",
    "cost_variation",
    "stable",
    "standard_stay_days",
    "low_risk",
    "basis",
)
"""The columns of a written weight table, in order. Only the first two must be there when one is read."""


@dataclass(frozen=True, slots=True)
class GroupWeight:
    """One group's weight.

    relative_weight: four decimals, above 0. mean_cost: yuan, None when unknown. cases: past cases behind it (after
    trimming). cost_variation: standard deviation over mean, four decimals. stable: False is paid by item where the
    rules say so. standard_stay_days: mean stay, one decimal. low_risk: on the low-risk list (None: no list is kept).
    basis: where the weight comes from: "published", "own", "adrg" (its ADRG's mean) or "prior" (an earlier table).
    """

    drg: str
    relative_weight: Decimal
    mean_cost: Decimal | None = None
    cases: int | None = None
    cost_variation: Decimal | None = None
    stable: bool = True
    standard_stay_days: Decimal | None = None
    low_risk: bool | None = None
    basis: str = "published"


@dataclass(frozen=True)
class WeightTable:
    """All groups' weights, by group. overall_mean_cost: yuan, the cost that weighs 1; None for a published table."""

    groups: Mapping[str, GroupWeight]
    overall_mean_cost: Decimal | None = None
    name: str = ""

    def __getitem__(self, drg: str) -> GroupWeight:
        return self.groups[drg]

    def get(self, drg: str) -> GroupWeight | None:
        return self.groups.get(drg)

    def __iter__(self) -> Iterator[GroupWeight]:
        return iter(self.groups.values())

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def low_risk_list_is_maintained(self) -> bool:
        """False when no group says whether it is low-risk: low-risk mortality is then "not maintained", not 0."""
        return any(group.low_risk is not None for group in self)

    def to_table(self) -> Table:
        """The weights as an Ibis table: drg, weight_scaled (ten-thousandths), mean_fen, stable, standard_stay_days,
        low_risk."""
        rows = list(self)
        return ibis.memtable(
            pa.table(
                {
                    "drg": pa.array([row.drg for row in rows], pa.string()),
                    "weight_scaled": pa.array([to_ten_thousandths(row.relative_weight) for row in rows], pa.int64()),
                    "mean_fen": pa.array(
                        [None if row.mean_cost is None else to_whole_fen(row.mean_cost) for row in rows], pa.int64()
                    ),
                    "stable": pa.array([row.stable for row in rows], pa.bool_()),
                    "standard_stay_days": pa.array(
                        [None if row.standard_stay_days is None else float(row.standard_stay_days) for row in rows],
                        pa.float64(),
                    ),
                    "low_risk": pa.array([row.low_risk for row in rows], pa.bool_()),
                }
            )
        )

    def to_rows(self) -> list[dict[str, str]]:
        """The table as text rows in the columns of COLUMNS, ready to be written; unknown values are empty."""
        return [{column: _written(getattr(group, column)) for column in COLUMNS} for group in self]


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _refused(code: str, zh: str, en: str, where: str) -> InvalidInput:
    return InvalidInput(code, zh=zh, en=en, where=where)


def _number(text: str, column: str, where: str, places: int) -> Decimal:
    try:
        number = Decimal(text)
        if not number.is_finite() or number != number.quantize(Decimal(1).scaleb(-places)):
            raise ValueError(text)
    except (InvalidOperation, ValueError) as error:
        raise _refused(
            "weights.number_not_readable",
            f"{column} 列的“{text}”不是至多 {places} 位小数的数",
            f"“{text}” in column {column} is not a number with at most {places} decimals",
            where,
        ) from error
    return number


def _flag(text: str, column: str, where: str) -> bool:
    answer = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(text.lower())
    if answer is None:
        raise _refused(
            "weights.flag_not_readable",
            f"{column} 列请写 yes 或 no，而不是“{text}”",
            f"write yes or no in column {column}, not “{text}”",
            where,
        )
    return answer


def _group(row: Mapping[str, str | None], where: str, stable_unless_said: bool, basis: str) -> GroupWeight:
    cell = {column: (row.get(column) or "").strip() for column in COLUMNS}
    if not cell["drg"]:
        raise _refused("weights.group_missing", "缺少病组编码 drg", "the group code drg is missing", where)
    weight = _number(cell["relative_weight"], "relative_weight", where, 4)
    if weight <= 0:
        raise _refused(
            "weights.weight_not_positive",
            f"病组 {cell['drg']} 的权重必须大于 0",
            f"the weight of group {cell['drg']} must be above 0",
            where,
        )
    return GroupWeight(
        drg=cell["drg"],
        relative_weight=weight,
        mean_cost=_number(cell["mean_cost"], "mean_cost", where, 2) if cell["mean_cost"] else None,
        cases=int(_number(cell["cases"], "cases", where, 0)) if cell["cases"] else None,
        cost_variation=_number(cell["cost_variation"], "cost_variation", where, 4) if cell["cost_variation"] else None,
        stable=_flag(cell["stable"], "stable", where) if cell["stable"] else stable_unless_said,
        standard_stay_days=_number(cell["standard_stay_days"], "standard_stay_days", where, 2)
        if cell["standard_stay_days"]
        else None,
        low_risk=_flag(cell["low_risk"], "low_risk", where) if cell["low_risk"] else None,
        basis=cell["basis"] or basis,
    )


def weights_from_rows(
    rows: Iterable[Mapping[str, str | None]],
    *,
    stable_unless_said: bool = True,
    basis: str = "published",
    overall_mean_cost: Decimal | None = None,
    low_risk_groups: Iterable[str] | None = None,
    name: str = "",
) -> WeightTable:
    """A weight table from text rows (a CSV or sheet read into dicts).

    Needs the columns drg and relative_weight; the others of COLUMNS may be there. stable_unless_said: whether a group
    without a `stable` cell is stable (a published table lists the groups that are paid by weight: yes).
    low_risk_groups: the list, when it is kept apart from the table; groups outside it are then not low-risk.
    Raises InvalidInput at the first row that cannot be read: a missing or repeated group, a weight not above 0.
    """
    listed = None if low_risk_groups is None else frozenset(low_risk_groups)
    groups: dict[str, GroupWeight] = {}
    for number, row in enumerate(rows, start=2):
        where = f"{name} 第 {number} 行 / row {number}".strip()
        group = _group(row, where, stable_unless_said, basis)
        if group.drg in groups:
            raise _refused(
                "weights.group_twice", f"病组 {group.drg} 出现了两次", f"group {group.drg} stands twice", where
            )
        if listed is not None:
            group = replace(group, low_risk=group.drg in listed)
        groups[group.drg] = group
    if not groups:
        raise _refused("weights.empty", "权重表中没有任何病组", "the weight table has no group", name)
    return WeightTable(groups, overall_mean_cost, name)


def with_weights_of_relatives(weights: WeightTable, drgs: Iterable[str]) -> WeightTable:
    """The table with a weight for every one of these groups whose ADRG it knows: the plain mean of the ADRG's listed
    weights, with basis "adrg", not stable.

    For a published table whose subdivision differs from the scheme's (Harbin's has RC13 and RC15 where the national 1.1
    scheme has RC19). A caller chooses this knowingly; pricing itself never borrows a weight.
    """
    relatives: dict[str, list[int]] = {}
    for group in weights:
        relatives.setdefault(group.drg[:-1], []).append(to_ten_thousandths(group.relative_weight))
    borrowed = {
        drg: GroupWeight(
            drg,
            Decimal(divide_half_up(sum(relatives[drg[:-1]]), len(relatives[drg[:-1]]))).scaleb(-4),
            stable=False,
            basis="adrg",
        )
        for drg in sorted(set(drgs) - set(weights.groups))
        if drg[:-1] in relatives
    }
    return WeightTable({**weights.groups, **borrowed}, weights.overall_mean_cost, weights.name)
