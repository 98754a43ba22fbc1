"""The addresses: the site's own, then one folder for each system, process and interface, named as in the code."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

from yigongti.interfaces.site import error_pages

LAYERS = {"yigongti.systems", "yigongti.processes", "yigongti.interfaces"}


def _pages() -> list:
    found = []
    for application in apps.get_app_configs():
        layer = application.name.rpartition(".")[0]
        if layer in LAYERS and application.label != "site" and find_spec(f"{application.name}.pages"):
            pages = import_module(f"{application.name}.pages")
            if not hasattr(pages, "urlpatterns"):
                continue  # a package of pages that has none yet
            found.append(path(f"{application.label}/", include((pages.urlpatterns, application.label))))
    return found


urlpatterns = [
    *_pages(),
    path("accounts/", include(("yigongti.kernel.access.pages", "access"))),
    path("attachments/", include(("yigongti.kernel.attachments.pages", "attachments"))),
    path("forms/", include(("yigongti.kernel.forms.pages", "forms"))),
    path("jobs/", include(("yigongti.kernel.jobs.pages", "jobs"))),
    path("ledger/", include(("yigongti.kernel.ledger.pages", "ledger"))),
    path("letters/", include(("yigongti.kernel.matters.letters.pages", "letters"))),
    path("matters/", include(("yigongti.kernel.matters.pages", "matters"))),
    path("notices/", include(("yigongti.kernel.messages.pages", "messages"))),
    path("trail/", include(("yigongti.kernel.trail.pages", "trail"))),
    path("api/", include(("yigongti.systems.claim_checks.preview_api", "claim_checks_api"))),
    path("api/", include(("yigongti.systems.benefits.api", "benefits_api"))),
    path("fhir/", include(("yigongti.interfaces.fhir.routes", "fhir"))),
    path("", include(("yigongti.interfaces.site.pages", "site"))),
]

handler400 = error_pages.bad_request
handler403 = error_pages.not_permitted
handler404 = error_pages.not_found
handler500 = error_pages.failed
