"""The Django application of benefits."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "yigongti.systems.benefits"
    label = "benefits"

    def ready(self) -> None:
        from yigongti.systems.benefits.causes import register

        register()
