"""Is the inbox there in 150 ms with a million matters, for one user of each role and for twenty at once?

    python bench/matters/measure.py --folder FOLDER [--matters 1000000] [--only one|twenty|plans]

FOLDER is a data folder for this alone, made when it is not there (the register and accounts of the demo county, then
the matters) and kept; other users must be able to enter it. Clients, site and database share this machine, so the
figures are upper bounds. The plans of the inbox's query are printed for every role.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from load.scenario import scenario  # noqa: E402
from load.site import Site  # noqa: E402

GOAL_MS = 150
ACCOUNTS = ("insurance", "health", "hospital", "records", "head", "physician", "township", "village", "admin")
PAGES = ("/matters/", "/matters/?late=1", "/matters/?sort=-amount", "/matters/?q=虚构事项", "/matters/?scope=all")
ROUNDS = 40


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--matters", type=int, default=1_000_000)
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--port", type=int, default=8393)
    asked.add_argument("--only", choices=("one", "twenty", "plans"))
    asked.add_argument("--part", choices=("make", "plans"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    given.folder.chmod(0o755)
    os.environ["YIGONGTI_DATA"] = str(given.folder)
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(HERE.parents[1] / "src"), os.environ.get("PYTHONPATH")])
    )
    if given.part:
        {"make": _make, "plans": _plans}[given.part](given)
        return
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"command: python bench/matters/measure.py --matters {given.matters}")
    if not (given.folder / ".made").exists():
        _part("make")
        (given.folder / ".made").touch()
    if given.only in (None, "plans"):
        _part("plans")
    if given.only == "plans":
        return
    with Site(given.port) as site:
        sessions = {name: site.sign_in(name) for name in ACCOUNTS}
        site.warm_up(sessions, ["/matters/"])
        if given.only != "twenty":
            _one_user(site, sessions)
        if given.only != "one":
            scenario(
                "people with 1 to 3 s between clicks", site, sessions, locustfile=HERE / "locustfile.py", users=20,
                pause=(1, 3), seconds=given.seconds, goal_ms=GOAL_MS,
            )  # fmt: skip


def _part(name: str) -> None:
    subprocess.run([sys.executable, __file__, *sys.argv[1:], "--part", name], check=True)


def _one_user(site: Site, sessions: dict[str, tuple[str, str]]) -> None:
    """One page after the other, for each account."""
    print(f"\none user, {ROUNDS} times each (ms: p50 / p95; load {os.getloadavg()[0]:.1f})")
    print(f"{'account':<12}" + "".join(f"{page:>26}" for page in PAGES))
    for account, (name, value) in sessions.items():
        told = []
        for page in PAGES:
            took = sorted(_milliseconds(site, page, f"{name}={value}") for _ in range(ROUNDS))
            told.append(f"{statistics.median(took):.0f} / {took[int(len(took) * 0.95) - 1]:.0f}")
        print(f"{account:<12}" + "".join(f"{each:>26}" for each in told), flush=True)


def _milliseconds(site: Site, page: str, cookie: str) -> float:
    from urllib.parse import quote

    started = time.perf_counter()
    urlopen(Request(site.address + quote(page, safe="/?=&"), headers={"Cookie": cookie}), timeout=60).read()
    return (time.perf_counter() - started) * 1000


def _make(given: argparse.Namespace) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.conf import settings
        from django.utils import timezone
        from filling import fill

        from yigongti.demo.accounts import create_accounts
        from yigongti.demo.county.public import generate
        from yigongti.demo.setup import LAST_MONTH, mark_as_demo
        from yigongti.interfaces.cli.supervising import make_ready
        from yigongti.kernel.organisations.loading import load_register

        make_ready()
        mark_as_demo(Path(settings.DATA_FOLDER))
        folder = Path(settings.DATA_FOLDER) / "demo-county"
        if not (folder / "county.json").exists():
            generate(folder, 6_000, 1, LAST_MONTH, 1)
        load_register(folder)
        create_accounts()
        started = time.perf_counter()
        fill(given.matters, timezone.localdate(), _superuser())
        print(f"{given.matters} matters made in {time.perf_counter() - started:.0f} s", flush=True)


def _superuser() -> str:
    from django.conf import settings

    from yigongti.config.embedded_postgres import EmbeddedPostgres

    return EmbeddedPostgres(Path(settings.DATA_FOLDER)).url("postgres")


def _plans(given: argparse.Namespace) -> None:
    """The plan of the first page of the inbox, as each account's scope has it."""
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext
        from django.utils import timezone

        from yigongti.kernel.access.queries import actor_by_username
        from yigongti.kernel.access.scope import scope
        from yigongti.kernel.matters.hands import in_hands
        from yigongti.kernel.matters.pages.lines import FIELDS

        today = timezone.localdate()
        for account in ACCOUNTS:
            actor = actor_by_username(account, today)
            with scope(actor), CaptureQueriesContext(connection) as asked:
                source = in_hands(actor, today, FIELDS)
                page = source.page("due_on", 50, "", "")
                count = source.count()
                query = max((each["sql"] for each in asked.captured_queries), key=len)
                with connection.cursor() as cursor:
                    cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + query.replace("%", "%%"))
                    plan = [line for (line,) in cursor.fetchall()]
            print(f"\n{account}: {len(source.parts)} parts, {len(page.rows)} rows, counted {count}")
            print("\n".join(line for line in plan if "Scan" in line or "Time" in line or "Rows Removed" in line))


if __name__ == "__main__":
    main()
