"""HL7 v2: the log of messages, the listener, the pages."""

from django.apps import AppConfig


class Hl7v2Config(AppConfig):
    name = "yigongti.interfaces.hl7v2"
    label = "hl7v2"

    def ready(self) -> None:
        from yigongti.kernel.people.rotating import SealedColumn, add_sealed

        add_sealed(SealedColumn("hl7v2_messagelog", "raw_sealed", "hl7v2"))
