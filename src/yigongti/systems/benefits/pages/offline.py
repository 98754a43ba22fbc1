"""The village clinic's page for a time without a network: bills are kept on the device and settled when it returns."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.systems.benefits import queries
from yigongti.systems.benefits.actions.accept_offline import accept_offline
from yigongti.systems.benefits.actions.confirm_offline import confirm_offline
from yigongti.systems.benefits.asked import of_mapping
from yigongti.systems.benefits.models import OfflineBill
from yigongti.systems.benefits.pages.words import in_words, language

KEPT = ("site/tokens.css", "site/site.css", "benefits/benefits.css", "benefits/offline.js", "site/icon.svg")
_WORKER = Path(__file__).parents[1] / "static" / "benefits" / "worker.js"


@require_safe
@permitted("benefits.settle")
def offline(request: HttpRequest) -> HttpResponse:
    """The page, the same for everybody: it is kept by the browser and opened by whoever holds the device."""
    names = ("offline_session", "offline_send", "offline_worker", "offline_received")
    addresses = {name: reverse(f"benefits:{name}") for name in names} | {"scope": reverse("benefits:offline")}
    return render(request, "benefits/offline.html", {"addresses": addresses, "words": _words()})


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "waiting": _("not sent yet"), "confirmed": _("Confirmed"), "refused": _("Refused by the rules"),
        "total": _("Total"), "insurance": _("Paid by insurance"), "cash": _("Cash"),
        "online": _("There is a network."), "offline": _("There is no network."),
        "unsent": _("{count} bills on this device are not sent yet."),
        "kept": _("Kept on this device. It is settled when the network returns."),
        "unreadable": _("This cannot be read:"), "nobody": _("Open this page once with a network, signed in."),
    }  # fmt: skip


@require_safe
@permitted("benefits.settle")
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and the token for sending."""
    actor = request.actor  # type: ignore[attr-defined]
    return JsonResponse({"account": actor.account_id, "name": actor.display_name, "token": get_token(request)})


@permitted("benefits.settle")
def received(request: HttpRequest) -> HttpResponse:
    """What the server has received of the clinic's devices, and what came of it."""
    actor = request.actor  # type: ignore[attr-defined]
    spoken = "en" if language().startswith("en") else "zh"
    rows = [
        {"row": row, "told": row.told.get(spoken, ""), "mark": _MARKS[row.state], "differences": _differences(row)}
        for row in queries.offline_bills(actor)[:200]
    ]
    return render(request, "benefits/received.html", {"rows": rows, "total": queries.offline_bills(actor).count()})


def _differences(row: OfflineBill) -> list[dict[str, Any]]:
    words = {"total_cost": _("Total cost"), "insurance": _("Paid by insurance"), "cash": _("Cash")}
    return [{"what": words[name], **told} for name, told in row.told.items() if name in words]


_MARKS = {"waiting": "due", "confirmed": "good", "refused": "bad"}


@require_safe
@permitted("benefits.settle")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the names of what it keeps."""
    files = [staticfiles_storage.url(name) for name in KEPT]
    told = {"page": reverse("benefits:offline"), "files": files, "version": _version()}
    text = f"self.KEPT = {json.dumps(told)};\n{_WORKER.read_text('utf-8')}"
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = reverse("benefits:offline")
    return answer


def _version() -> str:
    """Changes with every kept file."""
    digest = hashlib.sha256(_WORKER.read_bytes())
    for name in KEPT:
        found = find(name)
        digest.update(Path(str(found)).read_bytes() if found else name.encode())
    return digest.hexdigest()[:12]


@require_POST
@permitted("benefits.settle")
def send(request: HttpRequest) -> HttpResponse:
    """One bill of the device's queue: kept first, then settled; the same id again is answered with what came of it."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        told = _told(request.body)
        counter = queries.own_counters(actor)[0]
        kept = accept_offline(
            actor, counter, of_mapping(told["bill"]), quoted=told.get("quoted"), accepted_at=told["accepted_at"],
            at=timezone.now(),
        )  # fmt: skip
        done = confirm_offline(actor, kept.pk, at=timezone.now())
    except YigongtiError as error:
        return JsonResponse({"state": "problem", "code": error.code, "said": in_words(error)}, status=400)
    return JsonResponse(_answer(done))


def _answer(done: OfflineBill) -> dict[str, Any]:
    said = done.told.get("en" if language().startswith("en") else "zh", "")
    if done.settlement is None:
        return {"state": done.state, "said": said}
    return {
        "state": done.state, "number": done.settlement.number, "insurance": str(done.settlement.insurance),
        "cash": str(done.settlement.cash), "differences": done.told,
        "page": reverse("benefits:settled", args=[done.settlement_id]),
    }  # fmt: skip


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(body)
        told["accepted_at"] = datetime.fromisoformat(told["accepted_at"].replace("Z", "+00:00"))
        if not isinstance(told["bill"], dict) or told["accepted_at"].tzinfo is None:
            raise ValueError
        return dict(told)
    except (msgspec.DecodeError, ValueError, TypeError, KeyError, AttributeError, UnicodeDecodeError):
        raise InvalidInput("benefits.not_json", zh="内容不是 JSON", en="the body is not JSON") from None
