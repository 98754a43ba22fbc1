"""The Django application of ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yigongti.kernel.ledger"
    label = "ledger"
