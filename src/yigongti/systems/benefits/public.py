"""The door of the counter.

    quote(actor, institution_id, asked)            what a bill would come to
    settle(actor, institution_id, asked, at)       one bill settled, counted and posted
    read_bill(json)                                the request, checked
    rows_of_month(institution_id, month)           the counter's rows of the fact table `settlements`
    table_of_month(institution_id, month)          the same as an Arrow table
    state_sums(month)                              sums by institution and kind of care, for verification
    sides_of(amounts, care=…, …)                   what a bill, or a sum of bills, leaves in both books (accounts.py)
    care_words()                                   what the kinds of care are called
    counters_of(year), recount(resident, …)        the persons' yearly counters beside the sums of their settlements

Rows and sums are read over the connection `bulk` unless another is named.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from yigongti.foundation.period import Month
from yigongti.systems.benefits.accounts import FUND_ACCOUNTS, INCOME_ACCOUNT, INSTITUTION_ACCOUNTS, POOL_ACCOUNTS
from yigongti.systems.benefits.postings import sides_of

if TYPE_CHECKING:
    import pyarrow as pa

    from yigongti.kernel.access.actor import Actor
    from yigongti.systems.benefits.asked import Asked
    from yigongti.systems.benefits.counted_years import CountedYear
    from yigongti.systems.benefits.settling import Quote, Settled

__all__ = [
    "FUND_ACCOUNTS",
    "INCOME_ACCOUNT",
    "INSTITUTION_ACCOUNTS",
    "POOL_ACCOUNTS",
    "care_words",
    "counters_of",
    "quote",
    "read_bill",
    "recount",
    "rows_of_month",
    "settle",
    "sides_of",
    "state_sums",
    "table_of_month",
]

# the models are imported when called: a process may import this door before the applications are loaded


def read_bill(told: Any) -> Asked:
    """A bill as JSON values, checked. Raises InvalidInput."""
    from yigongti.systems.benefits.asked import of_mapping

    return of_mapping(told)


def quote(actor: Actor, institution_id: int, asked: Asked) -> Quote:
    """What the bill comes to; nothing is kept. Inside the actor's scope. Raises as actions/quote.py."""
    from yigongti.systems.benefits.actions.quote import quote as work_out

    return work_out(actor, institution_id, asked)


def settle(actor: Actor, institution_id: int, asked: Asked, *, at: datetime) -> Settled:
    """The bill settled, once for each key. Inside the actor's scope. Raises as actions/settle.py."""
    from yigongti.systems.benefits.actions.settle import settle as settle_bill

    return settle_bill(actor, institution_id, asked, at=at)


def rows_of_month(institution_id: int | None, month: Month, *, using: str = "bulk") -> list[dict[str, Any]]:
    """The rows settled in the month at one institution (None: at all), in the columns of the fact table."""
    from yigongti.systems.benefits.month_rows import rows_of_month as rows

    return rows(institution_id, month, using=using)


def table_of_month(institution_id: int | None, month: Month, *, using: str = "bulk") -> pa.Table:
    """The same as an Arrow table."""
    from yigongti.systems.benefits.month_rows import table_of_month as table

    return table(institution_id, month, using=using)


def state_sums(month: Month, *, using: str = "bulk") -> dict[tuple[str, str], dict[str, Decimal]]:
    """(institution code, care) → sums in yuan of the month's rows, reversals included, and how many rows."""
    from yigongti.systems.benefits.month_rows import state_sums as sums

    return sums(month, using=using)


def counters_of(year: int, *, using: str = "bulk") -> list[CountedYear]:
    """Every person's counters of a year whose sums are not those of the settlements in force; empty is right."""
    from yigongti.systems.benefits.counted_years import wrong_years

    return wrong_years(year, using=using)


def recount(resident_id: int, year: int, insurance_type: str) -> bool:
    """Count a person's year again from the settlements in force, as after two registrations were merged; whether
    anything changed."""
    from yigongti.systems.benefits.counted_years import recount as count_again

    return count_again(resident_id, year, insurance_type)


def care_words() -> dict[str, str]:
    """Kind of care → what it is called, in the reader's language when it is shown."""
    from yigongti.systems.benefits.models.settlements import CARE_WORDS

    return CARE_WORDS
