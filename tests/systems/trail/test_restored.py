"""A restored log is the log that was backed up: it verifies, holds to its anchor, and sealing goes on from it."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

LOOK = """
from yigongti.interfaces.cli.project import opened
with opened():
    from django.db import connections
    cursor = connections["bulk"].cursor()
    for _ in range(5):
        cursor.execute("INSERT INTO trail_view (happened_at, account_id, by_resident_id, client, viewer,"
                       " institution_id, resident_id, what, why, request_id)"
                       " VALUES (now(), 1, 0, '', 'x', 1, 1, 'page', '', 'x')")
"""


@pytest.fixture
def place():
    # not below pytest's folder: the embedded server runs as another user, who may not enter there
    folder = Path(tempfile.mkdtemp(prefix="yigongti-restored-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def run(data: Path, *program: str) -> str:
    environment = {**os.environ, "YIGONGTI_DATA": str(data), "YIGONGTI_LANGUAGE": "en"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, *program], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def yigongti(data: Path, *arguments: str) -> str:
    return run(data, "-m", "yigongti.interfaces.cli.main", *arguments)


def test_a_restored_log_verifies_and_goes_on(place):
    old, new, anchor = place / "old", place / "new", str(place / "anchor.json")
    yigongti(old, "database", "migrate")
    run(old, "-c", LOOK)
    yigongti(old, "trail", "seal")
    yigongti(old, "trail", "anchor", anchor)
    run(old, "-c", LOOK)  # five more that are not sealed when the backup is taken
    yigongti(old, "backup", str(place / "kept"))

    yigongti(new, "restore", str(place / "kept"))

    assert "1 blocks, 5 views, 5 not yet sealed" in yigongti(new, "trail", "verify", "--anchor", anchor)
    run(new, "-c", LOOK)
    assert yigongti(new, "trail", "seal").strip() == "10"
    assert "2 blocks, 15 views, 0 not yet sealed" in yigongti(new, "trail", "verify", "--anchor", anchor)
