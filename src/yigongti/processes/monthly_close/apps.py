"""The Django application of the monthly close."""

from django.apps import AppConfig


class MonthlyCloseConfig(AppConfig):
    name = "yigongti.processes.monthly_close"
    label = "monthly_close"
