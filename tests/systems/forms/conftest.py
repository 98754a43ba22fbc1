"""A checklist of a school canteen, a clerk who fills it, and what a device sends."""

import hashlib
import importlib.util
import json
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.kernel.forms.library import version_named
from yigongti.kernel.forms.plain import plain
from yigongti.kernel.forms.public import assign

_UNIT = Path(__file__).resolve().parents[2] / "unit"


def _shared(name, place):
    specification = importlib.util.spec_from_file_location(name, place)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


_files = _shared("attached_files", _UNIT / "attachments" / "attached_files.py")
_answers = _shared("form_answers", _UNIT / "forms" / "form_answers.py")

GOOD = {
    "school": "演示小学",
    "meals": 320,
    "licence": "yes",
    "workers": 6,
    "certified": 6,
    "kitchen": {
        "raw_cooked": "yes", "core_temperature": {"value": "75.5", "code": "Cel"},
        "sample_grams": {"value": 130, "code": "g"}, "sample_hours": "yes", "dishes_disinfected": "yes", "pests": "na",
        "purchase": "yes",
    },
}  # fmt: skip


@pytest.fixture
def files():
    return _files


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path / "attachments"


@pytest.fixture
def hand_out(county):
    """hand_out(key="a", owner="T1", institution="V1", …) → Assignment"""

    def handed(key="a", owner="T1", institution="V1", form_id="school_canteen", at=None, **more):
        return assign(
            None, form_id, on=date(2026, 11, 1), subject=f"trials.School/{key}", title=Text("甲校食堂", "Canteen"),
            institution_id=county[institution].pk, owner_institution_id=county[owner].pk,
            due_on=timezone.localdate(), at=at or timezone.now() - timedelta(hours=1), **more,
        )  # fmt: skip

    return handed


class Device:
    """Writes what a telephone sends."""

    def __init__(self, account_id):
        self.account_id = account_id

    def answer(self, assignment, change=None, *, photographs=None, client_id=None, **times):
        """(the JSON text, the files) of an answer; photographs: name → bytes."""
        version = version_named(assignment.form_id, assignment.form_version)
        told = GOOD | (change or {})
        sent = {str(uuid4()): data for data in (photographs or {"a": _files.jpeg(40, 30)}).values()}
        told = {"kitchen_photographs": [{"contentType": "image/jpeg", "url": f"urn:uuid:{id}"} for id in sent], **told}
        now = timezone.now()
        body = {
            "client_id": client_id or str(uuid4()),
            "assignment": assignment.pk,
            "account": self.account_id,
            "form": assignment.form_id,
            "version": assignment.form_version,
            "items": plain(_answers.response_items(version.items, told)),
            "photographs": [
                {"id": id, "sha256": hashlib.sha256(data).hexdigest(), "name": "后厨.jpg"} for id, data in sent.items()
            ],
            "started_at": (now - timedelta(minutes=20)).isoformat(),
            "finished_at": (now - timedelta(minutes=5)).isoformat(),
            "sent_at": now.isoformat(),
        }
        body |= {name: moment.isoformat() for name, moment in times.items()}
        return json.dumps(body), sent


@pytest.fixture
def device():
    return Device


@pytest.fixture
def send():
    """send(browser, (text, files)) → the answer of the site, as a device gets it."""

    def sent(browser, told):
        text, photographs = told
        fields = {f"photograph-{id}": SimpleUploadedFile("a.jpg", data) for id, data in photographs.items()}
        return browser.post("/forms/work/answers", {"answer": text, **fields})

    return sent


@pytest.fixture
def clerk(signed_in):
    """A browser of the township clerk, and the device of that account."""
    from yigongti.kernel.access.models import Account

    browser = signed_in("township_clerk", "T1")
    return browser, Device(Account.objects.using("bulk").get(username="township_clerk-T1").pk)
