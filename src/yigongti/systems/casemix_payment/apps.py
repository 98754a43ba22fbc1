"""The Django application of case-mix payment."""

from __future__ import annotations

from django.apps import AppConfig

from yigongti.foundation.period import Month


class CasemixPaymentConfig(AppConfig):
    name = "yigongti.systems.casemix_payment"
    label = "casemix_payment"

    def ready(self) -> None:
        from yigongti.kernel.presentation.focus import offer_months

        offer_months(_published_months)


def _published_months() -> list[Month]:
    from yigongti.systems.casemix_payment.models import PublishedMonth

    return [Month.parse(month) for month in PublishedMonth.objects.values_list("month", flat=True)]
