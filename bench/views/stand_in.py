"""The addresses of the bench: the product's own, and a page of a resident that logs its view when it is asked to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils import timezone

from yigongti.config.urls import urlpatterns as own
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.people.models import Care, Identifier, Resident, ResidentGroup
from yigongti.kernel.trail.public import viewed

TEMPLATE = """{% extends "site/base.html" %}{% block page %}<h1>{{ resident.name }}</h1>
<dl>{% for one in identifiers %}<dt>{{ one.kind }}</dt><dd>{{ one.value }}</dd>{% endfor %}
{% for one in groups %}<dt>{{ one.group }}</dt><dd>{{ one.valid_from }}</dd>{% endfor %}</dl>
<table>{% for one in care %}<tr><td>{{ one.get_kind_display }}</td><td>{{ one.institution.name }}</td>
<td>{{ one.valid_from }}</td><td>{{ one.source }}</td></tr>{% endfor %}</table>
<p>{{ household }}</p>{% endblock %}"""


@permitted("records.see")
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Five queries of one resident, in the site's shell."""
    resident = Resident.objects.get(pk=number)
    if request.GET.get("log") == "1":
        viewed(request.actor, number, what="page: record", at=timezone.now())
    shown = {
        "resident": resident,
        "identifiers": list(Identifier.objects.filter(resident_id=number)),
        "groups": list(ResidentGroup.objects.filter(resident_id=number)),
        "care": list(Care.objects.filter(resident_id=number).select_related("institution")),
        "household": Resident.objects.filter(merged_into_id=number).count(),
    }
    return HttpResponse(engines["django"].from_string(TEMPLATE).render(shown, request))


urlpatterns = [path("stand-in/<int:number>", page, name="stand_in"), *own]
