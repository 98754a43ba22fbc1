from django.apps import AppConfig


class PresentationConfig(AppConfig):
    name = "yigongti.kernel.presentation"
    label = "presentation"
