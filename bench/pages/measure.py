"""Do the pages of a month answer quickly for 50 people at once, and do 50 clients without pause bring the site down?

    python bench/pages/measure.py --folder FOLDER [--residents 614000] [--months 12] [--seconds 90] [--port 8391]

FOLDER is a data folder for this alone, made when it is not there (about ten minutes for the full county) and kept;
other users must be able to enter it. Fee lines a stay are few (30): pages read PostgreSQL, and the lake only for the
one case shown.

First scenario: 50 users of five roles, 1 to 3 s between clicks. Second: 50 clients without any pause, with /healthz
asked once a second from beside. Every account signs in once and its session is shared, because signing in is throttled
by address. The lists are opened once before, so that reading the policy is not measured. Clients, site and database
share this machine, so the figures are upper bounds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import psutil

ACCOUNTS = ("director", "hospital", "coder", "head", "insurance")
PASSWORD = "demo-county-2026"  # published: that of every demonstration account (demo/accounts.py)
WARMED = (
    "/", "/casemix_payment/", "/casemix_payment/departments/", "/casemix_payment/groups/", "/casemix_payment/cases/",
    "/casemix_payment/weights/", "/front_pages/", "/front_pages/quality/", "/front_pages/defects/",
)  # fmt: skip
GOAL_MS = 300
HEALTH_SECONDS = 2.0
HERE = Path(__file__).resolve().parent


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--residents", type=int, default=614_000)
    asked.add_argument("--months", type=int, default=12)
    asked.add_argument("--fee-lines", type=int, default=30)
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--seconds", type=int, default=90, help="of each scenario; the second runs 60")
    asked.add_argument("--port", type=int, default=8391)
    asked.add_argument("--only", choices=("pauses", "rush"), help="one scenario only")
    asked.add_argument("--part", choices=("make",), help=argparse.SUPPRESS)
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    given.folder.chmod(0o755)
    os.environ["YIGONGTI_DATA"] = str(given.folder)
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(HERE.parents[1] / "src"), os.environ.get("PYTHONPATH")])
    )
    if given.part:
        _make(given)
        return
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"command: python bench/pages/measure.py --residents {given.residents} --months {given.months}")
    if not (given.folder / ".made").exists():
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--part", "make"], check=True)
        (given.folder / ".made").touch()
    with _Site(given.port) as site:
        sessions = {name: site.sign_in(name) for name in ACCOUNTS}
        site.warm_up(sessions)
        if given.only != "rush":
            _scenario("users with 1 to 3 s between clicks", site, sessions, given, [1, 3], given.seconds)
        if given.only != "pauses":
            _scenario("clients without pause", site, sessions, given, [0, 0], 60)


def _make(given: argparse.Namespace) -> None:
    """The county, all its months submitted and closed, and the demonstration accounts."""
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.conf import settings

        from yigongti.demo.accounts import create_accounts
        from yigongti.demo.county.public import generate
        from yigongti.demo.setup import LAST_MONTH, DemoPlan, set_up
        from yigongti.facts.public import Lake
        from yigongti.interfaces.cli.supervising import make_ready
        from yigongti.kernel.access.limits import policy
        from yigongti.kernel.jobs.progress import TerminalProgress

        make_ready()
        folder = Path(settings.DATA_FOLDER) / "demo-county"
        if not (folder / "county.json").exists():
            generate(folder, given.residents, given.months, LAST_MONTH, 1, fee_lines_per_stay=given.fee_lines)
        plan = DemoPlan(given.residents, given.months)
        progress = TerminalProgress("en", lambda line: print(" ", line, flush=True))
        set_up(plan, lake=Lake(Path(settings.LAKE_ROOT)), policy=policy(), progress=progress)
        create_accounts()


class _Site:
    """`yigongti serve` with two web processes on a loopback port, ended with everything that it started."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port

    def __enter__(self) -> _Site:
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

    def warm_up(self, sessions: dict[str, tuple[str, str]]) -> None:
        """Open every list once or twice in each web process: what a process reads once is not what is measured."""
        for name, value in sessions.values():
            for path in WARMED * 2:
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


def _scenario(
    said: str,
    site: _Site,
    sessions: dict[str, tuple[str, str]],
    given: argparse.Namespace,
    pause: list[float],
    seconds: int,
) -> None:
    with tempfile.TemporaryDirectory() as place:
        told = Path(place) / "given.json"
        cookie = next(iter(sessions.values()))[0]
        values = {name: value for name, (_, value) in sessions.items()}
        told.write_text(json.dumps({"cookie": cookie, "sessions": values, "pause": pause}))
        command = [sys.executable, "-m", "locust", "-f", str(HERE / "locustfile.py"), "--headless", "--only-summary"]
        command += ["-u", str(given.users), "-r", "10", "-t", f"{seconds}s", "--host", site.address]
        command += ["--csv", f"{place}/figures", "--loglevel", "ERROR", "--stop-timeout", "10"]
        load = os.getloadavg()[0]
        health = _Health(site)
        with health:
            done = subprocess.run(
                command, env=os.environ | {"YIGONGTI_BENCH": str(told)}, capture_output=True, text=True
            )
        rows = list(csv.DictReader((Path(place) / "figures_stats.csv").open(encoding="utf-8")))
        failures = list(csv.DictReader((Path(place) / "figures_failures.csv").open(encoding="utf-8")))
    if not rows:
        raise SystemExit(done.stderr)
    print(f"\n{given.users} {said}, {seconds} s (load before {load:.1f}, at the end {os.getloadavg()[0]:.1f})")
    print(f"{'page':<28}{'requests':>9}{'failed':>8}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'most':>8}")
    for row in rows:
        name = "all" if row["Name"] == "Aggregated" else row["Name"]
        figures = [row["Request Count"], row["Failure Count"], row["50%"], row["95%"], row["99%"], row["100%"]]
        print(f"{name:<28}{figures[0]:>9}{figures[1]:>8}" + "".join(f"{figure:>8}" for figure in figures[2:]))
    total = rows[-1]
    for row in failures:
        print(f"  failed {row['Occurrences']} ×: {row['Name']}: {row['Error']}")
    print(f"{float(total['Requests/s']):.1f} requests a second; the site holds {site.memory():.2f} GiB")
    print(
        f"/healthz: {len(health.seconds)} asked, longest {max(health.seconds, default=0):.2f} s, "
        f"{health.missed} not answered within {HEALTH_SECONDS:.0f} s"
    )
    if any(pause):
        print(f"goal p95 under {GOAL_MS} ms: {'reached' if float(total['95%']) < GOAL_MS else 'MISSED'}")
    else:
        fine = total["Failure Count"] == "0" and not health.missed
        print(f"goal every request answered, no freeze: {'reached' if fine else 'MISSED'}")
    sys.stdout.flush()


class _Health:
    """Asks /healthz once a second while a scenario runs."""

    def __init__(self, site: _Site) -> None:
        self._site, self._over = site, threading.Event()
        self.seconds: list[float] = []
        self.missed = 0

    def __enter__(self) -> _Health:
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


if __name__ == "__main__":
    main()
