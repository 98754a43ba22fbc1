"""Groups millions of cases as Ibis expressions, on DuckDB or Spark: the same rules as reference.py.

plan.py has turned the scheme into small tables of integers; here cases are joined with them. Nothing is computed
until the answer is read, except that a scheme with patterns first asks which codes the cases hold.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from yigongti.engines.casemix import reasons
from yigongti.engines.casemix.case import CASE_COLUMNS, GROUPING_COLUMNS
from yigongti.engines.casemix.conditions import Conditions
from yigongti.engines.casemix.lookups import Lookups, lookups_of
from yigongti.engines.casemix.plan import CC_BIT, MCC_BIT, SEXES, Plan
from yigongti.engines.casemix.rules import CodeField, CountInSet
from yigongti.engines.casemix.scheme import Scheme
from yigongti.foundation.errors import InvalidInput

NEEDED_COLUMNS = tuple(name for name in CASE_COLUMNS if name not in ("length_of_stay_days", "discharge_disposition"))
ROW = "casemix_row"  # our own key of a row; the name is unlikely to be taken


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator]
def bit_or(mask: int) -> int:  # type: ignore[empty-body]
    """All bits that occur; DuckDB and Spark know it by this name, Ibis itself only for DuckDB."""


def group_table(
    cases: ir.Table, scheme: Scheme, connection: Any, *, row_key: str | None = None, keep: Sequence[str] = ()
) -> ir.Table:
    """case_id, mdc, adrg, drg, complication and reason of every case, one row for each, in no promised order.

    cases: the columns of Case (case.py); others are ignored. diagnoses and procedures are lists or joined by “|”.
    connection: the Ibis backend that the cases live in. row_key: an integer column that numbers the rows, where there
    is one (a Parquet reader's row number); without it rows are numbered here. keep: further columns to hand through.

    Raises InvalidInput: "casemix.columns_missing" when a column is not there, "casemix.codes_not_text".
    """
    missing = [name for name in (*NEEDED_COLUMNS, *keep) if name not in cases.columns]
    if missing:
        raise InvalidInput(
            "casemix.columns_missing",
            zh=f"缺少列：{'、'.join(missing)}",
            en=f"Columns are missing: {', '.join(missing)}",
            where="、".join(cases.columns),
        )
    cases = _with_text_codes(cases)
    plan = plan_of(scheme)
    base = _read(cases, connection, row_key, keep)
    tables = _tables(plan, base)
    grouped = _with_principal(base, plan, tables)
    grouped = _with_other_diagnoses(grouped, base, plan, tables)
    grouped = _with_other_procedures(grouped, base, plan, tables)
    for count in plan.counts:
        grouped = _with_count(grouped, base, plan, tables, count)
    rank = grouped.simple_rank
    complex_rank = Conditions(grouped, plan).first_rank()
    if complex_rank is not None:
        # An invalid case keeps its reason; for all others the smallest rank wins.
        rank = ibis.cases((rank > plan.no_mdc, rank), else_=ibis.least(rank, complex_rank))
    grouped = grouped.select(ROW, "case_id", *keep, outcome_key=(rank * 4 + grouped.level).cast("int32"))
    answer = grouped.inner_join(tables.outcomes, grouped.outcome_key == tables.outcomes.outcome)
    columns = {name: answer[name] for name in (*keep, *GROUPING_COLUMNS)}
    if row_key:
        columns[row_key] = answer[ROW]
    return answer.select(**columns)


@functools.lru_cache(maxsize=8)
def _plan(held: _Held) -> Plan:
    return Plan(held.scheme)


class _Held:
    """Makes a scheme, which holds dictionaries, a cache key by its identity."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.scheme is self.scheme

    def __hash__(self) -> int:
        return id(self.scheme)


def plan_of(scheme: Scheme) -> Plan:
    """The plan of a scheme, made once."""
    return _plan(_Held(scheme))


def _with_text_codes(cases: ir.Table) -> ir.Table:
    """The cases with their code columns as text or lists of text; raises InvalidInput for numbers."""
    for name in ("diagnoses", "procedures"):
        kind = cases[name].type()
        if kind.is_null():  # a column without a single value
            cases = cases.mutate(**{name: ibis.null("string")})
        elif not (kind.is_string() or (kind.is_array() and (kind.value_type.is_string() or kind.value_type.is_null()))):
            raise InvalidInput(
                "casemix.codes_not_text",
                zh=f"列 {name} 应为文本（编码以 | 相连）或文本列表，实为 {kind}；编码存成数字会丢失零",
                en=f"Column {name} must be text (codes joined by |) or a list of text, not {kind}: numbers lose zeros",
                where=name,
            )
    return cases


# -- reading the cases ----------------------------------------------------------------------------------------------


def _read(cases: ir.Table, connection: Any, row_key: str | None, keep: Sequence[str]) -> ir.Table:
    """The columns that grouping needs, typed, with one row key."""
    if row_key:
        row = cases[row_key]
    elif connection.name == "pyspark":
        # Spark numbers rows without gathering them in one place. The number must be given before any filter, so it
        # stands in a query of its own, into which Ibis does not fold the steps that follow.
        cases = cases.alias("casemix_cases").sql(
            f"SELECT *, monotonically_increasing_id() AS {ROW} FROM casemix_cases", dialect="spark"
        )
        row = cases[ROW]
        # Spark splits by a regular expression, and only once when the lists are made here.
        joined = [name for name in ("diagnoses", "procedures") if cases[name].type().is_string()]
        cases = cases.mutate(**{name: cases[name].nullif("").split("[|]") for name in joined})
    else:
        row = ibis.row_number()
    columns: dict[str, Any] = {
        ROW: row.cast("int64"),
        "case_id": cases.case_id.cast("string"),
        "sex": _sex(cases.sex),
        "diagnoses": cases.diagnoses,
        "procedures": cases.procedures,
        "principal_diagnosis": _first(cases.diagnoses),
        "principal_procedure": _first(cases.procedures),
        **{name: _whole(cases[name]) for name in ("age_years", "age_days", "birth_weight_g")},
        **{name: cases[name] for name in keep},
    }
    return cases.select(**columns)


def _whole(column: Any) -> Any:
    if column.type().is_integer():
        return column
    return (column if column.type().is_numeric() else column.nullif("").cast("float64")).cast("int64")


def _sex(column: Any) -> Any:
    """1, 2, or 0 where the case does not say."""
    text = column.cast("int64").cast("string") if column.type().is_numeric() else column
    return ibis.cases((text == "1", 1), (text == "2", 2), else_=0).cast("int8")


def _first(codes: Any) -> Any:
    """The principal code; "" where there is none."""
    if isinstance(codes.type(), dt.Array):
        # Asked for only where there is one: Spark refuses the first element of an empty list.
        return ibis.ifelse(codes.length() > 0, codes[0].fill_null(""), "")
    text = codes.fill_null("")
    place = text.find("|")  # cheaper than splitting a text of which only the beginning is asked
    return ibis.ifelse(place < 0, text, text.left(place))


def _unnested(table: ir.Table, name: str, *carried: str) -> ir.Table:
    """One row for each code of the case: the row key, the carried columns and `other`."""
    codes = table[name]
    if not isinstance(codes.type(), dt.Array):
        codes = codes.split("|")
    return table.select(ROW, *carried, other=codes.unnest())


def _unnested_others(table: ir.Table, name: str, first: str, *carried: str) -> ir.Table:
    """The same without the principal code; cases that have no other code are left out before anything is split."""
    codes = table[name]
    if isinstance(codes.type(), dt.Array):
        more = table.filter(codes.length() > 1)
        return more.select(ROW, *carried, other=more[name][1:].unnest())
    more = table.filter(codes.length() > table[first].length())
    rest = more[name].substr(more[first].length() + 1)
    return more.select(ROW, *carried, other=rest.split("|").unnest())


def _tables(plan: Plan, base: ir.Table) -> Lookups:
    scheme = plan.scheme
    if not scheme.has_patterns:
        if plan.lookups is None:
            plan.lookups = lookups_of(plan, scheme.exact_diagnoses, scheme.exact_procedures)
        tables: Lookups = plan.lookups
        return tables
    # Which codes a pattern meets is only known from the cases: ask for the distinct ones.
    found = [
        set(_unnested(base, name).select("other").distinct().to_pyarrow()["other"].to_pylist()) - {None}
        for name in ("diagnoses", "procedures")
    ]
    return lookups_of(plan, found[0], found[1])


# -- joining --------------------------------------------------------------------------------------------------------


def _with_principal(base: ir.Table, plan: Plan, tables: Lookups) -> ir.Table:
    """Adds simple_rank and the masks of the principal codes."""
    diagnosis, procedure, pairs = tables.principal_diagnoses, tables.principal_procedures, tables.pairs
    joined = base.left_join(diagnosis, base.principal_diagnosis == diagnosis.diagnosis)
    joined = joined.left_join(procedure, joined.principal_procedure == procedure.procedure)
    pair = joined.diagnosis_class.fill_null(0).cast("int64") * tables.procedure_classes + joined.procedure_class
    joined = joined.mutate(pair_key=pair)
    joined = joined.left_join(pairs, joined.pair_key == pairs.pair)
    by_sex = [
        ibis.coalesce(joined[f"paired_{sex}"], joined[f"alone_{sex}"], tables.unknown[sex]) for sex in range(len(SEXES))
    ]
    rank = ibis.cases((joined.sex == 1, by_sex[1]), (joined.sex == 2, by_sex[2]), else_=by_sex[0])
    if plan.scheme.choices.unknown_principal_is_ungroupable:
        rank = ibis.cases((joined.diagnosis.isnull(), tables.unknown[0]), else_=rank)
    missing = plan.invalid[reasons.NO_PRINCIPAL_DIAGNOSIS]
    rank = ibis.cases((joined.principal_diagnosis == "", missing), else_=rank).cast("int32")
    masks = {
        f"{kind}_mask_{column}": joined[f"{kind}_mask_{column}"].fill_null(0)
        for kind, bits in (("diagnosis", plan.diagnosis_bits), ("procedure", plan.procedure_bits))
        for column in range(bits.columns)
    }
    return joined.select(*base.columns, simple_rank=rank, **masks)


def _with_other_diagnoses(grouped: ir.Table, base: ir.Table, plan: Plan, tables: Lookups) -> ir.Table:
    """Adds level (0 none, 1 CC, 2 MCC) and other_diagnosis_mask_k.

    The level travels as the two highest bits of the first mask, so that one aggregate answers both questions.
    """
    principal, others = tables.principal_diagnoses, tables.other_diagnoses
    exclusions = [f"principal_exclusion_{column}" for column in range(plan.exclusion_columns)]
    carried = base.left_join(principal, base.principal_diagnosis == principal.diagnosis).select(
        ROW, "diagnoses", "principal_diagnosis", *exclusions
    )
    codes = _unnested_others(carried, "diagnoses", "principal_diagnosis", *exclusions)
    met = codes.inner_join(others, codes.other == others.code)
    if plan.one_group_each:
        excluded = (met.exclusion_0 == met.principal_exclusion_0).fill_null(False)
    else:
        excluded = ibis.or_(
            *(
                (met[f"exclusion_{column}"] & met[f"principal_exclusion_{column}"]).fill_null(0) != 0
                for column in range(plan.exclusion_columns)
            )
        )
    columns = range(1, plan.diagnosis_bits.columns)
    names = [f"other_diagnosis_mask_{column}" for column in range(plan.diagnosis_bits.columns)]
    found = met.group_by(ROW).aggregate(
        other_diagnosis_mask_0=bit_or(ibis.ifelse(excluded, met.mask_0, met.mask_0 | met.level)),
        **{f"other_diagnosis_mask_{column}": bit_or(met[f"mask_{column}"]) for column in columns},
    )
    joined = _joined_by_row(grouped, found, names)
    mask = joined.other_diagnosis_mask_0
    return joined.mutate(level=ibis.cases((mask >= MCC_BIT, 2), (mask >= CC_BIT, 1), else_=0))


def _with_other_procedures(grouped: ir.Table, base: ir.Table, plan: Plan, tables: Lookups) -> ir.Table:
    """Adds other_procedure_mask_k where some rule asks of other procedures."""
    if not plan.other_procedure_lists:
        return grouped
    codes = _unnested_others(base, "procedures", "principal_procedure")
    met = codes.inner_join(tables.other_procedures, codes.other == tables.other_procedures.code)
    names = {f"other_procedure_mask_{column}": column for column in range(plan.procedure_bits.columns)}
    found = met.group_by(ROW).aggregate(**{name: bit_or(met[f"mask_{column}"]) for name, column in names.items()})
    return _joined_by_row(grouped, found, list(names))


def _with_count(grouped: ir.Table, base: ir.Table, plan: Plan, tables: Lookups, count: CountInSet) -> ir.Table:
    """Adds the number of different codes that a length() question counts."""
    name = plan.count_column(count)
    codes = "diagnoses" if count.fields[0].is_diagnosis else "procedures"
    principal = {CodeField.PRINCIPAL_DIAGNOSIS, CodeField.PRINCIPAL_PROCEDURE} & set(count.fields)
    others = {CodeField.OTHER_DIAGNOSES, CodeField.OTHER_PROCEDURES} & set(count.fields)
    listed = base.filter(base[codes].notnull())
    first = f"principal_{'diagnosis' if codes == 'diagnoses' else 'procedure'}"
    if principal and others:
        asked = _unnested(listed, codes)
    elif others:
        asked = _unnested_others(listed, codes, first)
    else:
        asked = listed.select(ROW, other=listed[first])
    members = tables.counted[count.set]
    met = asked.inner_join(members, asked.other == members.code)
    found = met.group_by(ROW).aggregate(**{name: met.other.nunique()})
    return _joined_by_row(grouped, found, [name])


def _joined_by_row(grouped: ir.Table, found: ir.Table, names: Sequence[str]) -> ir.Table:
    """The columns of `found` beside their rows, 0 where a row has none."""
    found = found.rename(found_row=ROW)
    joined = grouped.left_join(found, grouped[ROW] == found.found_row)
    return joined.select(*grouped.columns, **{name: joined[name].fill_null(0) for name in names})
