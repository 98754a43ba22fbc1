"""The Django application that joins the price catalogue with the claim checks."""

from django.apps import AppConfig


class PriceCeilingsConfig(AppConfig):
    name = "yigongti.processes.price_ceilings"
    label = "price_ceilings"

    def ready(self) -> None:
        from yigongti.processes.price_ceilings.public import catalogue
        from yigongti.systems.claim_checks.public import offer_ceilings

        offer_ceilings(catalogue())
