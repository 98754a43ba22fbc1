"""The Django application of health records."""

from __future__ import annotations

from django.apps import AppConfig


class HealthRecordsConfig(AppConfig):
    name = "yigongti.systems.health_records"
    label = "health_records"
