from datetime import date
from pathlib import Path

import duckdb
import pytest

from yigongti.engines.identity.public import Matching, load_matching
from yigongti.foundation.policy import Policy

ON = date(2026, 11, 24)


@pytest.fixture(scope="session")
def policy(policy_root: Path) -> Policy:
    return Policy.load(policy_root)


@pytest.fixture(scope="session")
def matching(policy: Policy) -> Matching:
    """Weights and thresholds in force, for a search among 614,000 registrations."""
    return load_matching(policy, ON).among(614_000)


@pytest.fixture
def connection():
    opened = duckdb.connect()
    opened.execute("SET threads = 1")
    yield opened
    opened.close()
