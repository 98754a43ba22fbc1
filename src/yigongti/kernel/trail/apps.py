"""Who did what, and when."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "yigongti.kernel.trail"
    label = "trail"
