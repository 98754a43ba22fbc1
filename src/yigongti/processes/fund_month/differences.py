"""What payment by group adds to (or takes from) the bills of a month, by institution: Σ over the cases that were priced
by group of what the group pays out of the fund, less what the same cases' bills claimed of the pool.

Both sides are of the packaged schemes and of the same cases: a bill without a priced case stays as it was claimed, and
so does a priced case whose bill did not come yet.
"""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal

from yigongti.facts.public import Lake, connect, derived_path, plain_sql, take_snapshot
from yigongti.foundation.money import to_fen
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.casemix_payment import public as casemix_payment

_STAYS = ("inpatient", "major_disease")


def differences_of(month: Month, lake: Lake, policy: Policy) -> dict[int, Decimal]:
    """Institution → yuan; empty where the month was not priced. Read over the connection `bulk`."""
    snapshot = take_snapshot(lake, [month])
    priced = derived_path(
        lake, "casemix_prices", month, casemix_payment.keys_of_month(month, lake, snapshot, policy)[1]
    )
    if not priced.is_file():
        return {}
    schemes = list(policy.value("fund.packaged_schemes", on=month.last_day))  # type: ignore[arg-type]
    connection = connect(lake, snapshot)
    with closing(connection.con), plain_sql():
        bills = connection.table("settlements")
        bills = bills.filter(
            (bills.month == str(month)) & bills.insurance_type.isin(schemes) & bills.care.isin(_STAYS)
            & bills.case_id.notnull()
        )  # fmt: skip
        claimed = bills.group_by(["institution_code", "case_id"]).aggregate(pool=bills.pool_fund.fill_null(0).sum())
        cases = connection.read_parquet(str(priced))
        cases = cases.filter(cases.fund_payment.notnull())
        both = cases.inner_join(claimed, ["institution_code", "case_id"])
        rows = both.group_by("institution_code").aggregate(by_group=both.fund_payment.sum(), claimed=both.pool.sum())
        found = {row["institution_code"]: row for row in rows.to_pyarrow().to_pylist()}
    ids = dict(Institution.objects.using("bulk").filter(code__in=found).values_list("code", "id"))
    told = {
        ids[code]: to_fen(Decimal(row["by_group"]) - Decimal(row["claimed"]))
        for code, row in sorted(found.items())
        if code in ids
    }
    return {number: amount for number, amount in told.items() if amount}
