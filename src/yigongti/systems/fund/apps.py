"""The Django application of the fund."""

from __future__ import annotations

from django.apps import AppConfig

from yigongti.foundation.period import Month


class FundConfig(AppConfig):
    name = "yigongti.systems.fund"
    label = "fund"

    def ready(self) -> None:
        from yigongti.kernel.presentation.focus import offer_months

        offer_months(_published_months)


def _published_months() -> list[Month]:
    from yigongti.systems.fund.models import PublishedFundMonth

    return [Month.parse(month) for month in PublishedFundMonth.objects.values_list("month", flat=True)]
