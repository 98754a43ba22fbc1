"""Checklists and questionnaires, filled on desktops and telephones."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "yigongti.kernel.forms"
    label = "forms"

    def ready(self) -> None:
        from yigongti.kernel.attachments.public import register_reader
        from yigongti.kernel.forms.queries import may_read_photograph

        register_reader("forms.Answer/", may_read_photograph)
