"""The Django application of supervision."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "yigongti.systems.supervision"
    label = "supervision"

    def ready(self) -> None:
        from yigongti.kernel.forms.public import register_subject
        from yigongti.systems.supervision.actions.take_inspection import inspection_answered

        register_subject("supervision.Inspection", inspection_answered)
