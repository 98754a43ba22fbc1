"""The Django application of rehearsal."""

from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "yigongti.processes.rehearsal"
    label = "rehearsal"
