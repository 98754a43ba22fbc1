"""What the same steps cost in one process: our action, and plain Django ORM code without engine and row security.

The peer reads the institution, the enrolment and the approvals, locks the year, looks for the key, works out a ratio,
writes the settlement, the year, the trail and two entries with their postings (into tables of its own, because the
ledger takes an entry and its postings only in one statement). Run by measure.py in the folder that it prepared.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from decimal import Decimal
from typing import Any

ROUNDS = 300


def main(lines: int) -> None:
    from measure import PEOPLE, bill

    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.kernel.access.models import Account
        from yigongti.kernel.access.queries import actor_by_username
        from yigongti.kernel.access.scope import scope
        from yigongti.kernel.organisations.models import Institution
        from yigongti.systems.benefits.actions.settle import settle
        from yigongti.systems.benefits.asked import read

        hospital = Institution.objects.get(code="H1")
        username = Account.objects.using("bulk").get(kind=Account.Kind.SYSTEM).username
        actor = actor_by_username(username, timezone.localdate())
        assert actor is not None
        bodies = [bill(5 * 10**8 + n, lines) for n in range(2 * ROUNDS)]

        def ours(n: int) -> None:
            with scope(actor):
                settle(actor, hospital.pk, read(bodies[n]), at=timezone.now())

        plain = _plain(hospital.pk, [f"B{(5 * 10**8 + n) % PEOPLE}" for n in range(ROUNDS)], lines)
        for name, work in (
            ("our action, in process, row security on", ours),
            ("plain ORM, no engine, no row security", plain),
        ):
            work(0)
            begun, worked = time.perf_counter(), time.process_time()
            for n in range(1, ROUNDS):
                work(n)
            took, busy = time.perf_counter() - begun, time.process_time() - worked
            print(
                f"{name}: {took / (ROUNDS - 1) * 1000:.2f} ms each ({(ROUNDS - 1) / took:.0f} a second, processor"
                f" {busy / (ROUNDS - 1) * 1000:.2f} ms)"
            )


def _plain(institution: int, numbers: list[str], lines: int) -> Any:
    """The steps as one would write them with the ORM."""
    from django.db import connections, models, transaction
    from django.utils import timezone

    from yigongti.kernel.organisations.models import Institution
    from yigongti.kernel.trail.models import TrailEntry
    from yigongti.systems.benefits.models import AMOUNTS, Approval, BenefitYear, Enrolment, Settlement

    class PeerEntry(models.Model):
        key = models.CharField(max_length=160, unique=True)
        book_id = models.IntegerField()
        on = models.DateField()
        cause = models.CharField(max_length=160)

        class Meta:
            app_label, managed = "benefits", False
            db_table = "peer_entry"

    class PeerPosting(models.Model):
        entry = models.ForeignKey(PeerEntry, on_delete=models.CASCADE)
        account = models.CharField(max_length=32)
        amount = models.DecimalField(max_digits=18, decimal_places=2)

        class Meta:
            app_label, managed = "benefits", False
            db_table = "peer_posting"

    with connections["owner"].schema_editor() as editor:
        editor.create_model(PeerEntry)
        editor.create_model(PeerPosting)
        editor.execute("GRANT ALL ON peer_entry, peer_posting TO yigongti_bulk")
    bulk = "bulk"

    def settle(n: int) -> None:
        with transaction.atomic(using=bulk):
            place = Institution.objects.using(bulk).get(pk=institution)
            fund = Institution.objects.using(bulk).filter(kind="county").first()
            who = (
                Enrolment.objects.using(bulk).filter(insured_number=numbers[n], valid_to__gte=date(2026, 10, 9)).first()
            )
            assert who is not None and fund is not None
            list(Approval.objects.using(bulk).filter(resident_id=who.resident_id, state="approved"))
            BenefitYear.objects.using(bulk).get_or_create(resident_id=who.resident_id, year=2026, insurance_type="390")
            year = BenefitYear.objects.using(bulk).select_for_update().get(resident_id=who.resident_id, year=2026)
            assert not Settlement.objects.using(bulk).filter(institution_id=place.pk, key=f"plain{n}").exists()
            total = sum((Decimal("60.00") for _line in range(lines)), Decimal(0))
            pool = (total * Decimal("0.75")).quantize(Decimal("0.01"))
            amounts = dict.fromkeys(AMOUNTS, Decimal(0)) | {"total_cost": total, "in_policy": total, "base": total}
            amounts |= {"pool_fund": pool, "cash": total - pool, "deductible_of_stay": Decimal(0)}
            made = Settlement.objects.using(bulk).create(
                institution_id=place.pk, number=f"P{n}", key=f"plain{n}", content="x", resident_id=who.resident_id,
                insured_number=who.insured_number, name=who.name, insurance_type="390", care="inpatient",
                level="county", place="community", referral="none", started_on=date(2026, 10, 2),
                ended_on=date(2026, 10, 9), settled_on=date(2026, 10, 9), year=2026, release="x",
                settled_at=timezone.now(), lines=[{"item_code": "x"}] * lines, **amounts,
            )  # fmt: skip
            year.settlements += 1
            year.total_cost += total
            year.pool_fund += pool
            year.save(using=bulk)
            TrailEntry.objects.using(bulk).create(
                happened_at=timezone.now(), verb="benefits.settle", subject=made.number
            )
            for side, book in (("institution", place.pk), ("fund", fund.pk)):
                entry = PeerEntry.objects.using(bulk).create(
                    key=f"{made.number}/{side}", book_id=book, on=date(2026, 10, 9), cause=made.number
                )
                PeerPosting.objects.using(bulk).bulk_create(
                    [PeerPosting(entry=entry, account=account, amount=amount) for account, amount in
                     (("1101.01", pool), ("1102", total - pool), ("4101", -total))]
                )  # fmt: skip

    return settle


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigongti.config.settings.product")
    main(int(sys.argv[1]))
