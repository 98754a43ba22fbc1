"""Rules and weights that the tests of pay share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis
import pytest

from yigongti.engines.casemix.pricing.rules import PaymentRules
from yigongti.engines.casemix.pricing.weight_table import WeightTable, weights_from_rows
from yigongti.foundation.policy import Policy


@pytest.fixture(scope="session")
def policy(policy_root: Path) -> Policy:
    return Policy.load(policy_root)


@pytest.fixture(scope="session")
def rules(policy: Policy) -> PaymentRules:
    return PaymentRules.from_policy(policy, on=date(2025, 6, 30))


@pytest.fixture(scope="session")
def connection() -> ibis.BaseBackend:
    return ibis.duckdb.connect()


@pytest.fixture(scope="session")
def weights() -> WeightTable:
    rows = [
        {
            "drg": "BR25",
            "relative_weight": "1.2",
            "mean_cost": "6800.00",
            "standard_stay_days": "9.5",
            "low_risk": "no",
        },
        {
            "drg": "ES35",
            "relative_weight": "0.4321",
            "mean_cost": "2450.10",
            "standard_stay_days": "6",
            "low_risk": "yes",
        },
        {"drg": "AA19", "relative_weight": "18.2858", "mean_cost": "103000.00", "standard_stay_days": "30"},
        {"drg": "IZ19", "relative_weight": "0.9", "mean_cost": "5100.00", "stable": "no"},
    ]
    return weights_from_rows(rows, overall_mean_cost=Decimal("5670.00"))
