"""Backup and restore: the restored installation has the same rows, the same lake and a closed month."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def place():
    # not below pytest's folder: the embedded server runs as another user, who may not enter there
    folder = Path(tempfile.mkdtemp(prefix="yigongti-backup-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def yigongti(data: Path, *arguments: str, code: int = 0) -> str:
    environment = {**os.environ, "YIGONGTI_DATA": str(data), "YIGONGTI_LANGUAGE": "en"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    program = [sys.executable, "-m", "yigongti.interfaces.cli.main", *arguments]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_a_restored_installation_has_what_was_backed_up(place):
    yigongti(place / "old", "demo", "--no-serve", "--residents", "3000", "--months", "1")
    yigongti(place / "old", "backup", str(place / "kept"))

    yigongti(place / "new", "restore", str(place / "kept"))

    assert "tables protected" in yigongti(place / "new", "database", "check")
    assert "kept from an earlier run" in yigongti(place / "new", "close", "2026-10")
    refused = yigongti(place / "new", "restore", str(place / "kept"), code=1)
    assert "backup.data_not_empty" in refused
