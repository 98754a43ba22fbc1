"""What a quote, a settlement and a refund are told as: JSON for systems and devices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from yigongti.systems.benefits.actions.refund import Refunded
from yigongti.systems.benefits.models import AMOUNTS, HeldInjury, Settlement
from yigongti.systems.benefits.settling import Quote, Settled


def quote_told(quote: Quote) -> dict[str, Any]:
    """Amounts as text in yuan, the steps, and by which policy."""
    standing = quote.standing
    return {
        "institution_code": standing.place.code,
        "insurance_type": standing.insured.type,
        "level": str(standing.level),
        "place": str(standing.bill_place),
        "amounts": _amounts(quote.amounts),
        "steps": quote.steps,
        "lines": [line.as_row() for line in quote.sorted.rows],
        "release": quote.release,
    }


def settled_told(made: Settled) -> dict[str, Any]:
    """The settlement that was made, or the one that stands under the key."""
    if made.quote is None:
        return settlement_told(Settlement.objects.select_related("institution").get(pk=made.id)) | {"again": True}
    return {"state": "settled", "number": made.number, "again": False, **quote_told(made.quote)}


def settlement_told(row: Settlement) -> dict[str, Any]:
    """A settlement that is stored."""
    return {
        "state": row.state,
        "number": row.number,
        "institution_code": row.institution.code,
        "insurance_type": row.insurance_type,
        "level": row.level,
        "place": row.place,
        "amounts": _amounts({name: getattr(row, name) for name in AMOUNTS}),
        "steps": row.steps,
        "lines": row.lines,
        "release": row.release,
    }


def refund_told(done: Refunded) -> dict[str, Any]:
    """The reversal, and what is handed back."""
    told = settlement_told(Settlement.objects.select_related("institution").get(pk=done.reversal.pk))
    return told | {"again": done.again, "cash_back": str(done.cash)}


def held_told(held: HeldInjury) -> dict[str, Any]:
    """A bill that is held until its cause is confirmed."""
    number = held.settlement.number if held.settlement else ""
    return {"state": held.state, "number": number, "total_cost": str(held.total_cost), "matter": held.matter_id}


def _amounts(told: dict[str, Decimal]) -> dict[str, str]:
    """Yuan as text, and the two sums that people ask for."""
    funds = ("pool_fund", "critical_illness", "medical_assistance", "other_funds")
    insurance = sum((told[name] for name in funds), Decimal(0))
    patient = told["personal_account"] + told["cash"]
    return {name: str(told[name]) for name in AMOUNTS} | {"insurance": str(insurance), "patient": str(patient)}
