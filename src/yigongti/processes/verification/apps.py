"""The Django application of verification."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "yigongti.processes.verification"
    label = "verification"
