"""Bills of invented items and people, and what is left of them in tables and books."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
NUMBER, OTHER = "B0001", "B0002"


def bill(key="k1", number=NUMBER, amount="3000.00", **told):
    """A stay at a township hospital, as a system sends it; what is told stands in the place of what is usual."""
    return {
        "key": key, "insured_number": number, "care": "inpatient", "started_on": "2026-10-02",
        "ended_on": "2026-10-09", "lines": [{"item_code": "D030010", "quantity": "1", "amount": amount}],
    } | told  # fmt: skip


def asked(*given, **told):
    """The same read."""
    from yigongti.systems.benefits.asked import of_mapping

    return of_mapping(bill(*given, **told))


def insure(resident, office, number=NUMBER, kind="390", **fields):
    """An enrolment for the year 2026."""
    from yigongti.systems.benefits.models import Enrolment

    return Enrolment.objects.using("bulk").create(**{
        "resident_id": resident.pk, "institution_id": office.pk, "insurance_type": kind, "insured_number": number,
        "name": resident.name, "sex": resident.sex, "birth_date": resident.birth_date, "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31), "made_at": AT,
    } | fields)  # fmt: skip


def row(settled):
    from yigongti.systems.benefits.models import Settlement

    return Settlement.objects.using("bulk").select_related("institution").get(pk=getattr(settled, "id", settled))


def entries(cause):
    """What stands in the books for a cause: key → {account: amount}."""
    from yigongti.kernel.ledger.models import Entry, Posting

    found = {}
    for entry in Entry.objects.using("bulk").filter(cause=cause):
        lines = Posting.objects.using("bulk").filter(entry_id=entry.pk)
        found[entry.key] = {line.account: Decimal(line.amount) for line in lines}
    return found
