"""The Django application of settled bills."""

from django.apps import AppConfig


class SettledBillsConfig(AppConfig):
    name = "yigongti.processes.settled_bills"
    label = "settled_bills"

    def ready(self) -> None:
        from yigongti.processes.settled_bills.behind_entries import register

        register()
