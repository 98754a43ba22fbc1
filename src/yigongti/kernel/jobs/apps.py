from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "yigongti.kernel.jobs"
    label = "jobs"
