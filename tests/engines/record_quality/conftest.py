from datetime import date
from pathlib import Path

import ibis
import pytest

from yigongti.engines.record_quality.public import RuleBook, load_rulebook
from yigongti.foundation.policy import Policy

ON = date(2026, 10, 31)


@pytest.fixture(scope="session")
def policy(policy_root: Path) -> Policy:
    return Policy.load(policy_root)


@pytest.fixture(scope="session")
def book(policy: Policy) -> RuleBook:
    return load_rulebook(policy, ON)


@pytest.fixture
def connection():
    backend = ibis.duckdb.connect(threads=1)
    yield backend
    backend.disconnect()
