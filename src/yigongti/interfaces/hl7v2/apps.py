"""HL7 v2: the log of messages, the listener, the pages."""

from django.apps import AppConfig


class Hl7v2Config(AppConfig):
    name = "yigongti.interfaces.hl7v2"
    label = "hl7v2"
