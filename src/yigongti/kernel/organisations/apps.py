"""Institutions and departments as a dated tree."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "yigongti.kernel.organisations"
    label = "organisations"
