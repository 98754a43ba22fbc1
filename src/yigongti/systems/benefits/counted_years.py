"""A person's year is the sum of the settlements in force: which years are not, and counting one again.

They can differ only after two registrations were merged that both had used benefits: each keeps its own counters then,
and the settlements of both are the survivor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connections, transaction

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.systems.benefits.counters import Kept, plus
from yigongti.systems.benefits.models import BenefitYear, Settlement
from yigongti.systems.benefits.protection import SETTLING


@dataclass(frozen=True, slots=True)
class CountedYear:
    """A year whose counters are not the sum of its settlements. Yuan."""

    resident_id: int
    year: int
    insurance_type: str
    counted: int
    settled: int
    counted_pool: Decimal
    settled_pool: Decimal


_WRONG = """
    WITH settled AS (
        SELECT resident_id, year, insurance_type, count(*) AS number, sum(pool_fund) AS pool, sum(total_cost) AS total,
               sum(cash) AS cash
          FROM benefits_settlement WHERE state = 'settled' AND year = %(year)s GROUP BY 1, 2, 3
    ), kept AS (SELECT * FROM benefits_benefityear WHERE year = %(year)s)
    SELECT resident_id, year, insurance_type, coalesce(k.settlements, 0), coalesce(s.number, 0),
           coalesce(k.pool_fund, 0), coalesce(s.pool, 0)
      FROM settled s FULL JOIN kept k USING (resident_id, year, insurance_type)
     WHERE (coalesce(k.settlements, 0), coalesce(k.pool_fund, 0), coalesce(k.total_cost, 0), coalesce(k.cash, 0))
           IS DISTINCT FROM (coalesce(s.number, 0), coalesce(s.pool, 0), coalesce(s.total, 0), coalesce(s.cash, 0))
     ORDER BY resident_id
"""


def wrong_years(year: int, *, using: str = "bulk") -> list[CountedYear]:
    """Those that differ; empty is right."""
    with connections[using].cursor() as cursor:
        cursor.execute(_WRONG, {"year": year})
        return [CountedYear(*row) for row in cursor.fetchall()]


@transaction.atomic
def recount(resident_id: int, year: int, insurance_type: str) -> bool:
    """Count again from the settlements in force, with the year locked; whether anything changed."""
    resident = Actor(0, "", "", resident_id=resident_id)
    with scope(resident, purpose=SETTLING):
        which = {"resident_id": resident_id, "year": year, "insurance_type": insurance_type}
        BenefitYear.objects.get_or_create(**which)
        kept = BenefitYear.objects.select_for_update().get(**which)
        used: Kept = {}
        rows = list(Settlement.objects.filter(**which, state=Settlement.State.SETTLED))
        for row in rows:
            used = plus(used, row.counted)
        sums = {name: sum((getattr(row, name) for row in rows), Decimal(0)) for name in _SUMMED}
        before = (kept.used, kept.settlements, *(getattr(kept, name) for name in _SUMMED))
        kept.used, kept.settlements = used, len(rows)
        for name, amount in sums.items():
            setattr(kept, name, amount)
        kept.save()
        return before != (used, len(rows), *sums.values())


_SUMMED = ("total_cost", "pool_fund", "insurance", "cash")
