"""Accounts, posts, roles, sign-in, row security."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "yigongti.kernel.access"
    label = "access"
