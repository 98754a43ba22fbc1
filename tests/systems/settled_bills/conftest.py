"""A lake with settlements of two institutions, written as rows and not as files."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from settled_rows import AT, MONTH

from yigongti.facts.public import Lake, Receipt, rows_schema
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas.settlements import SETTLEMENTS


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


@pytest.fixture
def policy(policy_root):
    return Policy.load(policy_root)


@pytest.fixture
def submit(lake):
    """submit([row(…), …], month): an institution's month as it now is."""
    numbers = iter(range(1000))

    def put(rows, month=MONTH, code="H1"):
        number = next(numbers)
        table = pa.Table.from_pylist([each | {"institution_code": code} for each in rows], rows_schema(SETTLEMENTS))
        in_force = lake.in_force("settlements", code, month)
        receipt = Receipt(
            submission_id=f"s{number}", kind="settlements", institution_code=code, month=month, rows=len(rows),
            amount=Decimal(0), digest=f"d{number}", reading="", file_name="", submitted_by="t", submitted_at=AT,
        )  # fmt: skip
        return lake.replace(receipt, table.to_batches(), in_force.version if in_force else None)

    return put
