"""The Django application of the residents' own pages."""

from django.apps import AppConfig


class ResidentServicesConfig(AppConfig):
    name = "yigongti.systems.resident_services"
    label = "resident_services"
