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
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from load.scenario import scenario  # noqa: E402
from load.site import Site  # noqa: E402

ACCOUNTS = ("director", "hospital", "coder", "head", "insurance")
WARMED = (
    "/", "/casemix_payment/", "/casemix_payment/departments/", "/casemix_payment/groups/", "/casemix_payment/cases/",
    "/casemix_payment/weights/", "/front_pages/", "/front_pages/quality/", "/front_pages/defects/",
)  # fmt: skip
GOAL_MS = 300


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
    with Site(given.port) as site:
        sessions = {name: site.sign_in(name) for name in ACCOUNTS}
        site.warm_up(sessions, WARMED)
        shared = {"locustfile": HERE / "locustfile.py", "users": given.users, "goal_ms": GOAL_MS}
        if given.only != "rush":
            said = "users with 1 to 3 s between clicks"
            scenario(said, site, sessions, pause=(1, 3), seconds=given.seconds, **shared)
        if given.only != "pauses":
            scenario("clients without pause", site, sessions, pause=(0, 0), seconds=60, **shared)


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


if __name__ == "__main__":
    main()
