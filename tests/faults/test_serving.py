"""yigongti serve as an operator uses it: started, asked, ended by Ctrl-C, killed; no process stays behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from house_database import install

pytestmark = pytest.mark.slow


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="yigongti-serve-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def processes_of(folder):
    """Everything alive that works with this data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            named = str(folder) in " ".join(process.cmdline()) or process.environ().get("YIGONGTI_DATA") == str(folder)
            if named and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if process.pid != os.getpid()]


def serve(folder):
    """The running site: its process and its port, once it answers."""
    port = free_port()
    environment = {
        **os.environ, "YIGONGTI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product",
    }  # fmt: skip
    environment.pop("YIGONGTI_TEST_DATA", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "yigongti.interfaces.cli.main", "serve", "--port", str(port)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    for line in process.stdout:
        if line.startswith("http://"):
            return process, port
    pytest.fail("the site did not start")


def gone_within(folder, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not processes_of(folder):
            return True
        time.sleep(0.3)
    return False


def test_ctrl_c_ends_everything_and_a_second_start_works(folder):
    for _ in range(2):
        process, port = serve(folder)
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert json.load(answer) == {"status": "ok"}
        with urlopen(f"http://127.0.0.1:{port}/accounts/sign-in") as answer:
            assert "医共体" in answer.read().decode()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 0
        assert gone_within(folder, 10), processes_of(folder)
        with pytest.raises(URLError):
            urlopen(f"http://127.0.0.1:{port}/healthz")


def test_after_kill_9_web_and_worker_end_and_the_next_start_takes_over_the_database(folder, migrated):
    install(migrated, folder)
    process, _port = serve(folder)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and any("postgres" not in p.name() for p in processes_of(folder)):
        time.sleep(0.3)
    assert all("postgres" in p.name() for p in processes_of(folder)), processes_of(folder)
    process, port = serve(folder)
    with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert json.load(answer) == {"status": "ok"}
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert gone_within(folder, 10), processes_of(folder)
