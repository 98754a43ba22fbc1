"""Residents: who they are, what institutions call them, and who may see them."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yigongti.kernel.people"
    label = "people"
