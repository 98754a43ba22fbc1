"""The Django application of matters."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "yigongti.kernel.matters"
    label = "matters"
