"""Register a resident with candidates while typing, correct a registration, let a person in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import InvalidInput, NotPermitted, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.organisations.models import Team
from yigongti.kernel.people.actions.groups import join_group, leave_group
from yigongti.kernel.people.actions.let_in import let_in, must_prove
from yigongti.kernel.people.actions.register_resident import register_resident
from yigongti.kernel.people.actions.set_household import set_household
from yigongti.kernel.people.actions.update_resident import update_resident
from yigongti.kernel.people.details import Details, faults, tidied
from yigongti.kernel.people.e_health_code import read_code
from yigongti.kernel.people.groups import groups
from yigongti.kernel.people.matching import candidates
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.queries import by_public_id
from yigongti.kernel.presentation.focus import focus_of
from yigongti.systems.health_records.finding import masked_registration
from yigongti.systems.health_records.pages.pair_words import level_words
from yigongti.systems.health_records.pages.residents import person_address
from yigongti.systems.health_records.pages.shown import group_names, opened

FIELDS = (
    "number_kind", "number", "name", "sex", "birth_date", "phone", "address", "village_code", "insurance_type",
    "insured_number",
)  # fmt: skip
INSURANCE = (("", "—"), ("390", _("Residents' insurance")), ("310", _("Employees' insurance")))
"""Codes of the insurance interface; from memory, unchecked."""


def institution_in_focus(request: HttpRequest) -> int:
    """The institution for which somebody acts. Raises NotPermitted where there is none in focus."""
    institution = focus_of(request).institution
    if institution is None:
        raise NotPermitted(
            "health_records.no_institution", zh="请先选择机构", en="choose an institution first", where=""
        )
    return institution.pk


def details_of(given: Mapping[str, str]) -> Details:
    """What the form says. Raises InvalidInput for a birth date that is none."""
    told = {name: given.get(name, "").strip()[:200] for name in FIELDS}
    if told["sex"] == Resident.Sex.UNKNOWN:  # not chosen: then the number may say it
        told["sex"] = ""
    return Details(**{**told, "birth_date": _day(told["birth_date"], "birth_date")})  # type: ignore[arg-type]


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(
            f"people.{field}_wrong", zh="日期请写成 1958-03-01", en="write a date as 1958-03-01", where=field
        ) from None


@permitted("people.register")
def register(request: HttpRequest) -> HttpResponse:
    """The form; sent, the resident is registered and in the institution's care."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution_id = institution_in_focus(request)
    given = request.POST if request.method == "POST" else {}
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = register_resident(actor, institution_id, details_of(request.POST), at=timezone.now())
            return HttpResponseRedirect(person_address(made.public_id) + f"?{focus_of(request).query}&done=registered")
        except YigongtiError as error:
            problems = _at_fields(error, request.POST)
    return render(
        request,
        "health_records/register.html",
        {"given": given, "problems": problems, **_choices()},
        status=400 if problems else 200,
    )


def _choices() -> dict[str, Any]:
    return {
        "sexes": Resident.Sex.choices,
        "number_kinds": Resident.NumberKind.choices,
        "insurances": INSURANCE,
    }


def _at_fields(error: YigongtiError, given: Mapping[str, str]) -> dict[str, str]:
    """Every fault at its field: the error that was raised, and the other faults of the form."""
    language = get_language() or "zh-hans"
    problems = {error.where if error.where in FIELDS else "": error.text.in_language(language)}
    try:
        told = tidied(details_of(given))
    except InvalidInput:
        return problems
    for fault in faults(told, timezone.localdate()):
        problems.setdefault(fault.where, fault.text.in_language(language))
    return problems


@require_POST
@permitted("people.register")
def alike(request: HttpRequest) -> HttpResponse:
    """While typing: who may be registered already, masked; what the number says of sex and birth date."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    language = get_language() or "zh-hans"
    try:
        draft = details_of(request.POST)
    except InvalidInput:
        draft = details_of({**request.POST.dict(), "birth_date": ""})
    told = tidied(draft)
    typed = {name for name in FIELDS if request.POST.get(name, "").strip()}
    wrong = {f.where: f.text.in_language(language) for f in faults(told, timezone.localdate()) if f.where in typed}
    found = candidates(actor, institution_in_focus(request), draft, at=timezone.now()) if typed else None
    read = told if "number" in typed and "number" not in wrong else None
    context = {
        "found": found,
        "alike": [(one, level_words(one.agrees)) for one in found.candidates] if found else [],
        "told": read,
        "wrong": wrong,
        "checked_fields": sorted(typed & {"number", "phone", "birth_date", "village_code", "sex"}),
        "fills_birth": bool(read and read.birth_date and "birth_date" not in typed),
        "fills_sex": bool(read and request.POST.get("sex", "") in ("", "0") and read.sex in ("1", "2")),
        "sexes": Resident.Sex.choices,
    }
    return render(request, "health_records/alike.html", context)


@permitted("people.register")
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Correct the registration: only what was changed is sent, with the version that was read."""
    found = opened(request, public_id, "page: Patient")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    resident, identity = found.resident, found.identity
    shown = {
        "name": identity.name, "number": identity.number, "phone": identity.phone, "address": identity.address,
        "number_kind": resident.number_kind, "sex": resident.sex, "village_code": resident.village_code,
        "birth_date": resident.birth_date.isoformat() if resident.birth_date else "",
        "insurance_type": resident.insurance_type, "insured_number": resident.insured_number,
    }  # fmt: skip
    locked = ("name", "number_kind", "number", "phone", "address") if identity.masked else ()
    problems: dict[str, str] = {}
    if request.method == "POST":
        sent = {name: request.POST.get(name, "").strip() for name in FIELDS if name not in locked}
        changes: dict[str, Any] = {name: value for name, value in sent.items() if value != shown[name]}
        try:
            if "birth_date" in changes:
                changes["birth_date"] = _day(changes["birth_date"], "birth_date")
            version = int(request.POST.get("version", "0")) if request.POST.get("version", "0").isascii() else 0
            if changes:
                update_resident(actor, public_id, changes, version=version, at=found.at)
            return HttpResponseRedirect(person_address(public_id) + f"?{focus_of(request).query}&done=corrected")
        except ValueError:
            problems = {"": str(_("Open the page again: the version is not readable."))}
        except YigongtiError as error:
            where = error.where if error.where in FIELDS else ""
            problems = {where: error.text.in_language(get_language() or "zh-hans")}
    live = {row.group for row in resident.groups.all() if (row.valid_to or found.today) >= found.today}
    language = get_language() or "zh-hans"
    context = {
        "opened": found,
        "given": {**shown, **(request.POST.dict() if request.method == "POST" else {})},
        "locked": locked,
        "problems": problems,
        "version": resident.version,
        "group_names": group_names(resident, found.today),
        "groups_in": [(code, group.name.in_language(language)) for code, group in groups().items() if code in live],
        "groups_out": [
            (code, group.name.in_language(language)) for code, group in groups().items() if code not in live
        ],
        "household": resident.household,
        **_choices(),
    }
    return render(request, "health_records/edit.html", context, status=400 if problems else 200)


@require_POST
@permitted("people.register")
def group(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Join a group from a day, or leave it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    by_public_id(public_id)  # somebody else's resident is not there, whatever else is wrong
    code, day = request.POST.get("group", ""), _day(request.POST.get("day", ""), "since") or timezone.localdate(now)
    if request.POST.get("leave"):
        leave_group(actor, public_id, code, last_day=day, at=now)
    else:
        join_group(actor, public_id, code, since=day, at=now)
    return _back_to_edit(request, public_id)


@require_POST
@permitted("people.register")
def household(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say with whom the resident lives; an empty code takes the resident out."""
    set_household(
        request.actor,  # type: ignore[attr-defined]
        institution_in_focus(request),
        public_id,
        request.POST.get("household", "")[:40],
        relation_to_head=request.POST.get("relation", "")[:3],
        at=timezone.now(),
    )
    return _back_to_edit(request, public_id)


def _back_to_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("health_records:edit", args=[public_id]) + f"?{focus_of(request).query}")


@permitted("people.see")
def admit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let the institution, or one team of it, care for the person. Whoever reads records needs the resident's code."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution_id = institution_in_focus(request)
    now = timezone.now()
    problem: YigongtiError | None = None
    needs_proof = must_prove(actor, institution_id)
    if request.method == "POST":
        try:
            _let_in(request, actor, institution_id, public_id, now)
            return HttpResponseRedirect(person_address(public_id) + f"?{focus_of(request).query}&done=let_in")
        except YigongtiError as error:
            problem = error
    context = {
        "candidate": masked_registration(actor, public_id),
        "public_id": public_id,
        "needs_proof": needs_proof,
        "problem": problem,
        "teams": Team.objects.filter(institution_id=institution_id),
    }
    return render(request, "health_records/let_in.html", context, status=400 if problem else 200)


def _let_in(request: HttpRequest, actor: Actor, institution_id: int, public_id: UUID, at: datetime) -> None:
    proof, code = request.POST.get("proof", ""), request.POST.get("code", "").strip()
    if code and not proof:
        proof = read_code(code[:400], actor, institution_id, at=at, single_use=True).proof
    team = request.POST.get("team", "")
    team_id = int(team) if team.isascii() and team.isdigit() and len(team) < 10 else None
    let_in(actor, institution_id, public_id, at=at, proof=proof, team_id=team_id)
