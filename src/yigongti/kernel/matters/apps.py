"""The Django application of matters."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "yigongti.kernel.matters"
    label = "matters"

    def ready(self) -> None:
        """Who opens what was handed in with a matter is asked of the matter."""
        from yigongti.kernel.attachments.public import register_reader
        from yigongti.kernel.matters.pages.evidence import SUBJECT, may_open

        register_reader(SUBJECT, may_open)
