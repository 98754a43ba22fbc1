"""One's own checklists as a page that works without a network, and what its script asks for.

The page itself names nobody: it is kept by the browser, and another account may open it on the same device. Who is
signed in, and that account's checklists, are fetched by the script and kept apart by account (static/forms/storage.js).
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import limit
from yigongti.kernel.forms.actions.take_answer import Faulty, Taken, take_answer
from yigongti.kernel.forms.arrived import read_arrived
from yigongti.kernel.forms.definition import as_json
from yigongti.kernel.forms.library import version_named
from yigongti.kernel.forms.models import Assignment
from yigongti.kernel.forms.pages.words import work_words
from yigongti.kernel.forms.queries import own_work

KEPT_FILES = (
    "site/tokens.css", "site/site.css", "site/print.css", "site/icon.svg", "forms/forms.css", "forms/words.json",
    "forms/evaluation.js", "forms/renderer.js", "forms/photographs.js", "forms/storage.js", "forms/sync.js",
    "forms/work.js",
)  # fmt: skip
"""What the browser keeps so that the page works without a network."""
WORKER = Path(__file__).parents[1] / "static" / "forms" / "worker.js"
AGAIN = frozenset({"forms.not_readable", "forms.photograph_incomplete", "forms.other_account"})
"""Refusals after which the device tries again by itself; after any other, a person must look."""
_STATUS = {InvalidInput: 400, NotPermitted: 403, NotFound: 404, Conflict: 409}


@lru_cache(maxsize=1)
def _kept_version() -> str:
    """Changes with every kept file: an older copy is removed by the worker then."""
    digest = hashlib.sha256(WORKER.read_bytes())
    for name in KEPT_FILES:
        place = finders.find(name)
        digest.update(Path(place).read_bytes() if place else name.encode())
    return digest.hexdigest()[:16]


@require_safe
@permitted("forms.fill")
def shell(request: HttpRequest) -> HttpResponse:
    """The page, the same for everybody."""
    addresses = {
        "worker": reverse("forms:worker"),
        "scope": reverse("forms:work"),
        "session": reverse("forms:session"),
        "checklists": reverse("forms:working_set"),
        "answers": reverse("forms:answers"),
        "signIn": reverse("access:sign_in") + "?next=" + reverse("forms:work"),
        "signOut": reverse("access:sign_out"),
        "sentences": staticfiles_storage.url("forms/words.json"),
    }
    return render(request, "forms/work.html", {"addresses": addresses, "words": work_words()})


@require_safe
@permitted("forms.fill")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the names of what it keeps."""
    kept = {
        "version": _kept_version(),
        "page": reverse("forms:work"),
        "files": [staticfiles_storage.url(name) for name in KEPT_FILES],
        "network": [reverse(f"forms:{name}") for name in ("session", "working_set", "answers", "worker")],
    }
    text = f"self.KEPT = {json.dumps(kept)};\n" + WORKER.read_text(encoding="utf-8")
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = reverse("forms:work")
    return answer


@require_safe
@permitted("forms.fill")
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, the token for sending, the server's time and the office's limits."""
    actor = request.actor  # type: ignore[attr-defined]
    names = (
        "photograph_edge_pixels", "photographs_per_answer", "largest_answer_megabytes", "clock_tolerance_minutes",
        "retry_first_seconds", "retry_longest_minutes",
    )  # fmt: skip
    return JsonResponse(
        {
            "account": actor.account_id,
            "name": actor.display_name,
            "token": get_token(request),
            "now": timezone.now().isoformat(),
            "today": timezone.localdate().isoformat(),
            "limits": {name: limit(f"forms.{name}") for name in names},
        }
    )


@require_safe
@permitted("forms.fill")
def working_set(request: HttpRequest) -> JsonResponse:
    """What is kept on the device: checklists, the soonest due first, as many as the office allows, and their forms."""
    actor = request.actor  # type: ignore[attr-defined]
    most, room = limit("forms.working_set_assignments"), limit("forms.working_set_kilobytes") * 1024
    work = own_work(actor)
    some, definitions = [], {}
    for assignment in work[:most]:
        told, name = _told(assignment), f"{assignment.form_id}/{assignment.form_version}"
        definition = definitions.get(name) or as_json(version_named(assignment.form_id, assignment.form_version))
        size = len(json.dumps(told)) + (0 if name in definitions else len(json.dumps(definition)))
        if size > room:
            break
        room -= size
        definitions[name] = definition
        some.append(told)
    return JsonResponse(
        {
            "account": actor.account_id,
            "fetchedAt": timezone.now().isoformat(),
            "checklists": some,
            "forms": definitions,
            "more": max(work.count() - len(some), 0),
        }
    )


def _told(assignment: Assignment) -> dict[str, Any]:
    place = assignment.institution
    return {
        "id": assignment.pk,
        "form": assignment.form_id,
        "version": assignment.form_version,
        "title": {"zh": assignment.title_zh, "en": assignment.title_en},
        "institution": {"zh": place.in_language("zh-hans"), "en": place.in_language("en")},
        "due": assignment.due_on.isoformat() if assignment.due_on else "",
        "madeAt": assignment.made_at.isoformat(),
    }


@require_POST
@permitted("forms.fill")
def answers(request: HttpRequest) -> JsonResponse:
    """Take one answer: the field `answer` (JSON) and the files `photograph-<id>`, or JSON alone as the body."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    try:
        if request.content_type == "application/json":
            text: str | bytes = request.body
        else:
            text = request.POST.get("answer", "")
        files = _photographs(request)
        with transaction.atomic():
            taken = take_answer(actor, read_arrived(text), files, at=now)
    except DataError:
        return _refused(
            InvalidInput("forms.value", zh="答卷中有无法保存的内容", en="the answer holds what cannot be kept")
        )
    except YigongtiError as error:
        return _refused(error)
    return JsonResponse(_received(taken))


def _photographs(request: HttpRequest) -> dict[str, bytes]:
    """The files by the device's id. Raises InvalidInput when they are more than the office takes at once."""
    most = limit("forms.largest_answer_megabytes") * 1024**2
    sent: dict[str, UploadedFile] = dict(request.FILES.items())  # type: ignore[arg-type]
    if sum(file.size or 0 for file in sent.values()) > most:
        raise InvalidInput(
            "forms.too_large",
            zh=f"照片合计超过 {most // 1024**2} MB，请减少照片",
            en=f"the photographs are more than {most // 1024**2} MB together; leave some out",
        )
    return {
        name.removeprefix("photograph-"): file.read() for name, file in sent.items() if name.startswith("photograph-")
    }


def _received(taken: Taken) -> dict[str, Any]:
    return {
        "state": "conflict" if taken.state == "conflict" else "received",
        "already": taken.already,
        "id": str(taken.answer.client_id),
        "receivedAt": taken.answer.received_at.isoformat(),
        "flags": taken.answer.flags,
    }


def _refused(error: YigongtiError) -> JsonResponse:
    told: dict[str, Any] = {
        "state": "refused",
        "code": error.code,
        "zh": error.in_language("zh"),
        "en": error.in_language("en"),
        "final": error.code not in AGAIN,
    }
    if isinstance(error, Faulty):
        told["faults"] = [
            {"path": fault.path, "code": fault.code, "zh": fault.text.zh, "en": fault.text.en} for fault in error.faults
        ]
    status = next((number for kind, number in _STATUS.items() if isinstance(error, kind)), 400)
    return JsonResponse(told, status=status)
