"""The pages of health records: finding a resident, the person's page, registering, opening in an emergency, and the
queues of those who keep the register in order.
"""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.presentation.navigation import Entry
from yigongti.systems.health_records import api
from yigongti.systems.health_records.pages import (
    access,
    counts,
    emergencies,
    extracts,
    facts,
    pairs,
    person,
    registering,
    residents,
)
from yigongti.systems.health_records.pages.panel import OVERVIEW

__all__ = ["NAVIGATION", "OVERVIEW", "urlpatterns"]

NAVIGATION = [
    Entry("residents", _("My residents"), "health_records:residents", "people.see", order=10, system="S01"),
    Entry("residents", _("Register a resident"), "health_records:register", "people.register", order=11),
    Entry("residents", _("Doubtful pairs"), "health_records:pairs", "people.match", order=13),
    Entry("residents", _("Merges"), "health_records:merges", "people.match", order=14),
    Entry("residents", _("Records opened beyond care"), "health_records:openings", "trail.see_views", order=15),
    Entry("residents", _("Residents and records in figures"), "health_records:counts", "overview.see", order=17),
    Entry("residents", _("De-identified extracts"), "health_records:extracts", "records.extract", order=18),
    Entry("settings", _("Proof of access"), "health_records:access", "trail.see", order=70),
]

_PERSON = "people/<uuid:public_id>"

urlpatterns = [
    path("", residents.residents, name="residents"),
    path("find", residents.find, name="find"),
    path("people/new", registering.register, name="register"),
    path("people/new/alike", registering.alike, name="alike"),
    path(_PERSON, person.person, name="person"),
    path(f"{_PERSON}/edit", registering.edit, name="edit"),
    path(f"{_PERSON}/group", registering.group, name="group"),
    path(f"{_PERSON}/household", registering.household, name="household"),
    path(f"{_PERSON}/let-in", registering.admit, name="let_in"),
    path(f"{_PERSON}/emergency", emergencies.emergency, name="emergency"),
    path(f"{_PERSON}/lists/<slug:kind>", facts.facts, name="list"),
    path(f"{_PERSON}/entries/<slug:type>/<str:fhir_id>", facts.entry, name="entry"),
    path(f"{_PERSON}/entries/<slug:type>/<str:fhir_id>/json", facts.entry_json, name="entry_json"),
    path("openings/", emergencies.openings, name="openings"),
    path("openings/new", emergencies.open_to_another, name="open_for_matter"),
    path("openings/<int:number>/close", emergencies.close, name="close_opening"),
    path("pairs/", pairs.pairs, name="pairs"),
    path("pairs/start", pairs.start, name="start"),
    path("pairs/<int:number>", pairs.pair, name="pair"),
    path("pairs/<int:number>/decide", pairs.decide, name="decide"),
    path("merges/", pairs.merges, name="merges"),
    path("merges/<int:number>/take-back", pairs.take_back, name="take_back"),
    path("counts/", counts.counts, name="counts"),
    path("extracts/", extracts.extracts, name="extracts"),
    path("extracts/<int:job_id>.csv", extracts.download, name="extract_file"),
    path("access/", access.access, name="access"),
    path("api/counts", api.counts, name="api_counts"),
    path("api/people/<uuid:public_id>", api.person, name="api_person"),
]
