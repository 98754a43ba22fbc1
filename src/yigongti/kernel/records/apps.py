"""The record of every resident as FHIR R4 resources."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "yigongti.kernel.records"
    label = "records"
