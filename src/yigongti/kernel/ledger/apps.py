"""The Django application of ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yigongti.kernel.ledger"
    label = "ledger"

    def ready(self) -> None:
        from yigongti.kernel.ledger.causes import register_matters

        register_matters()
