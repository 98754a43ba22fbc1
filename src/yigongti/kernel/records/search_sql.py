"""From the parse tree of a search to SQL over the index tables.

Every condition is `row IN (SELECT resource_id FROM records_… )`, so that the planner may begin at the resident, at the
value or at the order, whichever is shortest. Row policies hold in every one of these sub-selects, also within chains:
what the actor may not see neither is found nor helps to find.

Where it is known whose record the search stays in (a patient's, or those of a clinic's panel), that is said to every
index table (`whose`), and the indexes that begin with the value go straight to those rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yigongti.kernel.records.definitions.public import (
    SUPPORTED,
    Chain,
    Clause,
    Condition,
    DateValue,
    Has,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
)
from yigongti.kernel.records.index_rows import parameter_number, system_number

Way = tuple[str, list[Any]]


@dataclass(slots=True)
class Where:
    """Conditions with their parameters, all of which must hold."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    in_panel: bool = False  # the residents are named
    narrow: bool = False  # few rows whatever the values are: one plan fits all, and is kept

    def add(self, part: str, *values: Any) -> None:
        self.parts.append(part)
        self.values.extend(values)

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts) or "true"


class Writer:
    """Writes conditions on resources of a type. owners: whose index rows can belong to what is found, where that is
    known (a patient's, a clinic's); patients: id → row of those that are known already."""

    def __init__(self, owners: list[int] | None = None, patients: dict[str, int] | None = None) -> None:
        self.owners, self.patients = owners, patients or {}
        self._names = 0

    def conditions(self, type_name: str, alias: str, conditions: tuple[Condition, ...], where: Where) -> None:
        """The conditions of a search on the resources of a type, called `alias`, added to `where`."""
        for condition in conditions:
            if isinstance(condition, Chain):
                self._chain(type_name, alias, condition, where)
            elif isinstance(condition, Has):
                self._has(alias, condition, where)
            else:
                self._clause(type_name, alias, condition, where)

    def _name(self) -> str:
        self._names += 1
        return f"x{self._names}"

    # ---- what refers to another resource

    def _chain(self, type_name: str, alias: str, chain: Chain, where: Where) -> None:
        outer, number = self._name(), parameter_number(type_name, chain.parameter)
        ways = Where()
        owners, self.owners = self.owners, None  # the other resource may be nobody's record
        try:
            for target, condition in chain.alternatives:
                name, inner = self._name(), Where()
                inner.add(f"{name}.type = %s AND NOT {name}.deleted", target)
                self.conditions(target, name, (condition,), inner)
                ways.add(f"SELECT {name}.id FROM records_resource {name} WHERE {inner.sql}", *inner.values)
        finally:
            self.owners = owners
        where.add(
            f"{alias}.id IN (SELECT {outer}.resource_id FROM records_reference {outer} WHERE {outer}.parameter = %s"
            f" AND {outer}.target_id IN ({' UNION ALL '.join(ways.parts)}))",
            number,
            *ways.values,
        )

    def _has(self, alias: str, has: Has, where: Where) -> None:
        outer, name, inner = self._name(), self._name(), Where()
        inner.add(f"{name}.type = %s AND NOT {name}.deleted", has.type)
        owners, self.owners = self.owners, None
        self.conditions(has.type, name, (has.condition,), inner)
        self.owners = owners
        where.add(
            f"{alias}.id IN (SELECT {outer}.target_id FROM records_reference {outer} JOIN records_resource {name}"
            f" ON {name}.id = {outer}.resource_id WHERE {outer}.parameter = %s AND {outer}.target_id IS NOT NULL"
            f" AND {inner.sql})",
            parameter_number(has.type, has.parameter),
            *inner.values,
        )

    # ---- a parameter of the type itself

    def _clause(self, type_name: str, alias: str, clause: Clause, where: Where) -> None:
        if clause.parameter == "_id":
            ids = [value.code for value in clause.values if isinstance(value, TokenValue)]
            where.add(f"{alias}.fhir_id = ANY(%s::text[])", ids)
            return
        if clause.parameter == "_lastUpdated":
            self._any(where, [_updated(alias, value) for value in clause.values if isinstance(value, DateValue)])
            return
        name = self._name()
        inner = Where()
        inner.add(f"{name}.parameter = %s", parameter_number(type_name, clause.parameter))
        if self.owners is not None:
            inner.add(f"{name}.whose = ANY(%s::bigint[])", self.owners)
        if clause.modifier == "missing":
            missing = bool(getattr(clause.values[0], "missing", True))
            self._exists(alias, name, clause.kind, inner, where, negated=missing)
            return
        self._any(inner, [self._condition(name, clause, value) for value in clause.values])
        self._exists(alias, name, clause.kind, inner, where, negated=clause.modifier == "not")

    def _condition(self, name: str, clause: Clause, value: Any) -> Way:
        if isinstance(value, ReferenceValue) and value.type == "Patient" and value.id in self.patients:
            return (f"{name}.target_id = %s", [self.patients[value.id]])
        return _condition(name, clause, value)

    @staticmethod
    def _any(where: Where, ways: list[tuple[str, list[Any]]]) -> None:
        where.add("(" + " OR ".join(sql for sql, _ in ways) + ")", *(value for _, values in ways for value in values))

    @staticmethod
    def _exists(alias: str, name: str, kind: str, inner: Where, where: Where, *, negated: bool) -> None:
        if negated:
            where.add(
                f"NOT EXISTS (SELECT 1 FROM records_{kind} {name} WHERE {name}.resource_id = {alias}.id"
                f" AND {inner.sql})",
                *inner.values,
            )
        else:
            where.add(
                f"{alias}.id IN (SELECT {name}.resource_id FROM records_{kind} {name} WHERE {inner.sql})",
                *inner.values,
            )


def _condition(name: str, clause: Clause, value: Any) -> Way:
    if isinstance(value, TokenValue):
        return _token(name, value)
    if isinstance(value, StringValue):
        return _string(name, clause.modifier, value)
    if isinstance(value, DateValue):
        return _date(name, value)
    if isinstance(value, QuantityValue):
        return _quantity(name, value)
    if isinstance(value, ReferenceValue):
        return _reference(name, value)
    assert isinstance(value, UriValue)
    return (f"{name}.uri {'^@' if clause.modifier == 'below' else '='} %s", [value.uri])


def _token(name: str, value: TokenValue) -> Way:
    parts, values = [], []
    if value.code is not None:
        parts.append(f"{name}.code = %s")
        values.append(value.code)
    if value.system is not None:
        parts.append(f"{name}.system = %s")
        values.append(system_number(value.system))
    return (f"({' AND '.join(parts) or 'true'})", values)


def _string(name: str, modifier: str, value: StringValue) -> Way:
    if modifier == "exact":
        return (f"({name}.normal = %s AND coalesce({name}.exact, {name}.normal) = %s)", [value.normal, value.exact])
    if modifier == "contains":
        return (f"strpos({name}.normal, %s) > 0", [value.normal])
    return (f"{name}.normal ^@ %s", [value.normal])


_STRETCHES = {
    # the value's stretch is v, the row's is [low, high): http://hl7.org/fhir/R4/search.html#prefix
    "eq": "({0}.low >= %(low)s AND {0}.high <= %(high)s)",
    "ne": "({0}.low < %(low)s OR {0}.high > %(high)s)",
    "gt": "({0}.high > %(high)s)",
    "lt": "({0}.low < %(low)s)",
    "ge": "({0}.high > %(low)s)",
    "le": "({0}.low < %(high)s)",
    "sa": "({0}.low >= %(high)s)",
    "eb": "({0}.high <= %(low)s)",
    "ap": "({0}.low < %(high)s AND {0}.high > %(low)s)",
}
_POINTS = {
    "eq": "({0} >= %(low)s AND {0} < %(high)s)",
    "ne": "({0} < %(low)s OR {0} >= %(high)s)",
    "gt": "({0} >= %(high)s)",
    "lt": "({0} < %(low)s)",
    "ge": "({0} >= %(low)s)",
    "le": "({0} < %(high)s)",
    "sa": "({0} >= %(high)s)",
    "eb": "({0} < %(low)s)",
    "ap": "({0} >= %(low)s AND {0} < %(high)s)",
}
_AMOUNTS = {
    "eq": "({0}.low >= %(low)s AND {0}.high < %(high)s)",
    "ne": "({0}.low < %(low)s OR {0}.high >= %(high)s)",
    "gt": "({0}.high > %(value)s)",
    "lt": "({0}.low < %(value)s)",
    "ge": "({0}.high >= %(value)s)",
    "le": "({0}.low <= %(value)s)",
    "sa": "({0}.low > %(value)s)",
    "eb": "({0}.high < %(value)s)",
    "ap": "({0}.low < %(high)s AND {0}.high >= %(low)s)",
}


def _filled(template: str, name: str, **named: Any) -> Way:
    """A template with named places as one with places in order."""
    values: list[Any] = []
    text = template.format(name)
    for part in text.split("%(")[1:]:
        values.append(named[part.partition(")s")[0]])
    for key in named:
        text = text.replace(f"%({key})s", "%s")
    return (text, values)


def _date(name: str, value: DateValue) -> Way:
    return _filled(_STRETCHES[value.prefix], name, low=value.low, high=value.high)


def _updated(alias: str, value: DateValue) -> Way:
    return _filled(_POINTS[value.prefix], f"{alias}.updated_at", low=value.low, high=value.high)


def _quantity(name: str, value: QuantityValue) -> Way:
    sql, values = _filled(
        _AMOUNTS[value.prefix], name, low=float(value.low), high=float(value.high), value=float(value.value)
    )
    if value.system:
        sql += f" AND {name}.system = %s"
        values.append(system_number(value.system))
    if value.code is not None:
        if value.system == "":
            sql += f" AND ({name}.code = %s OR {name}.unit = %s)"
            values += [value.code, value.code]
        else:
            sql += f" AND {name}.code = %s"
            values.append(value.code)
    return (f"({sql})", values)


def _reference(name: str, value: ReferenceValue) -> Way:
    if value.url:
        return (f"{name}.url = %s", [value.url])
    types = [value.type] if value.type else list(SUPPORTED)
    return (
        f"{name}.target_id IN (SELECT t.id FROM records_resource t WHERE t.type = ANY(%s::text[]) AND t.fhir_id = %s)",
        [types, value.id],
    )
