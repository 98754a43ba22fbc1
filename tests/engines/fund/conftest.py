"""The policy whose rules the properties are held against."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from yigongti.foundation.policy import Policy

LAST_DAY = date(2026, 12, 31)


@pytest.fixture(scope="session")
def policy(policy_root: Path) -> Policy:
    return Policy.load(policy_root)
