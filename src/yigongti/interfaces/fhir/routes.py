"""The addresses of FHIR, below /fhir/. What stands here is what the CapabilityStatement tells."""

from __future__ import annotations

from django.urls import path

from yigongti.interfaces.fhir import resources
from yigongti.interfaces.fhir.answering import answering

SEE = "records.see"
EVERY_METHOD = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

urlpatterns = [
    path("", answering("records.write", POST=resources.transaction), name="base"),
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
        answering(
            SEE, GET=resources.read, PUT=resources.update, PATCH=resources.patch, DELETE=resources.delete
        ),
        name="instance",
    ),
    path("<str:type_name>/<str:fhir_id>/_history", answering(SEE, GET=resources.history), name="history"),
    path("<str:type_name>/<str:fhir_id>/_history/<str:version>", answering(SEE, GET=resources.vread), name="version"),
    path("<path:rest>", answering("", **dict.fromkeys(EVERY_METHOD, resources.nothing_here)), name="nothing_here"),
]  # fmt: skip
