"""What was settled at the counter is part of the institution's settlements in the lake before a close."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from invented_bills import AT

from yigongti.facts.public import Lake, Receipt, rows_schema
from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.processes.settled_bills.public import bring_counter, post_month


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "lake")


def month_and_code(settled):
    from yigongti.systems.benefits.models import Settlement

    made = Settlement.objects.using("bulk").select_related("institution").get(pk=settled.id)
    return Month.of(made.settled_on), made.institution.code


def test_the_row_is_brought_in_once(settle_at, lake):
    month, code = month_and_code(settle_at())
    assert (bring_counter(month, lake, AT), bring_counter(month, lake, AT)) == (1, 0)
    assert lake.read("settlements", code, month).num_rows == 1


def test_a_file_that_holds_another_settlement_and_this_one_is_merged_by_number(settle_at, lake):
    settled = settle_at()
    month, code = month_and_code(settled)
    bring_counter(month, lake, AT)
    (own,) = lake.read("settlements", code, month).drop_columns(["month"]).to_pylist()
    rows = [own | {"diagnosis": "Z99"}, own | {"settlement_number": "F1"}]
    table = pa.Table.from_pylist(rows, rows_schema(SETTLEMENTS))
    receipt = Receipt("s1", "settlements", code, month, 2, Decimal(0), "d", "", "", "t", AT)
    lake.replace(receipt, table.to_batches(), lake.in_force("settlements", code, month).version)
    bring_counter(month, lake, AT)
    found = {row["settlement_number"]: row for row in lake.read("settlements", code, month).to_pylist()}
    assert set(found) == {"F1", settled.number}
    assert found[settled.number]["diagnosis"] == own["diagnosis"]


def test_what_is_posted_at_the_counter_is_not_posted_again(settle_at, lake):
    month, _code = month_and_code(settle_at())
    bring_counter(month, lake, AT)
    assert post_month(month, lake, None, AT).posted == 0
