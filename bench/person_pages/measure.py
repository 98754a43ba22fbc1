"""Do persons' pages answer quickly for 50 clinicians on the full county, also when they ask without pause?

    python bench/person_pages/measure.py --folder FOLDER [--residents 614000] [--months 12] [--only pauses|rush]

FOLDER is a data folder for this alone, made when it is not there (the full county takes about half an hour) and kept;
other users must be able to enter it. Twenty physicians of the two county hospitals, twenty village doctors and ten of
township teams share ten accounts; each opens persons in its own care. First scenario: 50 clinicians, 1 to 3 s between
clicks. Second: 50 clients without any pause, with /healthz asked once a second from beside. Clients, site and database
share this machine, so the figures are upper bounds.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from load.scenario import scenario  # noqa: E402
from load.site import PASSWORD, Site  # noqa: E402

GOAL_MS = 300
PLACES = (("physician", 101, 2), ("physician", 102, 2), ("village_doctor", 1001, 4), ("village_doctor", 1101, 2))
"""Role, number of the first institution of the demo county, how many institutions in turn get an account."""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--residents", type=int, default=614_000)
    asked.add_argument("--months", type=int, default=12)
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--seconds", type=int, default=90, help="of the first scenario; the second runs 60")
    asked.add_argument("--port", type=int, default=8392)
    asked.add_argument("--only", choices=("pauses", "rush"), help="one scenario only")
    asked.add_argument("--part", choices=("make", "people"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    given.folder.chmod(0o755)
    os.environ["YIGONGTI_DATA"] = str(given.folder)
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(HERE.parents[1] / "src"), os.environ.get("PYTHONPATH")])
    )
    if given.part == "make":
        _make(given)
        return
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"command: python bench/person_pages/measure.py --residents {given.residents} --months {given.months}")
    if not (given.folder / ".made").exists():
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--part", "make"], check=True)
        (given.folder / ".made").touch()
    people = _people()
    with Site(given.port) as site:
        sessions = {name: site.sign_in(name) for name in people}
        site.warm_up(sessions, ["/health_records/"])
        shared = {"locustfile": HERE / "locustfile.py", "users": given.users, "goal_ms": GOAL_MS}
        shared["told"] = {"people": people}
        if given.only != "rush":
            said = "clinicians with 1 to 3 s between clicks"
            scenario(said, site, sessions, pause=(1, 3), seconds=given.seconds, **shared)
        if given.only != "pauses":
            scenario("clients without pause", site, sessions, pause=(0, 0), seconds=60, **shared)


def _make(given: argparse.Namespace) -> None:
    """The county with its residents, stays and records, and the accounts of the clinicians."""
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.conf import settings
        from django.utils import timezone

        from yigongti.demo.county.institutions import institution_code
        from yigongti.demo.county.public import generate
        from yigongti.demo.setup import LAST_MONTH, DemoPlan, set_up
        from yigongti.facts.public import Lake
        from yigongti.interfaces.cli.supervising import make_ready
        from yigongti.kernel.access.actions.create_account import create_account
        from yigongti.kernel.access.limits import policy
        from yigongti.kernel.jobs.progress import TerminalProgress

        make_ready()
        folder = Path(settings.DATA_FOLDER) / "demo-county"
        if not (folder / "county.json").exists():
            generate(folder, given.residents, given.months, LAST_MONTH, 1, fee_lines_per_stay=30)
        plan = DemoPlan(given.residents, given.months, clinics_with_records=256)
        progress = TerminalProgress("en", lambda line: print(" ", line, flush=True))
        set_up(plan, lake=Lake(Path(settings.LAKE_ROOT)), policy=policy(), progress=progress)
        for role, first, count in PLACES:
            for number in range(count):
                code = institution_code(first if role == "physician" else first + number)
                create_account(
                    username=f"bench-{role}-{first}-{number}", display_name="演示·医生", password=PASSWORD,
                    role_id=role, institution_code=code, at=timezone.now(), valid_from=date(2024, 1, 1), is_demo=True,
                )  # fmt: skip


def _people() -> dict[str, list[str]]:
    """User name → addresses of up to 200 persons with a record in the care of the account's institution today."""
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.db import connections

        from yigongti.kernel.access.models import Post

        found = {}
        for post in Post.objects.using("bulk").filter(account__username__startswith="bench-").select_related("account"):
            with connections["bulk"].cursor() as cursor:
                cursor.execute(
                    "SELECT DISTINCT r.public_id FROM people_care c JOIN people_resident r ON r.id = c.resident_id"
                    " WHERE c.institution_id = %s AND c.valid_to >= scope.today() AND EXISTS"
                    " (SELECT 1 FROM records_resource x WHERE x.resident_id = r.id AND x.type = 'Condition') LIMIT 200",
                    [post.institution_id],
                )
                found[post.account.username] = [f"/health_records/people/{row[0]}" for row in cursor.fetchall()]
        return {name: addresses for name, addresses in found.items() if addresses}


if __name__ == "__main__":
    main()
