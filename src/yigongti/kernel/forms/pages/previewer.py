"""Every form with its versions and sources; one form to be read, tried and printed, in both languages."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.forms.definition import Form, FormVersion, as_json
from yigongti.kernel.forms.differences import changes
from yigongti.kernel.forms.fhir import questionnaire
from yigongti.kernel.forms.library import form_named, forms, version_named
from yigongti.kernel.forms.pages.words import sheet_words
from yigongti.kernel.forms.plain import plain
from yigongti.kernel.forms.validation import words

KINDS = {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed"), "moved": _("Moved")}


@permitted("forms.preview")
def every_form(request: HttpRequest) -> HttpResponse:
    """All forms with their versions."""
    today = timezone.localdate()
    told = [
        {"form": form, "now": form.on(today), "items": len(list((form.on(today) or form.versions[-1]).every_item()))}
        for form in sorted(forms().values(), key=lambda form: form.id)
    ]
    return render(request, "forms/list.html", {"forms": told})


def _version(request: HttpRequest, form: Form) -> FormVersion:
    named = request.GET.get("version", "")
    return version_named(form.id, named) if named else form.on(timezone.localdate()) or form.versions[-1]


@permitted("forms.preview")
def one(request: HttpRequest, form_id: str) -> HttpResponse:
    """One form: what is in force, its source, what changed; to be filled on trial. Nothing is kept.

    ?version= another version, ?language= the other language, ?against= the version to compare with.
    """
    form = form_named(form_id)
    version = _version(request, form)
    asked = request.GET.get("language", "")
    language = asked if asked in ("zh", "en") else "en" if (get_language() or "").startswith("en") else "zh"
    earlier = [other for other in form.versions if other.from_on < version.from_on]
    against = form.version(request.GET.get("against", "")) or (earlier[-1] if earlier else None)
    shown: dict[str, Any] = {
        "form": form,
        "version": version,
        "language": language,
        "source": policy().sources[version.source],
        "definition": as_json(version),
        "words": sheet_words(),
        "sentences": words(),
        "today": timezone.localdate().isoformat(),
        "against": against,
        "changes": [(KINDS[change.kind], change) for change in changes(against, version)] if against else [],
    }
    return render(request, "forms/one.html", shown)


@permitted("forms.preview")
def as_questionnaire(request: HttpRequest, form_id: str) -> HttpResponse:
    """The form as a FHIR Questionnaire, to be taken elsewhere."""
    version = _version(request, form_named(form_id))
    language = "en" if request.GET.get("language") == "en" else "zh"
    text = json.dumps(plain(questionnaire(version, language)), ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/fhir+json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{version.form_id}-{version.name}.json"'
    return answer
