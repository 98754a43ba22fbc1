"""A served site for benchmarks: `yigongti serve` on a loopback port, sessions of demonstration accounts, its memory."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import psutil

PASSWORD = "demo-county-2026"  # published: that of every demonstration account (demo/accounts.py)
HEALTH_SECONDS = 2.0


class Site:
    """`yigongti serve` with two web processes on a loopback port, ended with everything that it started."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port

    def __enter__(self) -> Site:
        command = [sys.executable, "-m", "yigongti.interfaces.cli.main", "serve", "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(600):
            if self.healthy(1.0) is not None:
                return self
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        self.__exit__()
        raise SystemExit("the site did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(60)

    def healthy(self, timeout: float) -> float | None:
        """The seconds that /healthz took; None when it did not answer in time or not with 200."""
        started = time.perf_counter()
        try:
            with urlopen(f"{self.address}/healthz", timeout=timeout) as answer:
                return time.perf_counter() - started if answer.status == 200 else None
        except OSError:
            return None

    def sign_in(self, username: str) -> tuple[str, str]:
        """Name and value of the session cookie of a demonstration account."""
        jar = CookieJar()
        browser = build_opener(HTTPCookieProcessor(jar))
        page = browser.open(f"{self.address}/accounts/sign-in").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token[1] if token else ""}
        browser.open(Request(f"{self.address}/accounts/sign-in", urlencode(form).encode(), {"Referer": self.address}))
        found = [cookie for cookie in jar if "session" in cookie.name]
        if not found:
            raise SystemExit(f"{username} could not sign in")
        return found[0].name, str(found[0].value)

    def warm_up(self, sessions: dict[str, tuple[str, str]], paths: Sequence[str]) -> None:
        """Open every list once or twice in each web process: what a process reads once is not what is measured."""
        for name, value in sessions.values():
            for path in [*paths, *paths]:
                urlopen(Request(f"{self.address}{path}", headers={"Cookie": f"{name}={value}"}), timeout=60).read()

    def memory(self) -> float:
        """GiB of the site's own processes, shared pages counted once; the database is not among them."""
        processes = [self._process.pid, *(child.pid for child in psutil.Process(self._process.pid).children(True))]
        held = 0
        for number in processes:
            try:
                process = psutil.Process(number)
                if process.name() != "postgres":
                    held += process.memory_full_info().pss
            except psutil.Error:
                continue
        return held / 1024**3


class Health:
    """Asks /healthz once a second while a scenario runs."""

    def __init__(self, site: Site) -> None:
        self._site, self._over = site, threading.Event()
        self.seconds: list[float] = []
        self.missed = 0

    def __enter__(self) -> Health:
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.wait(1.0):
            seconds = self._site.healthy(HEALTH_SECONDS)
            if seconds is None:
                self.missed += 1
            else:
                self.seconds.append(seconds)
