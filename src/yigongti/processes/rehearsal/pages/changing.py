"""What a rehearsal changes: parameters found by words, a form for each, files put in and taken out, the period."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import InvalidInput, NotFound, YigongtiError
from yigongti.foundation.policy import Parameter, Policy
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy, policy_layers
from yigongti.processes.rehearsal import queries
from yigongti.processes.rehearsal.actions.edit_files import (
    files_of_rehearsal,
    put_files,
    read_upload,
    remove_file,
    set_period,
    set_value,
)
from yigongti.processes.rehearsal.changes import LARGEST_FILE, laid_over
from yigongti.processes.rehearsal.editing import SEVERAL, WrongFields, fields_of, written
from yigongti.processes.rehearsal.labels import Labels, case_words, unit_words
from yigongti.processes.rehearsal.models import Rehearsal
from yigongti.processes.rehearsal.pages.listing import day_of, month_of
from yigongti.processes.rehearsal.pages.one import shown
from yigongti.processes.rehearsal.replayers import REPLAYERS
from yigongti.processes.rehearsal.replaying import touched
from yigongti.processes.rehearsal.wording import language

SHOWN_VALUES = 3


@permitted("rehearsal.run")
def parameters(request: HttpRequest, number: int) -> HttpResponse:
    """Every parameter that can be rehearsed, searched by words: label, value on the day, unit, source."""
    found = queries.the_rehearsal(request.actor, number)  # type: ignore[attr-defined]
    asked = " ".join(request.GET.get("q", "").split())
    in_force = policy()
    labels = Labels.of_register()
    edited = {file.path for file in found.files.all()}
    rows = [
        _told(in_force, parameter, found, labels, parameter.path in edited)
        for parameter in in_force.parameters.values()
        if touched(REPLAYERS, [parameter.path]) and _matches(parameter, asked)
    ]
    context = {"rehearsal": found, "rows": rows, "asked": asked}
    return render(request, "rehearsal/parameters.html", context)


def _matches(parameter: Parameter, asked: str) -> bool:
    text = f"{parameter.id} {parameter.label.zh} {parameter.label.en} {parameter.why}".lower()
    return all(word in text for word in asked.lower().split())


def _told(policy: Policy, parameter: Parameter, found: Rehearsal, labels: Labels, edited: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"parameter": parameter, "edited": edited, "values": [], "more": 0, "source": None,
                            "unit": unit_words(parameter.unit)}  # fmt: skip
    if parameter.values[0].from_on > found.effective_on:
        return told
    fields = fields_of(parameter, found.effective_on)
    told["values"] = [
        (case_words(parameter.varies_by, field.case, labels, language()), field.text) for field in fields[:SHOWN_VALUES]
    ]
    told["more"] = max(len(fields) - SHOWN_VALUES, 0)
    told["since"] = parameter.value_on(found.effective_on).from_on
    told["source"] = policy.sources[parameter.value_on(found.effective_on).source]
    return told


@permitted("rehearsal.run")
def parameter(request: HttpRequest, number: int, parameter: str) -> HttpResponse:
    """The form of one parameter: each value with what holds now beside it."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_rehearsal(actor, number)
    in_force = policy()
    if parameter not in in_force.parameters or not touched(REPLAYERS, [in_force.parameters[parameter].path]):
        raise NotFound("rehearsal.no_parameter", zh="没有这个参数", en="there is no such parameter", where=parameter)
    problem: YigongtiError | None = None
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        try:
            set_value(
                actor, found, parameter, request.POST.dict(), source=request.POST.get("source", ""),
                document_title=request.POST.get("document_title", ""),
                document_number=request.POST.get("document_number", ""), note=request.POST.get("note", ""),
                at=timezone.now(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("rehearsal:one", args=[number]))
        except WrongFields as error:
            problem, wrong = error, error.by_field
        except YigongtiError as error:
            problem = error
    context = _form(found, in_force, parameter, request, wrong)
    context["problem"] = problem
    return render(request, "rehearsal/parameter.html", context, status=400 if problem else 200)


def _form(found: Rehearsal, in_force: Policy, name: str, request: HttpRequest, wrong: dict[str, Any]) -> dict[str, Any]:
    labels = Labels.of_register()
    kept = in_force.parameter(name)
    edited = _as_edited(found, name) or kept
    now = {field.name: field.text for field in fields_of(kept, found.effective_on)}
    fields = [
        {
            "name": field.name, "case": case_words(edited.varies_by, field.case, labels, language()),
            "now": now.get(field.name, ""), "value": request.POST.get(field.name, field.text),
            "problem": wrong.get(field.name),
        }
        for field in fields_of(edited, found.effective_on)
    ]  # fmt: skip
    holding = edited.value_on(found.effective_on)
    return {
        "rehearsal": found, "parameter": edited, "unit": unit_words(edited.unit), "fields": fields,
        "several": edited.unit in SEVERAL,
        "is_flag": edited.unit == "flag", "sources": sorted(in_force.sources.values(), key=lambda each: each.id),
        "source": request.POST.get("source", holding.source), "holding": holding, "given": request.POST,
        "history": [(value.from_on, _in_short(value.content), value.source) for value in kept.values],
    }  # fmt: skip


def _in_short(content: Any) -> str:
    if isinstance(content, dict):
        return "; ".join(f"{key}: {_in_short(item)}" for key, item in content.items())
    return written(content)


def _as_edited(found: Rehearsal, name: str) -> Parameter | None:
    files = files_of_rehearsal(found)
    if not files:
        return None
    with laid_over(policy_layers(), files) as changed:
        return changed.parameters.get(name)


@require_POST
@permitted("rehearsal.run")
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Files prepared elsewhere: a ZIP of a folder, or one YAML."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_rehearsal(actor, number)
    file = request.FILES.get("file")
    try:
        if file is None or file.size > 2 * LARGEST_FILE:
            raise InvalidInput("rehearsal.no_upload", zh="请选择文件（至多 40 MB）", en="choose a file", where="file")
        put_files(actor, found, read_upload(file.name or "", file.read()), at=timezone.now())
    except YigongtiError as error:
        return shown(request, number, error)
    return HttpResponseRedirect(reverse("rehearsal:one", args=[number]))


@permitted("rehearsal.run")
def file(request: HttpRequest, number: int, file: int) -> HttpResponse:
    """One changed file as text."""
    found = queries.the_rehearsal(request.actor, number)  # type: ignore[attr-defined]
    kept = found.files.filter(pk=file).first()
    if kept is None:
        raise NotFound("rehearsal.no_file", zh="没有这个文件", en="there is no such file", where=str(file))
    context = {"rehearsal": found, "file": kept, "text": bytes(kept.content).decode("utf-8", "replace")}
    return render(request, "rehearsal/file.html", context)


@require_POST
@permitted("rehearsal.run")
def remove(request: HttpRequest, number: int, file: int) -> HttpResponse:
    """Take a file out."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_rehearsal(actor, number)
    kept = found.files.filter(pk=file).first()
    if kept is not None:
        try:
            remove_file(actor, found, kept.path, at=timezone.now())
        except YigongtiError as error:
            return shown(request, number, error)
    return HttpResponseRedirect(reverse("rehearsal:one", args=[number]))


@require_POST
@permitted("rehearsal.run")
def period(request: HttpRequest, number: int) -> HttpResponse:
    """Another day or other months."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_rehearsal(actor, number)
    try:
        set_period(
            actor, found, effective_on=day_of(request.POST.get("effective_on", "")),
            first_month=month_of(request.POST.get("first_month", ""), "first_month"),
            last_month=month_of(request.POST.get("last_month", ""), "last_month"), at=timezone.now(),
        )  # fmt: skip
    except YigongtiError as error:
        return shown(request, number, error)
    return HttpResponseRedirect(reverse("rehearsal:one", args=[number]))
