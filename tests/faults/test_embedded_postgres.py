"""The embedded database under ill treatment: killed, shared, broken off while being made."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from yigongti.config.embedded_postgres import EmbeddedPostgres
from yigongti.kernel.access.database import prepare

pytestmark = pytest.mark.slow


@pytest.fixture
def folder():
    """A folder that the database's own user can reach (pytest's is closed to others)."""
    with tempfile.TemporaryDirectory(prefix="yigongti-faults-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def postmaster(folder):
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def query(server, text):
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        found = connection.execute(text)
        return found.fetchone() if found.description else None


def test_after_kill_9_the_next_start_works_and_what_was_committed_is_there(folder):
    server = EmbeddedPostgres(folder)
    server.start()
    query(server, "CREATE TABLE kept AS SELECT 42 AS n")
    os.kill(postmaster(folder), signal.SIGKILL)
    again = EmbeddedPostgres(folder)
    deadline = time.monotonic() + 30
    with again.running():
        while time.monotonic() < deadline:
            try:
                assert query(again, "SELECT n FROM kept") == (42,)
                break
            except psycopg.OperationalError:
                time.sleep(0.2)  # it is still recovering
        else:
            pytest.fail("the database did not answer again")
    server.stop()
    assert not again.is_running()


def test_the_server_lives_until_the_last_of_two_processes_leaves(folder):
    first = EmbeddedPostgres(folder)
    first.start()
    program = (
        "import sys; from pathlib import Path; from yigongti.config.embedded_postgres import EmbeddedPostgres\n"
        f"s = EmbeddedPostgres(Path({str(folder)!r})); s.start(); print('up', flush=True); sys.stdin.read(); s.stop()"
    )
    other = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout.readline() == b"up\n"
    first.stop()
    assert first.is_running()
    other.communicate()
    assert not first.is_running()


def test_a_holder_that_was_killed_does_not_keep_the_server_up(folder):
    program = (
        "import time; from pathlib import Path; from yigongti.config.embedded_postgres import EmbeddedPostgres\n"
        f"EmbeddedPostgres(Path({str(folder)!r})).start(); print('up', flush=True); time.sleep(600)"
    )
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert other.stdout.readline() == b"up\n"
    other.kill()
    other.wait()
    server = EmbeddedPostgres(folder)
    with server.running():
        assert query(server, "SELECT 1") == (1,)
    assert not server.is_running()


def test_a_cluster_that_was_broken_off_while_being_made_is_made_anew(folder):
    (folder / "postgres" / "base").mkdir(parents=True)
    (folder / "postgres" / "postgresql.conf").write_text("half", encoding="utf-8")
    server = EmbeddedPostgres(folder)
    with server.running():
        assert query(server, "SELECT 1") == (1,)


def test_the_socket_is_closed_to_other_users_and_no_port_is_open(folder):
    server = EmbeddedPostgres(folder)
    with server.running():
        assert server.socket_folder.stat().st_mode & 0o077 == 0
        assert query(server, "SHOW listen_addresses") == ("",)


def test_preparing_twice_changes_nothing(folder):
    server = EmbeddedPostgres(folder)
    with server.running():
        for _ in range(2):
            prepare(server.url("postgres", "postgres"), database="yigongti")
        assert query(server, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'yigongti%'") == (3,)


def test_a_folder_with_a_long_name_works_too(folder):
    long = folder / ("x" * 90)
    long.mkdir()
    server = EmbeddedPostgres(long)
    with server.running():
        assert query(server, "SELECT 1") == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs programs that another user can reach")
def test_programs_below_a_closed_folder_are_copied_and_nothing_is_opened(folder, monkeypatch):
    monkeypatch.setattr("yigongti.config.embedded_postgres.open_to_all", lambda _folder: False)
    server = EmbeddedPostgres(folder)
    with server.running():
        assert query(server, "SELECT 1") == (1,)
    assert list(folder.glob("postgres-programs-*/*/pginstall18/bin/postgres"))


def test_data_of_root_below_a_closed_home_moves_to_a_place_that_others_can_reach(tmp_path, monkeypatch):
    from yigongti.config import paths

    monkeypatch.delenv("YIGONGTI_DATA", raising=False)
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path / "home" / "checkout")
    (tmp_path / "home" / "checkout").mkdir(parents=True)
    (tmp_path / "home").chmod(0o700)
    monkeypatch.setattr(paths.os, "geteuid", lambda: 0)
    made = []
    monkeypatch.setattr(paths.Path, "mkdir", lambda self, **_options: made.append(self))
    assert str(paths.data_folder()).startswith("/var/lib/yigongti/")
    assert str(made[0]).startswith("/var/lib/yigongti/")
