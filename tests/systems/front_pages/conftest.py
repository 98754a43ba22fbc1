"""An invented month of two hospitals, with a lake and an upload folder of the test's own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from submitted_files import MONTH, as_csv


@pytest.fixture
def house(county, settings, tmp_path):
    """The county with an empty lake and an empty upload folder."""
    settings.LAKE_ROOT = str(tmp_path / "lake")
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.DATA_FOLDER = tmp_path
    return SimpleNamespace(county=county, folder=tmp_path)


@pytest.fixture
def upload(house):
    """upload(client, rows) sends the file as the page does and answers the response."""

    def send(client, rows, name="首页-2026-10.csv", **fields):
        content = rows if isinstance(rows, bytes) else as_csv(rows)
        given = {"kind": "discharges", "of_month": str(MONTH), "institution": "H1", **fields}
        return client.post("/front_pages/files/new", {"file": SimpleUploadedFile(name, content), **given})

    return send


@pytest.fixture
def submissions(database):
    """All submissions, whoever's they are, in the order in which they came."""
    from yigongti.systems.front_pages.models import Submission

    return lambda: list(Submission.objects.using("bulk").order_by("id"))


@pytest.fixture
def committed(upload):
    """committed(client, rows) uploads and commits; answers the receipt's page."""

    def do(client, rows, **fields):
        answer = upload(client, rows, **fields)
        assert answer.status_code == 302, answer.content.decode()
        return client.post(answer["Location"] + "/commit", follow=True)

    return do


@pytest.fixture
def close(policy_root):
    """close() judges and publishes the month of what is in the lake now, as the monthly close does."""
    from django.conf import settings

    from yigongti.facts.public import Lake, connect, take_snapshot
    from yigongti.foundation.policy import Policy
    from yigongti.systems.front_pages.public import judge_month, publish_month

    policy = Policy.load(policy_root)

    def do():
        lake = Lake(settings.LAKE_ROOT)
        snapshot = take_snapshot(lake, [MONTH])
        connection = connect(lake, snapshot)
        try:
            judge_month(MONTH, lake, snapshot, connection, policy)
        finally:
            connection.disconnect()
        return publish_month(MONTH, lake, snapshot, policy)

    return do
