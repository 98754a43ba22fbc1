"""The Django application of the fund's months."""

from django.apps import AppConfig


class FundMonthConfig(AppConfig):
    name = "yigongti.processes.fund_month"
    label = "fund_month"

    def ready(self) -> None:
        from yigongti.processes.fund_month.causes import register

        register()
