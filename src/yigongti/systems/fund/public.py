"""The door of the packaged fund: the month's steps for processes, payments, and what stands of each year.

    run_month(month, lake, snapshot, policy, insured)           five derived files of the lake
    key_of_month(month, lake, snapshot, policy, insured)        what they are computed from, as text
    publish_month(month, lake, snapshot, policy, insured, at)   counts of the rows that stand before the pages
    publish_history(months, lake, policy, insured, at)          the same of months before the first close, at once
    contract_of(institution_id, year)                           the contract in force, None without one
    prepay_month(…), settle_month(…)                            money moves, once for each month (actions)
    year_facts(community, year), communities()                  what stands of a year when it is cleared (year_facts.py)

insured: an Arrow table with insured_number, institution_code, community_code, birth_date, sex, insurance_type: one row
for each insured person as they stood at the month's end. The first two and the last need the connection `bulk`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from yigongti.facts.public import DerivedFile, Lake, Snapshot
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

if TYPE_CHECKING:
    import pyarrow as pa

    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.fund.models import Contract
    from yigongti.systems.fund.publishing import Published
    from yigongti.systems.fund.year_facts import YearFacts

__all__ = [
    "communities", "contract_of", "key_of_month", "publish_history", "publish_month", "run_month",
    "year_facts",
]  # fmt: skip

# the models are imported when called: a process may import this door before the applications are loaded


def run_month(
    month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, insured: pa.Table, **limits: Any
) -> tuple[DerivedFile, ...]:
    """Write the month's sums into the lake (month.py)."""
    from yigongti.systems.fund.month import run_month as run
    from yigongti.systems.fund.publishing import register

    return run(month, lake, snapshot, policy, insured, register(month), **limits)


def key_of_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, insured: pa.Table) -> str:
    """What the month's sums are computed from."""
    from yigongti.systems.fund.month import result_key, wider
    from yigongti.systems.fund.publishing import register

    return result_key(wider(month, lake, snapshot, policy), policy, insured, register(month))


def publish_month(
    month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, insured: pa.Table, at: datetime
) -> Published:
    """Put the month before the pages in one transaction, in the place of what was published of it before."""
    from yigongti.systems.fund.publishing import publish_month as publish

    return publish(month, lake, snapshot, policy, insured, at)


def publish_history(
    months: Sequence[Month], lake: Lake, policy: Policy, insured: Mapping[Month, pa.Table], at: datetime
) -> int:
    """Months before the first close, of which there are settlements alone (history.py); how many months."""
    from yigongti.systems.fund.history import publish_history as publish

    return publish(months, lake, policy, insured, at)


def contract_of(institution_id: int, year: int, *, using: str = "default") -> Contract | None:
    """The contract of a community that is in force for the year."""
    from yigongti.systems.fund.models import Contract

    rows = Contract.objects.using(using).filter(institution_id=institution_id, year=year)
    return rows.filter(state=Contract.State.IN_FORCE).first()


def year_facts(community: Institution, year: int) -> YearFacts:
    """Quota, spending and institutions of a community's year, in the actor's scope."""
    from yigongti.systems.fund.year_facts import year_facts as facts

    return facts(community, year)


def communities() -> list[Institution]:
    """The hospitals that lead a community."""
    from yigongti.systems.fund.year_facts import communities as leaders

    return leaders()
