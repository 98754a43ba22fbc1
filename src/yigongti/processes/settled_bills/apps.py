"""The Django application of settled bills."""

from django.apps import AppConfig


class SettledBillsConfig(AppConfig):
    name = "yigongti.processes.settled_bills"
    label = "settled_bills"
