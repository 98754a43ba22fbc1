"""A resident of one hospital with everything that addresses of health records name."""

from __future__ import annotations

from typing import Any


def sample_resident(hospital: Any) -> dict[str, Any]:
    """A resident in the hospital's care with a record, an opening, a doubtful pair, a merge; and an extract."""
    from datetime import date, timedelta

    from django.utils import timezone

    from yigongti.kernel.access.models import Account
    from yigongti.kernel.jobs.models import Job
    from yigongti.kernel.people.details import Details, columns, tidied
    from yigongti.kernel.people.models import FOREVER, Care, DoubtfulPair, Merge, Opening, Resident
    from yigongti.kernel.records.public import publish

    now, own = timezone.now(), {"institution_id": hospital.pk}

    def registered(name: str) -> Resident:
        told = tidied(Details(name=name, sex="1", birth_date=date(1960, 3, 2)))
        made = Resident.objects.using("bulk").create(registered_at=now, **columns(told), **own)
        Care.objects.using("bulk").create(
            resident=made, kind=Care.Kind.REGISTRATION, valid_from=date(2026, 1, 1), valid_to=FOREVER, made_at=now,
            **own,
        )  # fmt: skip
        return made

    one, two, three = (registered(f"演示·{hospital.code}{name}") for name in "甲乙丙")
    patient = f"sweep-{hospital.pk}"
    fact = {"resourceType": "Condition", "id": f"{patient}-1", "subject": {"reference": f"Patient/{patient}"},
            "code": {"text": f"演示{hospital.code}病"}}  # fmt: skip
    publish([{"resourceType": "Patient", "id": patient}, fact], institution_id=hospital.pk, at=now,
            residents={f"Patient/{patient}": one.pk})  # fmt: skip
    account = Account.objects.using("bulk").filter(posts__institution_id=hospital.pk).order_by("id")[0]
    opening = Opening.objects.using("bulk").create(
        resident=two, account=account, opened_by=account, kind=Opening.Kind.EMERGENCY, reason="演示紧急",
        started_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1), **own,
    )  # fmt: skip
    pair = DoubtfulPair.objects.using("bulk").create(first=one, second=two, weight=3, probability=0.9, found_at=now)
    merge = Merge.objects.using("bulk").create(
        survivor=one, retired=three, reason="演示", merged_at=now, merged_by_id=account.pk
    )
    extract = Job.objects.using("bulk").create(
        kind="health_records.extract", account_id=1, username="sweep", created_at=now, state=Job.State.DONE,
        arguments={"purpose": "演示"}, result={"columns": ["sex"], "cells": [["1", 20]], "left_out": 0, "smallest": 10},
        **own,
    )  # fmt: skip
    return {"resident": str(one.public_id), "fact": fact["id"], "opening": opening.pk, "pair": pair.pk,
            "merge": merge.pk, "extract": extract.pk}  # fmt: skip
