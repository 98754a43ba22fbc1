"""The month's three steps: group, price, state. Each writes a derived table of the lake, with the same bytes for the
same facts, policy release and accepted requests; publishing.py then puts the results before the pages.

    group_month(month, lake, snapshot, connection, policy)   casemix_groups     one row for each discharge
    price_month(…)                                            casemix_prices     the same, with weight and pay
    state_month(…)                                            casemix_statement  sums by institution, department, group
                                                              casemix_departments  what the departments' scores ask
                                                              casemix_signals      up-coding patterns

A step whose earlier step is missing runs it: a close that was stopped can begin anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table, Value

from yigongti.engines.casemix.performance.public import performance_table
from yigongti.engines.casemix.pricing.public import (
    FLOATING_RATE,
    PaymentRules,
    WeightTable,
    dated_rules,
    price_dated_table,
    price_pool_table,
)
from yigongti.engines.casemix.public import group_table
from yigongti.facts.public import DerivedFile, Lake, Snapshot, derived_path, write_derived
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.casemix_payment.scheme_in_force import low_risk_groups, scheme_in_force, weights_digest
from yigongti.systems.casemix_payment.statement import statement_table
from yigongti.systems.casemix_payment.upcoding import write_signals
from yigongti.systems.casemix_payment.weights_from_past import weights_from_past

DIED = "5"
"""离院方式 (discharge disposition) 5: died."""


@dataclass(frozen=True, slots=True)
class Correction:
    """An accepted request: the codes by which a case is grouped instead of those of its front page."""

    institution_code: str
    case_id: str
    diagnoses: tuple[str, ...]
    procedures: tuple[str, ...]


def result_key(
    snapshot: Snapshot,
    policy: Policy,
    corrections: Sequence[Correction],
    weights: WeightTable | None = None,
    levels: Mapping[str, str] | None = None,
) -> str:
    """What a result was computed from: facts, policy release, accepted requests and, where priced, the weights and
    the levels of the institutions (on which their coefficients depend)."""
    text = json.dumps([asdict(c) for c in sorted(corrections, key=lambda c: (c.institution_code, c.case_id))])
    parts = [snapshot.digest[:16], policy.release.digest[:16], hashlib.sha256(text.encode()).hexdigest()[:8]]
    if weights is not None:
        of_levels = hashlib.sha256(json.dumps(levels, sort_keys=True).encode()).hexdigest()
        parts += [weights_digest(weights)[:8], of_levels[:8]]
    return "-".join(parts)


def weights_of_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> WeightTable:
    """The weights that the month is priced by: the scheme's own, or found from past cases."""
    in_force = scheme_in_force(policy, month)
    if in_force.published_weights is not None:
        return in_force.published_weights
    return weights_from_past(month, lake, snapshot, policy, in_force.scheme, low_risk_groups(policy, month))


def group_month(
    month: Month,
    lake: Lake,
    snapshot: Snapshot,
    connection: Any,
    policy: Policy,
    corrections: Sequence[Correction] | None = None,
) -> DerivedFile:
    """Group every discharge of the month, those with an accepted request by the accepted codes.

    corrections: the accepted requests of the month; None reads them from the database.
    Raises PolicyError when no scheme is in force or it is wrong.
    """
    corrections = _accepted(month) if corrections is None else corrections
    scheme = scheme_in_force(policy, month).scheme
    cases = _with_corrections(_discharges(connection, month), corrections)
    grouped = group_table(
        cases, scheme, connection, keep=("institution_code", "diagnosis_codes", "procedure_codes", "corrected")
    )
    key = result_key(snapshot, policy, corrections)
    return write_derived(lake, "casemix_groups", month, key, grouped, ["institution_code", "case_id"])


def price_month(
    month: Month,
    lake: Lake,
    snapshot: Snapshot,
    connection: Any,
    policy: Policy,
    corrections: Sequence[Correction] | None = None,
    levels: Mapping[str, str] | None = None,
) -> DerivedFile:
    """Price every grouped case by the rules of its day of discharge.

    levels: institution code → level as the coefficients name it ("county", "township"); None reads the register.
    """
    corrections = _accepted(month) if corrections is None else corrections
    levels = _levels() if levels is None else levels
    weights = weights_of_month(month, lake, snapshot, policy)
    groups = derived_path(lake, "casemix_groups", month, result_key(snapshot, policy, corrections))
    if not groups.is_file():
        group_month(month, lake, snapshot, connection, policy, corrections)
    cases = _priced_columns(connection, month, connection.read_parquet(str(groups)), levels)
    rules = PaymentRules.from_policy(policy, on=month.last_day)
    if rules.method == FLOATING_RATE:
        pool = policy.value("casemix.month_pool", on=month.last_day)
        priced = price_pool_table(cases, pool, weights, rules).drop("points")  # type: ignore[arg-type]
    else:
        spans = dated_rules(policy, first_on=month.first_day, last_on=month.last_day)
        priced = price_dated_table(cases, weights, spans)
    priced = _with_low_risk(priced, weights)
    key = result_key(snapshot, policy, corrections, weights, levels)
    return write_derived(lake, "casemix_prices", month, key, priced, ["institution_code", "case_id"])


def state_month(
    month: Month,
    lake: Lake,
    snapshot: Snapshot,
    connection: Any,
    policy: Policy,
    corrections: Sequence[Correction] | None = None,
    levels: Mapping[str, str] | None = None,
) -> DerivedFile:
    """Sum the month by institution, department and group: the rows that every overview adds up."""
    corrections = _accepted(month) if corrections is None else corrections
    weights = weights_of_month(month, lake, snapshot, policy)
    levels = _levels() if levels is None else levels
    key = result_key(snapshot, policy, corrections, weights, levels)
    prices = derived_path(lake, "casemix_prices", month, key)
    if not prices.is_file():
        price_month(month, lake, snapshot, connection, policy, corrections, levels)
    priced = connection.read_parquet(str(prices))
    units = performance_table(priced, weights, ["institution_code", "department_code"])
    write_derived(lake, "casemix_departments", month, key, units, ["institution_code", "department_code"])
    write_signals(month, lake, snapshot, policy, scheme_in_force(policy, month).scheme, weights, key)
    rows = statement_table(priced)
    return write_derived(lake, "casemix_statement", month, key, rows, ["institution_code", "department_code", "drg"])


# -- the columns of a case ------------------------------------------------------------------------------------------


def _discharges(connection: Any, month: Month) -> Table:
    table = connection.table("discharges")
    return table.filter(table.month == str(month))


def _with_corrections(cases: Table, corrections: Sequence[Correction]) -> Table:
    """The cases by the codes they are to be grouped by; diagnosis_codes and procedure_codes are these, as text."""
    accepted = ibis.memtable(
        pa.table(
            {
                "institution_code": pa.array([c.institution_code for c in corrections], pa.string()),
                "case_id": pa.array([c.case_id for c in corrections], pa.string()),
                "accepted_diagnoses": pa.array(["|".join(c.diagnoses) for c in corrections], pa.string()),
                "accepted_procedures": pa.array(["|".join(c.procedures) for c in corrections], pa.string()),
            }
        )
    )
    table = cases.left_join(accepted, ["institution_code", "case_id"])
    corrected = table.accepted_diagnoses.notnull()
    table = table.mutate(
        corrected=corrected,
        diagnosis_codes=ibis.ifelse(corrected, table.accepted_diagnoses, table.diagnoses.join("|")),
        procedure_codes=ibis.ifelse(corrected, table.accepted_procedures, table.procedures.join("|")),
    )
    return table.mutate(diagnoses=table.diagnosis_codes, procedures=table.procedure_codes)


def _priced_columns(connection: Any, month: Month, groups: Table, levels: Mapping[str, str]) -> Table:
    """What pricing needs beside the group: cost, patient's part, insurance, level, day of discharge; and what pages
    show of the case."""
    page = _discharges(connection, month)
    page = page.select(
        "institution_code",
        "case_id",
        "total_cost",
        "length_of_stay_days",
        "sex",
        "age_years",
        department_code=page.discharge_department_code.fill_null(""),
        physician=page.attending_physician.fill_null(""),
        # China has kept UTC+8 without summer time since 1991
        discharged_on=(page.discharged_at + ibis.interval(hours=8)).cast("timestamp('UTC')").date(),
        died=(page.discharge_disposition == DIED).fill_null(False),
    )
    lists = connection.table("settlement_lists")
    lists = lists.filter(lists.month == str(month))
    part = lists.patient_share.fill_null(0) + lists.outside_catalogue.fill_null(0)
    settled = lists.group_by(["institution_code", "case_id"]).aggregate(
        insurance_type=lists.insurance_type.max(), patient_part=part.sum().cast("decimal(14, 2)")
    )
    keys = ["institution_code", "case_id"]
    table = groups.inner_join(page, keys).left_join(settled, keys).drop("institution_code_right", "case_id_right")
    level: Value = ibis.literal("")
    if levels:
        branches = [(table.institution_code == code, ibis.literal(name)) for code, name in sorted(levels.items())]
        level = ibis.cases(*branches, else_="")
    return table.mutate(
        institution_level=level, insurance_type=table.insurance_type.fill_null(""), negotiated=ibis.literal(False)
    )


def _with_low_risk(priced: Table, weights: WeightTable) -> Table:
    if not weights.low_risk_list_is_maintained:
        return priced.mutate(low_risk=ibis.null("boolean"))
    listed = sorted(group.drg for group in weights if group.low_risk)
    return priced.mutate(low_risk=priced.drg.isin(listed) if listed else ibis.literal(False))


def _accepted(month: Month) -> list[Correction]:
    from yigongti.systems.casemix_payment.publishing import accepted_corrections

    return accepted_corrections(month)


def _levels() -> dict[str, str]:
    from yigongti.systems.casemix_payment.publishing import institution_levels

    levels = institution_levels()
    if not levels:
        raise InvalidInput(
            "casemix.no_institutions",
            zh="机构登记为空，请先载入机构表",
            en="the register of institutions is empty: load the institutions first",
        )
    return levels
