"""FHIR R4 over HTTP, and the systems that use it."""

from django.apps import AppConfig


class FhirConfig(AppConfig):
    name = "yigongti.interfaces.fhir"
    label = "fhir"
