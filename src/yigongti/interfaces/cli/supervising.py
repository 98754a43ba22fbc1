"""The processes of a running site: one web server and one worker, started together and ended together."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from yigongti.foundation.errors import YigongtiError


class Interrupted(Exception):
    """A signal asks us to end."""


def make_ready() -> None:
    """What a start needs: translations compiled, tables at this version, static files collected; quick when done."""
    from django.conf import settings

    from yigongti.kernel.presentation.translations import compile_all

    compile_all(settings.PACKAGE)
    if "owner" in settings.DATABASES:
        from yigongti.kernel.access.migrating import migrate

        migrate()
    _collect_static(Path(settings.STATIC_ROOT))


def _collect_static(target: Path) -> None:
    """Collect and compress the static files, unless they are those of the last time (compressing takes seconds)."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    sources = sorted(
        f"{path} {(found := storage.path(path))} {Path(found).stat().st_size} {Path(found).stat().st_mtime_ns}"
        for finder in get_finders()
        for path, storage in finder.list([])
    )
    mark, wanted = target / ".collected", hashlib.sha256("\n".join(sources).encode()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(wanted)


def _end_with_parent() -> None:
    """On Linux the kernel ends a child whose parent was killed; it also keeps Ctrl-C from reaching it before us."""
    os.setsid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _start(arguments: list[str], **environment: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product", **environment}
    return subprocess.Popen([sys.executable, "-m", *arguments], env=env, preexec_fn=_end_with_parent)


def supervise(*, host: str, port: int, workers: int, jobs: bool, opened: Callable[[str, int], None]) -> None:
    """Run until Ctrl-C, SIGTERM or until one of the processes ends; then end all and wait for them."""

    def interrupt(number: int, frame: object) -> None:
        raise Interrupted

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    running: list[subprocess.Popen[bytes]] = []
    try:
        web = [
            *("granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)),
            *("--blocking-threads", str(min(8, max(2, os.cpu_count() or 2))), "--backpressure", "256", "--no-ws"),
            *("--respawn-failed-workers", "--workers-kill-timeout", "10s", "--log-level", "warning"),
            "yigongti.config.wsgi:application",
        ]
        running.append(_start(web, YIGONGTI_DATABASES="default"))
        if jobs:
            running.append(_start(["yigongti.kernel.jobs.worker"]))
        _wait_until_it_answers(host, port, running)
        opened(host, port)
        while all(process.poll() is None for process in running):
            time.sleep(0.3)
        raise _ended()
    except (Interrupted, KeyboardInterrupt):
        pass
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave a process behind
        _end(running)
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_until_it_answers(host: str, port: int, running: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(300):
        if any(process.poll() is not None for process in running):
            raise _ended()
        with contextlib.suppress(URLError, OSError), urlopen(f"http://{host}:{port}/healthz", timeout=2):
            return
        time.sleep(0.1)
    raise _ended()


def _ended() -> YigongtiError:
    return YigongtiError(
        "serve.process_ended",
        zh="网站的一个进程意外结束（端口可能已被占用），请查看上面的日志",
        en="a process of the site ended (the port may be taken); see the log above",
    )


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + 15
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        # granian's own workers are in its group
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
