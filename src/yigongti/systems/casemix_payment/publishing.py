"""From the lake before the pages: the month's derived tables into PostgreSQL, in one transaction, replacing what was
published of that month. Runs in the close (command line or worker), with the connection that bypasses row security.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction

from yigongti.engines.casemix.performance.public import DepartmentRules, score_departments
from yigongti.engines.casemix.pricing.public import PaymentRules, WeightTable
from yigongti.facts.public import Lake, Snapshot, derived_path, read_derived
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import to_fen
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.casemix_payment.levels import level_of
from yigongti.systems.casemix_payment.models import (
    AdjustmentRequest,
    DepartmentScore,
    GroupInForce,
    PricedCase,
    PublishedMonth,
    StatementRow,
    UpcodingSignal,
)
from yigongti.systems.casemix_payment.month import Correction, result_key, weights_of_month
from yigongti.systems.casemix_payment.scheme_in_force import COMPUTED, PUBLISHED, scheme_in_force

BULK = "bulk"
_BATCH = 2000
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_STATEMENT_COLUMNS = tuple(
    field.name for field in StatementRow._meta.concrete_fields if field.name not in ("id", "institution", "month")
)


@dataclass(frozen=True, slots=True)
class Published:
    """How many rows stand before the pages now."""

    cases: int
    statement_rows: int
    groups: int
    scores: int
    signals: int


def accepted_corrections(month: Month) -> list[Correction]:
    """The accepted requests of the month, by institution and case; a case asked for twice keeps the later answer."""
    accepted = (
        AdjustmentRequest.objects.using(BULK)
        .filter(month=str(month), state=AdjustmentRequest.State.ACCEPTED)
        .order_by("answered_at", "id")
        .values_list("institution__code", "case_id", "diagnoses_after", "procedures_after")
    )
    latest = {(code, case_id): (diagnoses, procedures) for code, case_id, diagnoses, procedures in accepted}
    return [
        Correction(code, case_id, tuple(diagnoses.split("|")), tuple(procedures.split("|")) if procedures else ())
        for (code, case_id), (diagnoses, procedures) in sorted(latest.items())
    ]


def institution_levels() -> dict[str, str]:
    """Institution code → level as the coefficients of the policy name it."""
    rows = Institution.objects.using(BULK).exclude(kind=Institution.Kind.VILLAGE_CLINIC).order_by("code")
    return {code: level_of(kind, level) for code, level, kind in rows.values_list("code", "level", "kind")}


def publish_month(
    month: Month,
    lake: Lake,
    snapshot: Snapshot,
    policy: Policy,
    at: datetime,
    corrections: Sequence[Correction] | None = None,
) -> Published:
    """Put the month before the pages. `group_month`, `price_month` and `state_month` have written it before.

    at: the instant of publishing, aware; the first one opens the feedback window.
    Raises NotFound when a step has not run for these facts, and InvalidInput for an institution that is not in the
    register; then what was published before stays.
    """
    corrections = accepted_corrections(month) if corrections is None else corrections
    weights = weights_of_month(month, lake, snapshot, policy)
    key = result_key(snapshot, policy, corrections, weights, institution_levels())
    prices = read_derived(lake, "casemix_prices", month, key).to_pylist()
    statement = read_derived(lake, "casemix_statement", month, key).to_pylist()
    units = read_derived(lake, "casemix_departments", month, key).to_pylist()
    signals = read_derived(lake, "casemix_signals", month, key).to_pylist()
    ids = dict(Institution.objects.using(BULK).values_list("code", "id"))
    _require_known(ids, statement)
    with transaction.atomic(using=BULK):
        for model in (PricedCase, StatementRow, GroupInForce, DepartmentScore, UpcodingSignal):
            model.objects.using(BULK).filter(month=str(month)).delete()
        cases = _create(PricedCase, (_case(row, ids, month) for row in prices))
        rows = _create(StatementRow, (_statement_row(row, ids, month) for row in statement))
        groups = _create(GroupInForce, _groups(month, policy, weights, statement, prices))
        scores = _create(DepartmentScore, _scores(month, policy, units, ids))
        found = _create(UpcodingSignal, (_signal(row, ids, month) for row in signals))
        _publish_facts(month, lake, snapshot, policy, at, key, weights, len(prices), len(corrections))
    return Published(cases, rows, groups, scores, found)


def _require_known(ids: dict[str, int], statement: Iterable[dict[str, Any]]) -> None:
    unknown = sorted({row["institution_code"] for row in statement} - set(ids))
    if unknown:
        raise InvalidInput(
            "casemix.institution_unknown",
            zh=f"机构登记中没有：{'、'.join(unknown)}，请先登记机构再公布",
            en=f"the register has no institution {', '.join(unknown)}: register it before publishing",
        )


def _create(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    return len(model._default_manager.using(BULK).bulk_create(rows, batch_size=_BATCH))


def _case(row: dict[str, Any], ids: dict[str, int], month: Month) -> PricedCase:
    diagnoses, procedures = row["diagnosis_codes"] or "", row["procedure_codes"] or ""
    return PricedCase(
        institution_id=ids[row["institution_code"]], month=str(month), case_id=row["case_id"],
        department_code=row["department_code"], physician=row["physician"], discharged_on=row["discharged_on"],
        sex=row["sex"] or "", age_years=row["age_years"], stay_days=row["length_of_stay_days"],
        insurance_type=row["insurance_type"], diagnoses=diagnoses, procedures=procedures,
        principal_diagnosis=diagnoses.split("|")[0], principal_procedure=procedures.split("|")[0],
        mdc=row["mdc"], adrg=row["adrg"], drg=row["drg"], complication=row["complication"], reason=row["reason"],
        kind=row["category"], weight=row["relative_weight"], cost=row["total_cost"], patient_part=row["patient_part"],
        standard=row["standard"], pay=row["payment"], fund_pay=row["fund_payment"], balance=row["balance"],
        low_risk=row["low_risk"], died=row["died"], corrected=row["corrected"],
    )  # fmt: skip


def _statement_row(row: dict[str, Any], ids: dict[str, int], month: Month) -> StatementRow:
    return StatementRow(
        institution_id=ids[row["institution_code"]],
        month=str(month),
        **{name: row[name] for name in _STATEMENT_COLUMNS},
    )


def _groups(
    month: Month, policy: Policy, weights: WeightTable, statement: list[dict[str, Any]], prices: list[dict[str, Any]]
) -> Iterable[GroupInForce]:
    """Every group of the scheme with its weight and the county's means; also groups met that the scheme lacks."""
    scheme = scheme_in_force(policy, month).scheme
    places = {drg: (adrg.code, mdc.code) for mdc in scheme.mdcs for adrg in mdc.adrgs for drg in adrg.endings.values()}
    places |= {row["drg"]: (row["adrg"], row["mdc"]) for row in statement}
    costs: dict[str, list[Decimal]] = {}
    stays: dict[str, list[int]] = {}
    for row in prices:
        if row["total_cost"] is not None and row["total_cost"] > 0:
            costs.setdefault(row["drg"], []).append(row["total_cost"])
        if row["length_of_stay_days"]:
            stays.setdefault(row["drg"], []).append(row["length_of_stay_days"])
    counted: dict[str, int] = {}
    for row in statement:
        counted[row["drg"]] = counted.get(row["drg"], 0) + row["cases"]
    for drg, (adrg, mdc) in sorted(places.items()):
        weight = weights.get(drg)
        own_costs, own_stays = costs.get(drg), stays.get(drg)
        yield GroupInForce(
            month=str(month), drg=drg, adrg=adrg, mdc=mdc, name=scheme.drg_names.get(drg, ""),
            weight=weight.relative_weight if weight else None, stable=weight.stable if weight else False,
            low_risk=weight.low_risk if weight else None, basis=weight.basis if weight else "",
            mean_cost=weight.mean_cost if weight else None,
            standard_stay_days=weight.standard_stay_days if weight else None,
            past_cases=weight.cases if weight else None, cost_variation=weight.cost_variation if weight else None,
            county_cases=counted.get(drg, 0),
            county_mean_cost=to_fen(sum(own_costs, Decimal(0)) / len(own_costs)) if own_costs else None,
            county_mean_stay=to_fen(Decimal(sum(own_stays)) / len(own_stays)) if own_stays else None,
        )  # fmt: skip


def _scores(
    month: Month, policy: Policy, units: list[dict[str, Any]], ids: dict[str, int]
) -> Iterable[DepartmentScore]:
    rules = DepartmentRules.from_policy(policy, on=month.last_day)
    for score in score_departments(units, rules):
        yield DepartmentScore(
            institution_id=ids[score.institution_code], month=str(month), department_code=score.department_code,
            assessed=score.assessed, reason_zh=score.reason.zh, reason_en=score.reason.en,
            entry_rate=score.entry_rate, entry_points=score.entry_points, balance_share=score.balance_share,
            balance_points=score.balance_points, score=score.score,
        )  # fmt: skip


def _signal(row: dict[str, Any], ids: dict[str, int], month: Month) -> UpcodingSignal:
    def number(value: float | None) -> Decimal | None:
        return None if value is None else Decimal(str(value))

    return UpcodingSignal(
        institution_id=ids[row["institution_code"]], month=str(month), pattern=row["pattern"],
        department_code=row["department_code"], drg=row["drg"], case_id=row["case_id"], said_zh=row["said_zh"],
        said_en=row["said_en"], figure=number(row["figure"]), expected=number(row["expected"]),
        evidence=json.loads(row["evidence"]),
    )  # fmt: skip


def _publish_facts(
    month: Month,
    lake: Lake,
    snapshot: Snapshot,
    policy: Policy,
    at: datetime,
    key: str,
    weights: WeightTable,
    cases: int,
    corrections: int,
) -> None:
    in_force = scheme_in_force(policy, month)
    rules = PaymentRules.from_policy(policy, on=month.last_day)
    earlier = PublishedMonth.objects.using(BULK).filter(month=str(month)).first()
    first_at = earlier.first_published_at if earlier else at
    first_on = first_at.astimezone(_SHANGHAI).date()
    days = int(policy.value("casemix.feedback_window_days", on=first_on))  # type: ignore[arg-type]
    PublishedMonth.objects.using(BULK).update_or_create(
        month=str(month),
        defaults={
            "scheme_folder": in_force.folder, "scheme_name": in_force.scheme.name,
            "scheme_version": in_force.scheme.version, "scheme_source": in_force.scheme.source,
            "scheme_digest": in_force.scheme.digest, "weights_name": weights.name,
            "weights_basis": PUBLISHED if in_force.published_weights is not None else COMPUTED,
            "rates": {name: str(rate) for name, rate in rules.base_rates.items()},
            "release": policy.release.digest, "snapshot": snapshot.versions, "snapshot_digest": snapshot.digest,
            "cases": cases, "corrections": corrections,
            "digests": {
                name: hashlib.sha256(derived_path(lake, name, month, key).read_bytes()).hexdigest()
                for name in ("casemix_prices", "casemix_statement")
            },
            "first_published_at": first_at, "published_at": at,
            "request_until": first_on + timedelta(days=days - 1),
        },
    )  # fmt: skip
