"""One bill settled: read who stands there, class the lines, let the engine compute, store, count, post. Or only quoted.

Everything happens in one transaction: killed at any moment, it leaves nothing or all of it. The person's year is locked
from the first journey on, so that two counters at once count one after the other; the same key finds what stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from yigongti.engines.benefit.public import Settlement as Computed
from yigongti.engines.benefit.public import settle as compute
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import post
from yigongti.systems.benefits.asked import Asked
from yigongti.systems.benefits.at_counter import Desk
from yigongti.systems.benefits.catalogue import Sorted, catalogue, sort_bill
from yigongti.systems.benefits.counters import kept, less, used_of
from yigongti.systems.benefits.models import AMOUNTS, Settlement
from yigongti.systems.benefits.postings import drafts_of, payment_of
from yigongti.systems.benefits.reading import Standing, bill_of, read_standing
from yigongti.systems.benefits.storing import add, local_day

_ENGINE_NAMES = {"total_cost": "total"}
"""Column → name of the engine's field where they differ."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a bill would come to now, or what it came to."""

    standing: Standing
    sorted: Sorted
    computed: Computed
    release: str

    @property
    def amounts(self) -> dict[str, Decimal]:
        """Column → yuan."""
        return {name: getattr(self.computed, _ENGINE_NAMES.get(name, name)) for name in AMOUNTS}

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The explanation as JSON values."""
        return [
            {
                "code": step.code, "label": {"zh": step.label.zh, "en": step.label.en},
                "sum": {"zh": step.sum.zh, "en": step.sum.en}, "amount": str(step.amount), "payer": step.payer,
                "parameter": step.parameter, "source": step.source,
            }
            for step in self.computed.steps
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement that stands. again: it stood already under this key."""

    id: int
    number: str
    quote: Quote | None
    again: bool = False


def quoted(desk: Desk, institution_id: int, asked: Asked, policy: Policy, *, lock: bool = False) -> Quote:
    """The bill computed. Raises what reading, classing and the engine raise; nothing is written."""
    standing = read_standing(desk, institution_id, asked, policy, lock=lock)
    return _computed(standing, asked, policy)


def _computed(standing: Standing, asked: Asked, policy: Policy) -> Quote:
    sorted_ = sort_bill(asked, str(standing.level), catalogue(policy))
    bill = bill_of(standing, asked, sorted_)
    computed = compute(bill, standing.person, used_of(standing.used), standing.rules)
    return Quote(standing, sorted_, computed, policy.release.digest)


def settled(
    desk: Desk, actor: Actor, institution_id: int, asked: Asked, policy: Policy, at: datetime, *,
    origin: str = Settlement.Origin.COUNTER.value, replaces: int | None = None, reason: str = "",
) -> Settled:  # fmt: skip
    """The bill settled, or the settlement that stands under its key."""
    standing = read_standing(desk, institution_id, asked, policy, lock=True)
    if standing.settled_as is not None:
        return Settled(standing.settled_as, "", None, again=True)
    quote = _computed(standing, asked, policy)
    number = f"{local_day(at):%Y%m%d}{standing.next_number:08d}"
    outside = asked.treated_at is not None
    row = _row(quote, actor, asked, at, number, replaces=replaces, reason=reason)
    row["origin"] = Settlement.Origin.OUTSIDE.value if outside else origin
    made = add(
        desk, row, year_id=standing.year_id, after=_text(kept(quote.computed.after)), actor=actor,
        verb="benefits.settle",
    )  # fmt: skip
    place = standing.place
    drafts = drafts_of(
        row, care=asked.care, institution_id=place.id, institution_code=place.code, fund_id=place.fund_id,
        number=number, resident_id=standing.insured.resident, on=row["settled_on"], outside=outside,
    )  # fmt: skip
    if asked.paid and not outside:
        payment = payment_of(
            row["cash"], institution_id=place.id, institution_code=place.code, number=number,
            resident_id=standing.insured.resident, on=row["settled_on"],
        )  # fmt: skip
        drafts += [payment] if payment else []
    post(actor, drafts, at)
    return Settled(made, number, quote)


def _row(
    quote: Quote, actor: Actor, asked: Asked, at: datetime, number: str, *, replaces: int | None, reason: str
) -> dict[str, Any]:
    standing, insured = quote.standing, quote.standing.insured
    treated = asked.treated_at
    paid = asked.paid or treated is not None
    return {
        "number": number, "key": asked.key, "content": asked.content(), "insured_number": asked.insured_number,
        "name": insured.name, "sex": insured.sex, "insurance_type": insured.type, "care": asked.care,
        "treated_at": treated.code if treated else standing.place.code,
        "treated_at_name": treated.name if treated else standing.place.name, "level": str(standing.level),
        "place": str(standing.bill_place), "referral": asked.referral, "case_id": asked.case_id,
        "disease_code": asked.disease_code, "diagnosis": asked.diagnosis, "department_code": asked.department_code,
        "release": quote.release, "settled_by_name": actor.display_name[:64], "state": Settlement.State.SETTLED.value,
        "reason": reason[:200], "paid_by_name": actor.display_name[:64] if paid else "",
        "institution_id": standing.place.id, "resident_id": insured.resident, "birth_date": insured.born,
        "started_on": asked.started_on, "ended_on": asked.ended_on, "settled_on": local_day(at), "year": standing.year,
        "settled_at": at, "settled_by_id": actor.account_id, "reverses_id": None, "replaces_id": replaces,
        "paid_at": at if paid else None,
        "deductible_of_stay": quote.computed.deductible_of_stay, **quote.amounts, "groups": insured.groups,
        "used": standing.used, "counted": less(kept(quote.computed.after), standing.used),
        "steps": quote.steps, "lines": [line.as_row() for line in quote.sorted.rows],
    }  # fmt: skip


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
