"""Grouping and pricing replayed: every discharge of the months grouped and priced again.

The same steps as the monthly close, through the door of case-mix payment. What the close left in the lake is taken as
it is; what is computed here for the changed policy is removed again. What patients paid is not changed by the price of
a group: the fund bears the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yigongti.engines.casemix.pricing.public import PaymentRules
from yigongti.facts.public import connect, derived_path, plain_sql, take_snapshot
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.rehearsal.replaying import FUND, Facts, OfTheLake, Payer
from yigongti.systems.casemix_payment.public import group_month, keys_of_month, price_month

PAYERS = (Payer("fund_payment", Text("基金按病组支付", "Paid by group"), FUND),)
_COLUMNS = ("institution_code", "case_id", "department_code", "institution_level", "insurance_type", "drg",
            "fund_payment")  # fmt: skip


class Casemix(OfTheLake):
    """What the fund pays hospitals for each stay by its group."""

    name = "casemix"
    label = Text("病组付费", "Payment by group")
    depends_on = ("parameters/casemix/", "casemix/")
    payers = PAYERS
    counted = Text("例", "stays")
    rows_words = Text("病例数", "Stays")
    persons_words = Text("例数", "Stays counted")
    spread_words = Text("每例支付增减的分布", "How much more or less is paid for a stay")
    permission = "casemix_payment.see"

    def months_read(self, policy: Policy, months: Sequence[Month]) -> tuple[Month, ...]:
        return tuple(months)

    def check(self, policy: Policy, facts_first_on: date, facts_last_on: date) -> None:
        """Reads the payment rules at both ends of the period."""
        for day in (facts_first_on, facts_last_on):
            PaymentRules.from_policy(policy, on=day)

    def run(self, facts: Facts, policy: Policy) -> pa.Table:
        rows = pa.concat_tables([_month(facts, month, policy) for month in facts.months])
        return rows.sort_by([("institution_code", "ascending"), ("number", "ascending")])


def _month(facts: Facts, month: Month, policy: Policy) -> pa.Table:
    snapshot = take_snapshot(facts.lake, [month])
    keys = keys_of_month(month, facts.lake, snapshot, policy)
    names = ("casemix_groups", "casemix_prices")
    groups, prices = (derived_path(facts.lake, name, month, key) for name, key in zip(names, keys, strict=True))
    ours = [path for path in (groups, prices) if not path.is_file()]
    try:
        if ours:
            connection = connect(facts.lake, snapshot)
            with closing(connection.con), plain_sql():
                group_month(month, facts.lake, snapshot, connection, policy)
                price_month(month, facts.lake, snapshot, connection, policy)
        return _rows(prices, month)
    finally:
        if policy.release.digest != facts.base_release:
            for path in ours:
                path.unlink(missing_ok=True)


def _rows(prices: Path, month: Month) -> pa.Table:
    table = pq.ParquetFile(prices).read(columns=list(_COLUMNS))
    number = pc.binary_join_element_wise(pa.scalar(str(month)), table["case_id"], "/")
    place = table["institution_code"]
    fen = pc.fill_null(pc.multiply(table["fund_payment"].cast(pa.decimal128(16, 2)), pa.scalar(100)), 0)
    told = {
        "institution_code": place,
        "number": number,
        "person": pc.binary_join_element_wise(place, number, "/"),  # each stay counts as one of its own
        "institution": place,
        "level": table["institution_level"],
        "department": pc.binary_join_element_wise(place, pc.fill_null(table["department_code"], ""), "/"),
        "disease": table["drg"],
        "group": pa.nulls(table.num_rows, pa.string()),
        "care": pa.nulls(table.num_rows, pa.string()),
        "scheme": table["insurance_type"],
        "month": pa.array([str(month)] * table.num_rows, pa.string()),
        "fund_payment": fen.cast(pa.int64()),
    }
    return pa.table(told)
