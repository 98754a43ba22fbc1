"""A hospital asks for a new item to be charged."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import open_matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.prices.models import Application

PERMISSION = "prices.apply"


def apply_for_item(
    actor: Actor,
    institution: Institution,
    office: Institution,
    *,
    name: str,
    unit: str,
    content: str,
    why: str,
    cost: str,
    price: Decimal,
    at: datetime,
) -> Application:
    """Ask the office. Raises NotPermitted and InvalidInput when something is left empty or the price is not above 0."""
    actor.require(PERMISSION, institution.pk)
    told = {"name": name, "unit": unit, "content": content, "why": why, "cost": cost}
    empty = [field for field, text in told.items() if not text.strip()]
    if empty or price <= 0:
        raise InvalidInput(
            "prices.application_incomplete",
            zh="请填写名称、单位、内涵、理由、成本，价格须大于零",
            en="give name, unit, what it includes, why, what it costs, and a price above zero",
            where=(empty or ["price"])[0],
        )
    made = Application.objects.create(
        institution=institution, proposed_price=price, asked_by_name=actor.display_name, asked_at=at,
        **{field: text.strip() for field, text in told.items()},
    )  # fmt: skip
    matter = open_matter(
        actor, "prices.new_item", subject=f"application/{made.pk}",
        title=Text(f"新增项目：{made.name}"[:200], f"New item: {made.name}"[:200]),
        institution=institution, owner=office, at=at, words=why.strip(), data={"application": made.pk},
    )  # fmt: skip
    made.matter_id = matter.pk
    made.save(update_fields=["matter_id"])
    record(actor, PERMISSION, subject=f"application {made.pk}", at=at, institution_id=institution.pk)
    return made
