"""The proof of access as a page: what the database itself shows and refuses, right now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yigongti.foundation.errors import Text
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.matrix import RELATION_WORDS, Law, proved
from yigongti.kernel.access.roles import ROLES, Role
from yigongti.systems.health_records.protection import protection, reasons, roles_and_reasons

Row = tuple[Role, list[list[Text]]]


def _rows(law: Law) -> list[Row]:
    """Role → for each relation the places from which it is let in; roles that nothing lets in are left out."""
    rows = [(role, [law.places_of(role.id, relation) for relation in RELATION_WORDS]) for role in ROLES.values()]
    return [(role, cells) for role, cells in rows if any(cells)]


@permitted("trail.see")
def access(request: HttpRequest) -> HttpResponse:
    """Faults first (none is the proof), then every table with who reads and writes it, then roles against reasons."""
    found = protection()
    context = {
        "proof": found,
        "about_residents": [table for table in found.tables if table.about_residents],
        "others": [table for table in found.tables if not table.about_residents],
        "reasons": reasons(),
        "roles": roles_and_reasons(),
        "relations": list(RELATION_WORDS.values()),
        "laws": [(law, _rows(law)) for law in proved()],
    }
    return render(request, "health_records/access.html", context)
