"""The Django application of fund."""

from django.apps import AppConfig


class FundConfig(AppConfig):
    name = "yigongti.systems.fund"
    label = "fund"
