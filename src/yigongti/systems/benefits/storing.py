"""A settlement and the person's year are written in one statement; a reversal has every amount negative."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from django.utils import timezone

from yigongti.foundation.errors import Conflict
from yigongti.kernel.access.actor import Actor
from yigongti.systems.benefits.at_counter import Desk
from yigongti.systems.benefits.models import AMOUNTS, Settlement

_TEXTS = (
    "number", "key", "content", "origin", "insured_number", "name", "sex", "insurance_type", "care", "treated_at",
    "treated_at_name", "level", "place", "referral", "case_id", "disease_code", "diagnosis", "department_code",
    "release", "settled_by_name", "state", "reason", "paid_by_name",
)  # fmt: skip
_OTHERS = (
    "institution_id", "resident_id", "birth_date", "started_on", "ended_on", "settled_on", "year", "settled_at",
    "settled_by_id", "reverses_id", "replaces_id", "paid_at",
    "deductible_of_stay",
)  # fmt: skip
JSON_COLUMNS = ("groups", "used", "counted", "steps", "lines")
COLUMNS = (*_TEXTS, *_OTHERS, *AMOUNTS, *JSON_COLUMNS)

_ADDED = f"""
    WITH made AS (
        INSERT INTO benefits_settlement ({", ".join(COLUMNS)})
        SELECT {", ".join(COLUMNS)} FROM jsonb_populate_record(NULL::benefits_settlement, %(row)s::jsonb)
        RETURNING id, total_cost, pool_fund, critical_illness, medical_assistance, other_funds, cash
    ), counted AS (
        UPDATE benefits_benefityear y SET used = %(after)s::jsonb, settlements = y.settlements + %(sign)s,
               total_cost = y.total_cost + m.total_cost, pool_fund = y.pool_fund + m.pool_fund,
               insurance = y.insurance + m.pool_fund + m.critical_illness + m.medical_assistance + m.other_funds,
               cash = y.cash + m.cash
          FROM made m WHERE y.id = %(year_id)s RETURNING y.id
    )
    SELECT made.id, counted.id FROM made LEFT JOIN counted ON true
"""
_STAY_ENDED = """
    UPDATE benefits_admission SET state = 'settled'
     WHERE institution_id = %(institution_id)s AND case_id = %(case_id)s AND resident_id = %(resident_id)s
       AND state = 'open'
"""
_TRAIL = """
    INSERT INTO trail_trailentry (happened_at, account_id, by_resident_id, username, institution_id, verb, subject,
                                  detail)
    VALUES (%(settled_at)s, %(settled_by_id)s, 0, %(username)s, %(institution_id)s, %(verb)s, %(subject)s, '{}')
"""
_TAKEN_BACK = "UPDATE benefits_settlement SET state = 'reversed' WHERE id = %s AND state = 'settled' RETURNING id"


def add(desk: Desk, row: Mapping[str, Any], *, year_id: int, after: str, actor: Actor, verb: str) -> int:
    """The row is added, the year holds `after` (JSON), an open stay of the case ends, the trail has its line. The id.

    row: every column of COLUMNS. A row that reverses subtracts from the year what it negates.
    """
    sign = -1 if row["reverses_id"] else 1
    whole = msgspec.json.encode({name: row[name] for name in COLUMNS}).decode()
    statements: list[tuple[str, Any]] = []
    if row["reverses_id"]:
        statements.append((_TAKEN_BACK, [row["reverses_id"]]))
    statements.append((_ADDED, {"row": whole, "after": after, "sign": sign, "year_id": year_id}))
    if row["case_id"] and not row["reverses_id"]:
        case = {name: row[name] for name in ("institution_id", "case_id", "resident_id")}
        statements.append((_STAY_ENDED, case))
    told = {"username": actor.username, "verb": verb, "subject": f"settlement {row['number']}"}
    told |= {name: row[name] for name in ("settled_at", "settled_by_id", "institution_id")}
    statements.append((_TRAIL, told))
    found = desk.together(*statements)
    if row["reverses_id"] and not found.pop(0):
        raise Conflict(
            "benefits.reversed_already", zh="这笔结算已经退费", en="the settlement has been taken back already"
        )
    ((number, counted),) = found[0]
    if counted is None:
        raise Conflict(
            "benefits.year_gone", zh="年度累计已变动，请重试", en="the year's counters have moved: try again"
        )
    return int(number)


def negated(
    settlement: Settlement, *, number: str, key: str, reason: str, actor: Actor, at: datetime
) -> dict[str, Any]:
    """The row that takes a settlement back."""
    row = {name: getattr(settlement, name) for name in (*_TEXTS, *_OTHERS, *AMOUNTS)}
    return {
        **row, **{name: -row[name] for name in AMOUNTS}, "number": number, "key": key, "reverses_id": settlement.pk,
        "replaces_id": None, "state": Settlement.State.REVERSAL.value, "reason": reason[:200],
        "settled_at": at, "settled_on": local_day(at), "settled_by_id": actor.account_id,
        "settled_by_name": actor.display_name[:64], "paid_at": None, "paid_by_name": "",
    }  # fmt: skip


def local_day(at: datetime) -> date:
    """The day in the county."""
    return timezone.localdate(at)
