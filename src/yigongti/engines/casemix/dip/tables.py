"""DIP over tables: the same catalogue as `catalogue.py` and the same scores as `scoring.py`, as Ibis expressions.

Input columns: case_id, institution_code, institution_level (text); diagnoses, procedures (list<string>, principal
first); complication (text); died (true or false); age_years, length_of_stay_days (whole numbers);
total_cost (decimal(14,2), yuan, may be null).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import ibis
import pyarrow as pa
from ibis.expr.types import Column, Table, Value

from yigongti.engines.casemix.dip.catalogue import Catalogue, DipCase, DipGroup
from yigongti.engines.casemix.dip.rules import CONSERVATIVE, DipRules
from yigongti.engines.casemix.pricing.points_table import hand_out
from yigongti.engines.casemix.pricing.rounding import (
    TEN_THOUSAND,
    divide_half_up,
    divide_half_up_column,
    fen_column,
    four_places_column,
    to_ten_thousandths,
    wide,
    yuan_column,
)
from yigongti.foundation.errors import InvalidInput

UNSCORED = ("no_cost", "no_coefficient")
SCORE_COLUMNS = ("kind", "dip_group", "deviation", "factor", "score")


def build_catalogue_from_table(cases: Table, rules: DipRules, connection: ibis.BaseBackend) -> Catalogue:
    """The catalogue of past cases; only groups and factors leave the table engine."""
    table = _prepared(cases, rules)
    table = table.filter(table.principal != "", table.cost_fen > 0)
    together = table.count().over(ibis.window(group_by="core"))
    table = table.mutate(is_core=together >= rules.minimum_cases)
    table = table.mutate(dip_group=ibis.cases((table.is_core, table.core), else_=table.combined))
    summed = table.group_by("dip_group").aggregate(
        is_core=table.is_core.any(), cases=table.count(), total=table.cost_fen.sum()
    )
    rows = connection.to_pyarrow(summed.order_by("dip_group")).to_pylist()
    if not rows:
        raise InvalidInput(
            "dip.no_cases", zh="没有可用于编制目录的病例", en="there is no case to build a catalogue from"
        )
    overall = divide_half_up(sum(int(row["total"]) for row in rows), sum(row["cases"] for row in rows))
    bands = _band_means(table, rules, connection)
    groups = {}
    for row in rows:
        mean = divide_half_up(int(row["total"]), row["cases"])
        factors = {
            key: divide_half_up(band_mean * TEN_THOUSAND, mean)
            for key, band_mean in sorted(bands.get(row["dip_group"], {}).items())
        }
        score = divide_half_up(mean * rules.score_base * TEN_THOUSAND, overall)
        kind = "core" if row["is_core"] else "combined"
        groups[row["dip_group"]] = DipGroup(row["dip_group"], kind, row["cases"], mean, score, factors)
    return Catalogue(groups, overall)


def _band_means(table: Table, rules: DipRules, connection: ibis.BaseBackend) -> dict[str, dict[tuple[str, str], int]]:
    """Group → (dimension, band) → mean cost in fen, where enough cases are behind it."""
    found: dict[str, dict[tuple[str, str], int]] = {}
    for dimension in rules.auxiliary_dimensions:
        summed = table.group_by("dip_group", band=table[f"{dimension}_band"]).aggregate(
            cases=table.count(), total=table.cost_fen.sum()
        )
        summed = summed.filter(summed["cases"] >= rules.auxiliary_minimum_cases)
        for row in connection.to_pyarrow(summed).to_pylist():
            mean = divide_half_up(int(row["total"]), row["cases"])
            found.setdefault(row["dip_group"], {})[dimension, row["band"]] = mean
    return found


def score_table(cases: Table, catalogue: Catalogue, rules: DipRules) -> Table:
    """The cases with the columns of SCORE_COLUMNS added."""
    kept = list(cases.columns)
    table = _scored(cases, catalogue, rules)
    return _told(table, kept)


def pay_scores_table(cases: Table, pool: Decimal, catalogue: Catalogue, rules: DipRules) -> Table:
    """The same with `payment`: exactly `pool` yuan handed out by scores; all null when no case has a score."""
    kept = list(cases.columns)
    table = _scored(cases, catalogue, rules)
    table = hand_out(table.mutate(points_scaled=table.score_scaled), pool)
    paid = ibis.cases((~table.kind.isin(UNSCORED), table.share_fen))
    return _told(table.mutate(payment=yuan_column(paid)), [*kept, "payment"])


def _told(table: Table, kept: Sequence[str]) -> Table:
    return table.select(
        *kept,
        kind=table.kind,
        dip_group=table.dip_group,
        deviation=table.deviation,
        factor=four_places_column(table.factor_scaled),
        score=four_places_column(table.score_scaled),
    )


def _prepared(cases: Table, rules: DipRules) -> Table:
    """The cases with cost_fen, principal, core, combined and the band of every dimension."""
    none = ibis.literal([], type="array<string>")
    table = cases.mutate(
        diagnoses=ibis.coalesce(cases.diagnoses, none), procedures=ibis.coalesce(cases.procedures, none)
    )
    # the length is asked first because Spark refuses to read the first place of an empty list
    principal = ibis.cases((table.diagnoses.length() > 0, table.diagnoses[0]), else_="").fill_null("")
    table = table.mutate(cost_fen=fen_column(table.total_cost), principal=principal)
    done = table.procedures.unique().sort().join("+").fill_null("")
    table = table.mutate(
        core=table.principal.left(rules.diagnosis_places) + ":" + done,
        combined=table.principal.left(3) + "*" + _treatment(table.procedures, rules),
        severity_band=ibis.cases(
            (table.died, "death"), (table.complication.fill_null("") == "", "none"), else_=table.complication
        ),
        age_band=_band(table.age_years, rules.edges["age"]),
        stay_band=_band(table.length_of_stay_days, rules.edges["stay"]),
    )
    if "comorbidity" not in rules.auxiliary_dimensions:
        return table.mutate(comorbidity_band=ibis.literal(""))
    indexed = rules.charlson.index_table(table)
    table = table.left_join(indexed, ["institution_code", "case_id"])
    table = table.drop("institution_code_right", "case_id_right")
    return table.mutate(comorbidity_band=_band(table.comorbidity_index, rules.edges["comorbidity"]))


def _treatment(procedures: Column, rules: DipRules) -> Value:
    """The heaviest treatment class; a code of an unknown chapter counts as diagnostic."""
    branches = []
    for name in ("operation", "therapeutic"):
        chapters = sorted(chapter for chapter, kind in rules.procedure_classes.items() if kind == name)
        has = procedures.filter(lambda code, chapters=chapters: code.left(2).isin(chapters)).length() > 0
        branches.append((has, ibis.literal(name)))
    branches.append((procedures.length() > 0, ibis.literal("diagnostic")))
    return ibis.cases(*branches, else_=CONSERVATIVE)


def _band(value: Column, edges: Sequence[int]) -> Value:
    """The number of edges below the value, as text; empty when the value is unknown."""
    branches = [(value <= edge, ibis.literal(str(place))) for place, edge in enumerate(edges)]
    return ibis.cases((value.isnull(), ibis.literal("")), *branches, else_=str(len(edges)))


def _scored(cases: Table, catalogue: Catalogue, rules: DipRules) -> Table:
    table = _with_groups(_prepared(cases, rules), catalogue)
    levels = {key: to_ten_thousandths(value) for key, value in rules.coefficients.items()}
    coefficient = ibis.cases(
        *((table.institution_level == key, ibis.literal(value, type="int64")) for key, value in levels.items())
    )
    table = table.mutate(coefficient_scaled=coefficient)
    table = _with_factor(table, catalogue, rules)
    table = table.mutate(
        kind=ibis.cases(
            (table.total_cost.isnull() | (table.cost_fen < 0), "no_cost"),
            (table.coefficient_scaled.isnull(), "no_coefficient"),
            (table.mean_fen.isnull(), "unmatched"),
            else_=table.group_kind,
        )
    )
    grouped = table.kind.isin(["core", "combined"])
    cost, mean = wide(table.cost_fen) * wide(TEN_THOUSAND), wide(table.mean_fen)
    low, high = to_ten_thousandths(rules.low_deviation), to_ten_thousandths(rules.high_deviation)
    table = table.mutate(
        deviation=ibis.cases(
            (~grouped, ""), (cost < mean * wide(low), "low"), (cost > mean * wide(high), "high"), else_="normal"
        ),
        dip_group=ibis.cases((grouped, table.dip_group), else_=""),
        factor_scaled=ibis.cases((grouped, table.factor_scaled), else_=TEN_THOUSAND),
    )
    return table.mutate(score_scaled=_score_column(table, catalogue, rules))


def _score_column(table: Table, catalogue: Catalogue, rules: DipRules) -> Value:
    """The score in ten-thousandths, rounded once; 0 for a case that cannot be scored."""
    cost, mean = wide(table.cost_fen), wide(table.mean_fen)
    own = wide(table.score_scaled) * wide(table.coefficient_scaled) * wide(table.factor_scaled)
    square = wide(TEN_THOUSAND**2)
    step = wide(to_ten_thousandths(rules.high_deviation) - TEN_THOUSAND)
    above = ibis.cases((table.deviation == "high", cost * wide(TEN_THOUSAND) - mean * step), else_=wide(0))
    by_cost = cost * wide(to_ten_thousandths(rules.unmatched_ratio)) * wide(rules.score_base)
    return ibis.cases(
        (table.kind == "unmatched", divide_half_up_column(by_cost, wide(catalogue.overall_fen))),
        (table.deviation == "normal", divide_half_up_column(own, square)),
        (table.deviation == "low", divide_half_up_column(own * cost, square * mean)),
        (table.deviation == "high", divide_half_up_column(own * above, square * mean * wide(TEN_THOUSAND))),
        else_=ibis.literal(0, type="int64"),
    )


def _with_groups(table: Table, catalogue: Catalogue) -> Table:
    """The case's core group, else its combined group: dip_group, group_kind, mean_fen, score_scaled."""
    rows = list(catalogue.groups.values())
    groups = ibis.memtable(
        pa.table(
            {
                "name": pa.array([row.name for row in rows], pa.string()),
                "kind": pa.array([row.kind for row in rows], pa.string()),
                "mean_fen": pa.array([row.mean_fen for row in rows], pa.int64()),
                "score_scaled": pa.array([row.score_scaled for row in rows], pa.int64()),
            }
        )
    )
    core = groups.rename(core="name", core_kind="kind", core_mean="mean_fen", core_score="score_scaled")
    combined = groups.rename(combined="name", other_kind="kind", other_mean="mean_fen", other_score="score_scaled")
    table = table.left_join(core, "core").drop("core_right")
    table = table.left_join(combined, "combined").drop("combined_right")
    # a page without a principal diagnosis belongs nowhere, even if its empty name were in the catalogue
    known = table.principal != ""
    return table.mutate(
        dip_group=ibis.cases((known & table.core_kind.notnull(), table.core), else_=table.combined),
        group_kind=ibis.coalesce(table.core_kind, table.other_kind),
        mean_fen=ibis.cases((known, ibis.coalesce(table.core_mean, table.other_mean))),
        score_scaled=ibis.coalesce(table.core_score, table.other_score),
    )


def _with_factor(table: Table, catalogue: Catalogue, rules: DipRules) -> Table:
    """factor_scaled: the auxiliary factor of each case, by the rules' choice and floor."""
    names = []
    for dimension in rules.auxiliary_dimensions:
        rows = [
            (group.name, band, factor)
            for group in catalogue.groups.values()
            for (own, band), factor in group.factors.items()
            if own == dimension
        ]
        column, band_column = f"{dimension}_factor", f"{dimension}_band"
        factors = ibis.memtable(
            pa.table(
                {
                    "dip_group": pa.array([row[0] for row in rows], pa.string()),
                    band_column: pa.array([row[1] for row in rows], pa.string()),
                    column: pa.array([row[2] for row in rows], pa.int64()),
                }
            )
        )
        table = table.left_join(factors, ["dip_group", band_column])
        table = table.drop("dip_group_right", f"{band_column}_right")
        names.append(column)
    one = ibis.literal(TEN_THOUSAND, type="int64")
    if not names:
        return table.mutate(factor_scaled=one)
    if rules.auxiliary_choice == "largest":
        # -1 stands below every factor: greatest() must not see a null, whose meaning differs between engines
        factor = ibis.greatest(ibis.literal(-1, type="int64"), *(table[name].fill_null(-1) for name in names))
    else:
        factor = one
        for name in names:
            factor = divide_half_up_column(wide(factor) * wide(table[name].fill_null(TEN_THOUSAND)), wide(TEN_THOUSAND))
    known = ibis.or_(*(table[name].notnull() for name in names))
    floor = ibis.literal(to_ten_thousandths(rules.auxiliary_floor), type="int64")
    return table.mutate(factor_scaled=ibis.cases((known, ibis.greatest(factor, floor)), else_=one))


def dip_cases_to_table(cases: Sequence[DipCase]) -> Table:
    """DipCase values as the input table (for tests, examples and small files)."""
    types = {
        "diagnoses": pa.list_(pa.string()),
        "procedures": pa.list_(pa.string()),
        "died": pa.bool_(),
        "age_years": pa.int64(),
        "length_of_stay_days": pa.int64(),
        "total_cost": pa.decimal128(14, 2),
    }
    names = tuple(DipCase.__dataclass_fields__)
    return ibis.memtable(
        pa.table(
            {name: pa.array([getattr(case, name) for case in cases], types.get(name, pa.string())) for name in names}
        )
    )
