from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "yigongti.interfaces.site"
    label = "site"
