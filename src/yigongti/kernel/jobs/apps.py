"""Background work with its progress."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "yigongti.kernel.jobs"
    label = "jobs"

    def ready(self) -> None:
        from yigongti.kernel.jobs import tasks  # noqa: F401  (declares the queue's task)
