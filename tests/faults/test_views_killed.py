"""kill -9 between the views and their sealing: what was answered is there, and is sealed; what was not leaves no line.

And the commands that go with it, as an operator types them: seal, anchor, verify.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from house_database import install

pytestmark = pytest.mark.slow

LOOKING = """
from yigongti.interfaces.cli.project import opened
with opened():
    from django.db import connections
    cursor = connections["bulk"].cursor()
    for number in range(100000):
        cursor.execute("INSERT INTO trail_view (happened_at, account_id, by_resident_id, client, viewer,"
            " institution_id, resident_id, what, why, request_id) VALUES"
            " (now(), 1, 0, '', 'x', 1, %s, 'page', '', 'x')", [number])
        print(number, flush=True)
"""


def environment(data: Path) -> dict[str, str]:
    found = {**os.environ, "YIGONGTI_DATA": str(data), "YIGONGTI_LANGUAGE": "en"}
    found.pop("DJANGO_SETTINGS_MODULE", None)
    return found


def yigongti(data: Path, *arguments: str, code: int = 0) -> str:
    program = [sys.executable, "-m", "yigongti.interfaces.cli.main", *arguments]
    done = subprocess.run(program, env=environment(data), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def data(migrated):
    # not below pytest's folder: the embedded server runs as another user, who may not enter there
    folder = Path(tempfile.mkdtemp(prefix="yigongti-views-killed-"))
    folder.chmod(0o755)
    install(migrated, folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def killed_while_looking(data: Path, views: int) -> int:
    """Views are written, one transaction each, until database and writer are killed; answers how many were answered."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOOKING], env=environment(data), stdout=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if int(line) == views:
            break
    os.kill(int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    os.kill(process.pid, signal.SIGKILL)
    last = [int(line) for line in process.stdout.read().split()] or [views]
    process.wait(60)
    return last[-1] + 1


def tampered(data: Path, statement: str) -> None:
    from yigongti.config.embedded_postgres import EmbeddedPostgres

    server = EmbeddedPostgres(data)
    with server.running(), psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement)


def test_no_view_that_was_answered_is_lost_and_the_log_can_be_proven_afterwards(data, tmp_path):
    yigongti(data, "database", "migrate")
    answered = killed_while_looking(data, 300)

    sealed = int(yigongti(data, "trail", "seal").strip().replace(",", ""))
    assert answered <= sealed <= answered + 1  # one may have been written and not yet been answered
    assert f"{sealed} views, 0 not yet sealed" in yigongti(data, "trail", "verify")

    anchor = tmp_path / "anchor.json"
    assert "1  " in yigongti(data, "trail", "anchor", str(anchor))
    assert json.loads(anchor.read_text())["views"] == sealed
    assert "trail.anchor_exists" in yigongti(data, "trail", "anchor", str(anchor), code=1)
    assert "✓" in yigongti(data, "trail", "verify", "--anchor", str(anchor))

    tampered(data, "UPDATE trail_view SET account_id = 2 WHERE id = 7")
    assert "view 7 of block 1 was altered" in yigongti(data, "trail", "verify", code=1)
    tampered(data, "DELETE FROM trail_block")
    yigongti(data, "trail", "seal")
    yigongti(data, "trail", "verify")  # all made anew: only the anchor tells
    told = yigongti(data, "trail", "verify", "--anchor", str(anchor), code=1)
    assert "block 1 is not that of the anchor" in told
    assert yigongti(data, "trail", "retire") == ""
