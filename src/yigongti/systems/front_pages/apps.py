"""The Django application of front pages."""

from django.apps import AppConfig

from yigongti.foundation.period import Month


class FrontPagesConfig(AppConfig):
    name = "yigongti.systems.front_pages"
    label = "front_pages"

    def ready(self) -> None:
        from yigongti.kernel.presentation.focus import offer_months

        offer_months(_months_with_quality)


def _months_with_quality() -> list[Month]:
    from yigongti.systems.front_pages.models import JudgedMonth

    return [Month.parse(month) for month in JudgedMonth.objects.values_list("month", flat=True)]
