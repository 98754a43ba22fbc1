"""The site: shell, home, search, error pages."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "yigongti.interfaces.site"
    label = "site"
