"""kill -9 in the middle of a close: what was good stays, and the next close finishes the work."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from house_database import install

pytestmark = pytest.mark.slow


def command(data: Path, *arguments: str, **options) -> subprocess.Popen:
    program = [sys.executable, "-m", "yigongti.interfaces.cli.main", *arguments]
    environment = {**os.environ, "YIGONGTI_DATA": str(data), "YIGONGTI_LANGUAGE": "en"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )


def finished(data: Path, *arguments: str) -> str:
    process = command(data, *arguments)
    told, _ = process.communicate(timeout=600)
    assert process.returncode == 0, told
    return told


def derived(data: Path) -> set[Path]:
    return {path.relative_to(data) for path in (data / "lake" / "derived").rglob("*.parquet")}


@pytest.fixture
def data(migrated):
    # not below pytest's folder: the embedded server runs as another user, who may not enter there
    folder = Path(tempfile.mkdtemp(prefix="yigongti-killed-"))
    folder.chmod(0o755)
    install(migrated, folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_close_killed_in_the_middle_is_finished_by_the_next_one(data):
    finished(data, "demo", "--no-serve", "--residents", "4000", "--months", "1")
    whole = derived(data)
    assert whole

    process = command(data, "close", "2026-10", "--again", start_new_session=True)
    for line in process.stdout:
        if "Grouping" in line:  # the first two steps are done, pricing has begun
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=60)

    told = finished(data, "close", "2026-10")
    assert "kept from an earlier run" in told
    assert derived(data) == whole
