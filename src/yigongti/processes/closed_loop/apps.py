"""The Django application of the closed loop."""

from django.apps import AppConfig


class ClosedLoopConfig(AppConfig):
    name = "yigongti.processes.closed_loop"
    label = "closed_loop"
