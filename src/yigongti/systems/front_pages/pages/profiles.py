"""Mapping profiles: how an institution's export names its columns and codes, and the form that changes one."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yigongti.facts.public import load_dry_run
from yigongti.foundation.errors import InvalidInput, NotFound, YigongtiError
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.actions.save_profile import ProfileGiven, save_profile
from yigongti.systems.front_pages.models import MappingProfile
from yigongti.systems.front_pages.pages.submissions import submitting_choices, uploads


@permitted("front_pages.submit")
def profiles(request: HttpRequest) -> HttpResponse:
    """The profiles of the institutions in focus."""
    focus = focus_of(request)
    rows = list(queries.profiles(focus.institution_ids))
    kinds = [(kind, table.label) for kind, table in FACT_TABLES.items()]
    return render(request, "front_pages/profiles.html", {"focus": focus, "profiles": rows, "kinds": kinds})


@permitted("front_pages.submit")
def profile(request: HttpRequest) -> HttpResponse:
    """The form: ?id= an existing profile, ?from= a file whose headers are offered, or ?kind= a new one."""
    focus = focus_of(request)
    kept, known, institution_code, kind = _begin(request)
    problem: YigongtiError | None = None
    if request.method == "POST":
        try:
            return _save(request, focus)
        except InvalidInput as error:
            problem = error
        kind = request.POST.get("kind", kind)
    if kind not in FACT_TABLES:
        raise NotFound("front_pages.kind_unknown", zh="没有这种数据", en="there is no such kind of data", where=kind)
    given = request.POST if request.method == "POST" else None
    institutions = submitting_choices(request, focus)
    context = {
        "focus": focus,
        "problem": problem,
        "kept": kept,
        "kind": kind,
        "kind_label": FACT_TABLES[kind].label,
        "name": given.get("name", "") if given else kept.name if kept else "",
        "institutions": institutions,
        "chosen_institution": given.get("institution", "")
        if given
        else institution_code or (focus.institution.code if focus.institution else ""),
        "headers": [header for header, _own in known],
        "unknown": [header for header, own in known if not own],
        "rows": [_row(column, kept, given, {own: header for header, own in known}) for column in FACT_TABLES[kind]],
    }
    return render(request, "front_pages/profile.html", context, status=400 if problem else 200)


def _begin(request: HttpRequest) -> tuple[MappingProfile | None, list[tuple[str, str]], str, str]:
    """What the form begins with: the profile, (header of a file, own column or "" where it was not recognised),
    institution, kind."""
    actor = request.actor  # type: ignore[attr-defined]
    number, source = request.GET.get("id", ""), request.GET.get("from", "")
    if number:
        kept = MappingProfile.objects.filter(pk=row_number(number)).first()
        if kept is None:
            raise NotFound(
                "front_pages.profile_not_found", zh="没有这个映射方案，或您无权查看",
                en="there is no such profile, or it is not yours to see",
            )  # fmt: skip
        return kept, [], kept.institution.code, kept.kind
    if source:
        found = queries.the_submission(actor, row_number(source))
        run = load_dry_run(uploads() / found.folder / "checked")
        known = dict.fromkeys(run.unknown_headers, "")
        known |= {column.header: column.column for column in run.recognised}
        return None, list(known.items()), found.institution.code, found.kind
    return None, [], "", request.GET.get("kind", "discharges")


def _row(column: Any, kept: MappingProfile | None, given: Any, recognised: dict[str, str]) -> dict[str, Any]:
    mapping = kept.mapping if kept else {}
    headers = " | ".join(mapping.get("columns", {}).get(column.name, []))
    values = " ".join(f"{w}={code}" for w, code in mapping.get("values", {}).get(column.name, {}).items())
    if given is not None:
        headers, values = given.get(f"column_{column.name}", ""), given.get(f"values_{column.name}", "")
    return {"column": column, "headers": headers, "values": values, "recognised": recognised.get(column.name, "")}


def _save(request: HttpRequest, focus: Focus) -> HttpResponse:
    code = request.POST.get("institution", "")
    institution = next((i for i in submitting_choices(request, focus) if i.code == code), None)
    if institution is None:
        raise InvalidInput("front_pages.no_institution", zh="请选择机构", en="choose the institution")
    kind = request.POST.get("kind", "")
    if kind not in FACT_TABLES:
        raise InvalidInput("front_pages.no_kind", zh="请选择数据类型", en="choose the kind of data")
    columns, values = {}, {}
    for column in FACT_TABLES[kind]:
        headers = [part.strip() for part in re.split(r"[|｜]", request.POST.get(f"column_{column.name}", ""))]
        if any(headers):
            columns[column.name] = tuple(header for header in headers if header)
        if pairs := _pairs(request.POST.get(f"values_{column.name}", ""), column.label.zh):
            values[column.name] = pairs
    saved = save_profile(
        request.actor, institution, ProfileGiven(kind, request.POST.get("name", ""), columns, values),  # type: ignore[attr-defined]
        at=timezone.now(),
    )  # fmt: skip
    address = reverse("front_pages:profiles") + f"?institution={saved.institution.code}&month={focus.month}"
    return HttpResponseRedirect(address)


def _pairs(text: str, label: str) -> dict[str, str]:
    """“男=1 女=2” as pairs. Raises InvalidInput for anything else."""
    pairs = {}
    for part in re.split(r"[\s,，;；]+", text.strip()):
        if not part:
            continue
        written, sign, code = part.partition("=")
        if not sign or not written or not code:
            raise InvalidInput(
                "front_pages.profile_values", zh="取值对照请写成“男=1 女=2”", en="write values as “male=1 female=2”",
                where=label,
            )  # fmt: skip
        pairs[written] = code
    return pairs
