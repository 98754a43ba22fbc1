"""kill -9 in the middle of a transaction bundle: of the web process and of the database. Nothing is half-written; and
the same bundle sent twice at once is stored once."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil
import pytest

from house_database import install

pytestmark = pytest.mark.slow

SIZE = 1500
PREPARE = """
from datetime import date
from yigongti.interfaces.cli.project import opened
with opened():
    from yigongti.interfaces.cli.supervising import make_ready
    make_ready()
    from django.utils import timezone
    from yigongti.kernel.access.actions.add_client import add_client
    from yigongti.kernel.organisations.models import Institution
    day = date(2020, 1, 1)
    Institution.objects.using("bulk").create(code="H1", name="演示", kind="county_hospital", valid_from=day)
    client, secret = add_client(name="x", institution_code="H1", scopes=["system/*.cruds"], at=timezone.now(),
                                valid_from=day, using="bulk")
    print(client.client_id, secret)
"""


@pytest.fixture(scope="module")
def folder(migrated):
    with tempfile.TemporaryDirectory(prefix="yigongti-killed-") as name:
        Path(name).chmod(0o755)
        install(migrated, Path(name))
        yield Path(name)


def environment(folder):
    found = {
        **os.environ, "YIGONGTI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product",
    }  # fmt: skip
    found.pop("YIGONGTI_TEST_DATA", None)
    return found


@pytest.fixture(scope="module")
def secret(folder):
    """Client id and secret of a hospital's system."""
    done = subprocess.run(
        [sys.executable, "-c", PREPARE], env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


class Site:
    """`yigongti serve` on a free port."""

    def __init__(self, folder, secret):
        self.folder, self.secret = folder, secret
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "yigongti.interfaces.cli.main", "serve", "--no-jobs", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        said = []
        for line in self.process.stdout:
            if line.startswith("http://"):
                return
            said.append(line)
        pytest.fail(f"the site did not start: {''.join(said)[-2000:]}")

    def call(self, address, body=None, kind="application/fhir+json", token=""):
        request = Request(f"http://127.0.0.1:{self.port}/fhir/{address}", body, {"Content-Type": kind})
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def token(self):
        body = f"grant_type=client_credentials&client_id={self.secret[0]}&client_secret={self.secret[1]}"
        return self.call("auth/token", body.encode(), "application/x-www-form-urlencoded")["access_token"]

    def processes(self, database):
        """The web server's processes, or the database's."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                ours = str(self.folder) in " ".join(process.cmdline()) if database else self._is_below(process)
            except psutil.Error:
                continue
            if ours and ("postgres" in process.name()) == database:
                found.append(process)
        return found

    def _is_below(self, process):
        return self.process.pid in {parent.pid for parent in process.parents()} and "granian" in " ".join(
            process.cmdline()
        )

    def end(self):
        for process in (
            [*psutil.Process(self.process.pid).children(recursive=True)] if self.process.poll() is None else []
        ):
            _kill(process)
        self.process.kill()
        self.process.wait()


def _kill(process):
    with contextlib.suppress(psutil.Error):
        process.send_signal(signal.SIGKILL)


def bundle(marker):
    """A patient who exists once, with results."""
    first = "urn:uuid:00000000-0000-4000-8000-000000000000"
    entries = [
        {"fullUrl": first,
         "resource": {"resourceType": "Patient", "identifier": [{"system": "urn:killed", "value": marker}],
                      "name": [{"text": "演示甲"}]},
         "request": {"method": "POST", "url": "Patient", "ifNoneExist": f"identifier=urn:killed|{marker}"}}
    ]  # fmt: skip
    for number in range(SIZE):
        name = {"system": "urn:killed:result", "value": f"{marker}-{number}"}
        entries.append(
            {"resource": {"resourceType": "Observation", "status": "final", "identifier": [name],
                          "code": {"text": "x"}, "subject": {"reference": first}},
             "request": {"method": "POST", "url": "Observation",
                         "ifNoneExist": f"identifier=urn:killed:result|{marker}-{number}"}}
        )  # fmt: skip
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()


def stored(site, marker):
    """How many results of the bundle are there."""
    address = f"Observation?patient.identifier=urn:killed%7C{marker}&_summary=count"
    return site.call(address, token=site.token())["total"]


@pytest.mark.parametrize("database", [False, True], ids=["web process", "database"])
def test_a_kill_in_the_middle_of_a_bundle_leaves_all_of_it_or_nothing(folder, secret, database):
    outcomes = set()
    for turn, delay in enumerate((0.2, 0.6, 1.2)):
        marker = f"{'db' if database else 'web'}-{turn}"
        site = Site(folder, secret)
        try:
            token = site.token()
            body = bundle(marker)
            doomed = site.processes(database)  # sought beforehand: on a busy machine that takes longer than the bundle

            def send(site=site, body=body, token=token):
                with contextlib.suppress(URLError, OSError, ValueError):
                    site.call("", body, token=token)

            sender = threading.Thread(target=send)
            sender.start()
            time.sleep(delay)
            for process in doomed:
                _kill(process)
            sender.join(90)
        finally:
            site.end()
        site = Site(folder, secret)
        try:
            outcomes.add(stored(site, marker))
            site.call("", bundle(marker), token=site.token())  # sent again, it is whole, and there once
            assert stored(site, marker) == SIZE
        finally:
            site.end()
    assert outcomes <= {0, SIZE}
    assert 0 in outcomes


def test_the_same_bundle_sent_twice_at_once_is_stored_once(folder, secret):
    site = Site(folder, secret)
    try:
        token, body, answers = site.token(), bundle("twice"), []
        senders = [threading.Thread(target=lambda: answers.append(site.call("", body, token=token))) for _ in range(3)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(120)
        created = [sum(entry["response"]["status"] == "201" for entry in answer["entry"]) for answer in answers]
        assert sorted(created) == [0, 0, SIZE + 1]
        assert stored(site, "twice") == SIZE
        found = site.call("Patient?identifier=urn:killed%7Ctwice&_summary=count", token=token)
        assert found["total"] == 1
    finally:
        site.end()
