"""The addresses of FHIR, below /fhir/. What stands here is what the CapabilityStatement tells."""

from __future__ import annotations

from django.urls import path

from yigongti.interfaces.fhir import about, bulk, openapi, operations, pages, resources, token
from yigongti.interfaces.fhir.answering import answering

SEE, WRITE, EXPORT = "records.see", "records.write", "records.export"
EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_OPEN = [
    path("metadata", answering("", GET=about.metadata), name="metadata"),
    path(".well-known/smart-configuration", answering("", GET=about.smart_configuration), name="smart"),
    path("openapi.json", answering("", GET=openapi.openapi), name="openapi"),
    path("auth/token", answering("", POST=token.token), name="token"),
]
_PAGES = [
    path("clients/", pages.clients, name="clients"),
    path("clients/<str:client_id>/revoke", pages.revoke, name="revoke"),
]
_OPERATIONS = [
    path("Patient/$match", answering(SEE, by_session=True, POST=operations.match), {"type_name": "Patient"}, "match"),
    path("Patient/$export", answering(EXPORT, GET=bulk.start), {"type_name": "Patient"}, "export"),
    path("Group/<str:fhir_id>/$export", answering(EXPORT, GET=bulk.start), {"type_name": "Group"}, "group_export"),
    path("bulk/<str:number>", answering(EXPORT, GET=bulk.status, DELETE=bulk.cancel), name="export_status"),
    path("bulk/<str:number>/<str:name>", answering(EXPORT, GET=bulk.file), name="export_file"),
    path(
        "Patient/<str:fhir_id>/$everything",
        answering(SEE, GET=operations.everything),
        {"type_name": "Patient"},
        "everything",
    ),
    path("<str:type_name>/$validate", answering(SEE, by_session=True, POST=operations.validate), name="validate"),
    path(
        "<str:type_name>/<str:fhir_id>/$validate",
        answering(SEE, by_session=True, POST=operations.validate),
        name="validate_instance",
    ),
]
_RESOURCES = [
    path("", answering(WRITE, POST=resources.transaction), name="base"),
    path(
        "<str:type_name>",
        answering(
            SEE, GET=resources.search, POST=resources.create, PUT=resources.update, PATCH=resources.patch,
            DELETE=resources.delete,
        ),
        name="type",
    ),
    path("<str:type_name>/_search", answering(SEE, by_session=True, POST=resources.search_by_post), name="search"),
    path("<str:type_name>/_history", answering(SEE, GET=resources.history), name="type_history"),
    path(
        "<str:type_name>/<str:fhir_id>",
        answering(SEE, GET=resources.read, PUT=resources.update, PATCH=resources.patch, DELETE=resources.delete),
        name="instance",
    ),
    path("<str:type_name>/<str:fhir_id>/_history", answering(SEE, GET=resources.history), name="history"),
    path("<str:type_name>/<str:fhir_id>/_history/<str:version>", answering(SEE, GET=resources.vread), name="version"),
]  # fmt: skip
_REST = [path("<path:rest>", answering("", **dict.fromkeys(EVERY_METHOD, resources.nothing_here)), name="nothing_here")]

urlpatterns = [*_OPEN, *_PAGES, *_OPERATIONS, *_RESOURCES, *_REST]
