"""The proof of access as a page: what the database itself shows and refuses, right now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yigongti.kernel.access.guard import permitted
from yigongti.systems.health_records.protection import protection, reasons, roles_and_reasons


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
    }
    return render(request, "health_records/access.html", context)
