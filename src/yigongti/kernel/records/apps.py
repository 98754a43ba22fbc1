"""The record of every resident as FHIR R4 resources."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "yigongti.kernel.records"
    label = "records"

    def ready(self) -> None:
        from yigongti.kernel.people.rotating import add_sealed
        from yigongti.kernel.records.rotation import PLACES

        for place in PLACES:
            add_sealed(place)
