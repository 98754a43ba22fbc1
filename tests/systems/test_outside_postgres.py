"""An outside PostgreSQL (Debian's server): prepared, migrated, proved and used by the commands of the guide."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.slow


def debian_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture
def outside():
    """A server of the system's own package, on a loopback port, with passwords; ended afterwards."""
    programs = debian_programs()
    if programs is None:
        pytest.skip("PostgreSQL of the system is not installed (Debian: apt install postgresql)")
    try:
        account = pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        pytest.skip("there is no user postgres to run the server as")
    folder = Path(tempfile.mkdtemp(prefix="yigongti-outside-"))
    if os.geteuid() == 0:
        os.chown(folder, account.pw_uid, account.pw_gid)
    as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    password = folder / "password"
    password.write_text("super-1", encoding="ascii")
    password.chmod(0o644)

    def run(name: str, *arguments: str) -> None:
        subprocess.run([programs / name, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, **as_user)

    cluster = str(folder / "cluster")
    run("initdb", "-D", cluster, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}", "-E", "UTF8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-D", cluster, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield port
    finally:
        run("pg_ctl", "-D", cluster, "-w", "-m", "fast", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def yigongti(outside, tmp_path):
    """Runs the command with the settings of the guide; answers what it printed."""
    roles = {"DATABASE_URL": ("yigongti_app", "app-1"), "DATABASE_OWNER_URL": ("yigongti_owner", "owner-1"),
             "DATABASE_BULK_URL": ("yigongti_bulk", "bulk-1")}  # fmt: skip
    environment = {**os.environ, "YIGONGTI_DATA": str(tmp_path), "YIGONGTI_LANGUAGE": "en"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment |= {
        variable: f"postgresql://{role}:{password}@127.0.0.1:{outside}/yigongti"
        for variable, (role, password) in roles.items()
    }
    environment |= {f"YIGONGTI_{role.split('_')[1].upper()}_PASSWORD": word for role, word in roles.values()}

    def run(*arguments: str) -> str:
        program = [sys.executable, "-m", "yigongti.interfaces.cli.main", *arguments]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("database", "prepare", "--superuser-url", f"postgresql://postgres:super-1@127.0.0.1:{outside}/postgres")
    run("database", "migrate")
    return run


def test_every_table_is_protected_on_an_outside_server(yigongti):
    assert "tables protected" in yigongti("database", "check")


def test_a_county_is_loaded_submitted_and_closed_on_an_outside_server(yigongti):
    told = yigongti("demo", "--no-serve", "--residents", "3000", "--months", "1")
    assert "✓ Publishing payment" in told


def test_views_are_sealed_and_verified_on_an_outside_server(yigongti, outside):
    with psycopg.connect(f"postgresql://yigongti_bulk:bulk-1@127.0.0.1:{outside}/yigongti") as bulk:
        bulk.execute(
            "INSERT INTO trail_view (happened_at, account_id, by_resident_id, client, viewer, institution_id,"
            " resident_id, what, why, request_id) VALUES (now(), 1, 0, '', '演示', 1, 1, 'page', '', 'x')"
        )
    assert yigongti("trail", "seal").strip() == "1"
    assert "1 blocks, 1 views, 0 not yet sealed" in yigongti("trail", "verify")
