"""What pages share: figures, tables, charts, focus, navigation."""

from django.apps import AppConfig


class PresentationConfig(AppConfig):
    name = "yigongti.kernel.presentation"
    label = "presentation"
