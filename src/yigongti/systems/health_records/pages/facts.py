"""Lists of one kind of fact, and one fact with its source, versions and FHIR JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound, NotPermitted
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.column import Row
from yigongti.kernel.records.definitions.public import write_json
from yigongti.kernel.records.reading.elements import display, every, is_mistaken, words
from yigongti.kernel.records.reading.facts import Fact
from yigongti.systems.health_records import queries
from yigongti.systems.health_records.pages.guarding import person_page
from yigongti.systems.health_records.pages.shown import opened_record
from yigongti.systems.health_records.person.lines import line_of
from yigongti.systems.health_records.person.lists import KINDS
from yigongti.systems.health_records.person.outline import outline

ALL = 100_000
"""Facts of one kind that a list reads: what a table of computed rows may hold."""


@person_page
def facts(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """All facts of a kind, to sort, filter and export."""
    if kind not in KINDS:
        raise NotFound("health_records.no_list", zh="没有这种清单", en="there is no such list", where=kind[:40])
    found = opened_record(request, public_id, f"page: {', '.join(KINDS[kind].types)}")
    listed = KINDS[kind]
    record = queries.record_of(found.resident.pk, listed.types, ALL)

    def href(row: Row) -> str:
        return reverse("health_records:entry", args=[public_id, row["type"], row["fhir_id"]])

    columns = [
        Column("title", _("What"), link=href),
        Column("day", _("Day"), "date", value=lambda row: row["moment"]),
        *(Column(name, label, shape, mark=_mark if name == "value" else None) for name, label, shape in listed.columns),
        Column("institution", _("Institution")),
        Column("type", _("FHIR type"), hidden=True),
    ]
    table = Table(f"record-{kind}", columns, key="key", order="-day", row_link=href)
    context = {
        "opened": found,
        "kind": kind,
        "label": listed.label,
        "lists": [(name, one.label) for name, one in KINDS.items()],
    }
    return table.respond(request, listed.rows(record, found.today), "health_records/facts.html", context)


def _mark(row: Row) -> str:
    return "bad" if row.get("flag") in ("high", "low", "abnormal") else ""


@person_page
def entry(request: HttpRequest, public_id: UUID, type: str, fhir_id: str) -> HttpResponse:
    """One fact: what it says, who wrote it where, and its versions."""
    found = opened_record(request, public_id, f"page: {type[:40]}")
    kept = queries.the_resource(found.resident.pk, type, fhir_id)
    resource = queries.content(kept)
    fact = Fact(resource, kept.institution.name, kept.institution_id)
    context = {
        "opened": found,
        "kept": kept,
        "line": line_of(fact),
        "is_mistaken": is_mistaken(resource),
        "outline": outline(resource),
        "authors": _authors(resource),
        "versions": queries.versions_of(kept),
        "json": "" if found.identity.masked else _readable(resource),
    }
    return render(request, "health_records/entry.html", context)


_AUTHORS = ("performer", "recorder", "requester", "author", "asserter", "participant", "authenticator", "dispenser")


def _authors(resource: dict[str, Any]) -> list[str]:
    named = []
    for element in _AUTHORS:
        for one in every(resource.get(element)):
            said = display(one) or display(one.get("actor")) or display(one.get("individual")) or words(one.get("type"))
            if said:
                named.append(said)
    return list(dict.fromkeys(named))


@permitted("people.see_identity")
def entry_json(request: HttpRequest, public_id: UUID, type: str, fhir_id: str) -> HttpResponse:
    """The resource as it is kept, in FHIR's JSON. A version by ?version=."""
    found = opened_record(request, public_id, f"page: {type[:40]}")
    if found.identity.masked:
        raise NotPermitted(
            "health_records.identity_masked",
            zh="您在此只能看到脱敏信息，不能取得原始 JSON",
            en="you see this person masked, and so not the JSON",
        )
    kept = queries.the_version(queries.the_resource(found.resident.pk, type, fhir_id), request.GET.get("version", ""))
    answer = HttpResponse(_readable(queries.content(kept)), content_type="application/fhir+json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'inline; filename="{kept.type}-{kept.version}.json"'
    return answer


def _readable(resource: dict[str, Any]) -> str:
    """FHIR JSON with every digit, indented."""
    return msgspec.json.format(write_json(resource), indent=2).decode()
