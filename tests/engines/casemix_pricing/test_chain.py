"""The chain of the month in small: discharges are grouped, weighed, priced, measured and scored by the starter set."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from yigongti.engines.casemix.performance.public import DepartmentRules, performance_table, score_departments
from yigongti.engines.casemix.pricing.public import PaymentRules, price_table, weights_from_rows
from yigongti.engines.casemix.public import group_table, load_scheme
from yigongti.foundation.policy import Policy


@pytest.mark.slow
def test_a_small_month_goes_from_discharges_to_department_scores(
    policy: Policy, policy_root: Path, rules: PaymentRules, connection: ibis.BaseBackend
) -> None:
    starter = policy_root / "casemix" / "starter"
    with (starter / "weights.csv").open(encoding="utf-8") as file:
        weights = weights_from_rows(csv.DictReader(file), name="starter")
    number = 24
    texts, money = pa.list_(pa.string()), pa.decimal128(14, 2)
    discharges = ibis.memtable(
        pa.table(
            {
                "case_id": [str(n) for n in range(number)],
                "sex": ["1"] * number,
                "age_years": [60] * number,
                "age_days": [21900] * number,
                "birth_weight_g": pa.array([None] * number, pa.int64()),
                "length_of_stay_days": [9] * number,
                "discharge_disposition": ["5" if n == 0 else "1" for n in range(number)],
                "diagnoses": pa.array([[["J18.900"], ["I63.900"], []][n % 3] for n in range(number)], texts),
                "procedures": pa.array([[] for _ in range(number)], texts),
                "institution_code": ["H1"] * number,
                "institution_level": ["county"] * number,
                "department_code": ["respiratory" if n % 3 == 0 else "neurology" for n in range(number)],
                "insurance_type": ["390"] * number,
                "total_cost": pa.array([Decimal(4000 + 10 * n) for n in range(number)], money),
                "patient_part": pa.array([Decimal(1500)] * number, money),
            }
        )
    )
    groups = group_table(discharges, load_scheme(starter), connection)
    priced = price_table(
        discharges.inner_join(groups, "case_id").mutate(negotiated=ibis.literal(False)), weights, rules
    ).mutate(died=lambda table: table.discharge_disposition == "5")
    (county,) = connection.to_pyarrow(performance_table(priced, weights)).to_pylist()
    assert (county["cases"], county["grouped_cases"], county["in_group_rate"]) == (24, 16, Decimal("0.6667"))
    assert county["low_risk_state"] in {"maintained", "no_cases"}
    assert county["cost_index"] == county["time_index"] == Decimal("1.0000")
    assert county["balance"] == county["payment"] - county["total_cost"]
    units = ["institution_code", "department_code"]
    rows = connection.to_pyarrow(performance_table(priced, weights, units).order_by(units)).to_pylist()
    assert sum(row["payment"] for row in rows) == county["payment"]
    neurology, respiratory = score_departments(rows, DepartmentRules.from_policy(policy, on=date(2026, 10, 31)))
    assert neurology.assessed and neurology.entry_rate == Decimal("0.5000")
    assert respiratory.reason.zh == "病例数 8 少于 10"
