"""The Django application of prices."""

from django.apps import AppConfig


class PricesConfig(AppConfig):
    name = "yigongti.systems.prices"
    label = "prices"
