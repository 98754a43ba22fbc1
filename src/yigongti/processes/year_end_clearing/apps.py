"""The Django application of year end clearing."""

from django.apps import AppConfig


class YearEndClearingConfig(AppConfig):
    name = "yigongti.processes.year_end_clearing"
    label = "year_end_clearing"

    def ready(self) -> None:
        from yigongti.processes.year_end_clearing.causes import register

        register()
