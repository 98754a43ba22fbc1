"""The Django application of the claim checks."""

from __future__ import annotations

from django.apps import AppConfig

from yigongti.foundation.period import Month


class ClaimChecksConfig(AppConfig):
    name = "yigongti.systems.claim_checks"
    label = "claim_checks"

    def ready(self) -> None:
        from yigongti.kernel.presentation.focus import offer_months

        offer_months(_checked_months)


def _checked_months() -> list[Month]:
    from yigongti.systems.claim_checks.models import CheckedMonth

    return [Month.parse(month) for month in CheckedMonth.objects.values_list("month", flat=True)]
