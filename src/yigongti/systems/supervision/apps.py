"""The Django application of supervision."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "yigongti.systems.supervision"
    label = "supervision"
