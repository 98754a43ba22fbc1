"""What does it cost to log that somebody looked at a record, and how fast is the log sealed and verified?

    python bench/views/measure.py [--residents 2000] [--pairs 400] [--views 200000]

A page of a resident (five queries under row security, drawn in the shell) is asked for through the whole chain of
middleware by a signed-in physician, in one process, turn by turn with the log and without: the same address, the same
resident, only the call of `viewed` differs. The database is a durable embedded one, so that the log's commit waits for
the disk as it does in a county. Then views are written in bulk, sealed, and verified.

The page is a stand-in that the bench brings along; it is lighter than a real record, so the share of the log is an
upper bound.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--residents", type=int, default=2_000)
    asked.add_argument("--pairs", type=int, default=400, help="requests with and without the log, each")
    asked.add_argument("--views", type=int, default=200_000, help="lines to be sealed and verified; 0: none")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="yigongti-views-"))
    folder.chmod(0o755)
    os.environ |= {"YIGONGTI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product"}
    os.environ |= {"YIGONGTI_HOSTS": "testserver"}
    sys.path[:0] = [str(HERE.parents[1] / "src"), str(HERE)]
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"command: python bench/views/measure.py {' '.join(sys.argv[1:])}")
    try:
        from yigongti.interfaces.cli.project import opened

        with opened():
            residents = _made(given.residents)
            _pages(residents, given.pairs)
            if given.views:
                _log(residents, given.views)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(many: int) -> list[int]:
    """A county of one hospital with residents in its care, and a physician; all invented."""
    from django.utils import timezone

    from yigongti.interfaces.cli.supervising import make_ready
    from yigongti.kernel.access.models import Account, Post
    from yigongti.kernel.organisations.models import Institution
    from yigongti.kernel.people.models import Care, Identifier, Resident, ResidentGroup

    make_ready()
    day, now = "2026-01-01", timezone.now()
    hospital = Institution.objects.using("bulk").create(
        code="H1", name="示范县人民医院", kind=Institution.Kind.COUNTY_HOSPITAL, valid_from=day
    )
    account = Account(username="bench", display_name="演示·医师", is_demo=True)
    account.set_password("right-password-1")
    account.save(using="bulk")
    Post.objects.using("bulk").create(account=account, institution=hospital, role_id="physician", valid_from=day)
    made = Resident.objects.using("bulk").bulk_create(
        [Resident(institution=hospital, name=f"演示·{n}", registered_at=now) for n in range(many)]
    )
    kinds = (Care.Kind.ENCOUNTER, Care.Kind.CONTRACT, Care.Kind.REFERRAL)
    Care.objects.using("bulk").bulk_create(
        Care(resident=r, institution=hospital, kind=kind, valid_from=day, made_at=now, source=f"{kind} {r.pk}")
        for r in made
        for kind in kinds
    )
    Identifier.objects.using("bulk").bulk_create(
        Identifier(resident=r, institution=hospital, kind="record", value=str(r.pk)) for r in made
    )
    ResidentGroup.objects.using("bulk").bulk_create(
        ResidentGroup(resident=r, group=group, valid_from=day) for r in made for group in ("elder", "chronic")
    )
    return [resident.pk for resident in made]


def _pages(residents: list[int], pairs: int) -> None:
    """Times of the same page with and without the log, turn by turn."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    settings.ROOT_URLCONF = "stand_in"
    browser = Client()
    answer = browser.post("/accounts/sign-in", {"username": "bench", "password": "right-password-1"})
    assert answer.status_code == 302, answer.content.decode()
    times: dict[str, list[float]] = {"0": [], "1": []}
    for number in range(pairs + 20):
        whom = residents[number * 7 % len(residents)]
        for log in ("0", "1") if number % 2 else ("1", "0"):
            began = time.perf_counter()
            answer = browser.get(f"/stand-in/{whom}?log={log}")
            took = time.perf_counter() - began
            assert answer.status_code == 200, answer.content.decode()
            if number >= 20:  # the first ones warm the process
                times[log].append(took * 1000)
    with connections["bulk"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM trail_view")
        assert cursor.fetchone()[0] == pairs + 20, "every page with the log must have left its line"
    print(f"\n{pairs} pages each{'p50 ms':>21}{'mean':>8}{'p95':>8}")
    for log, said in (("0", "without the log"), ("1", "with the log")):
        found = sorted(times[log])
        middle, p95 = statistics.median(found), found[int(len(found) * 0.95)]
        print(f"{said:<28}{middle:>8.2f}{statistics.mean(found):>8.2f}{p95:>8.2f}")
    more = [b - a for a, b in zip(times["0"], times["1"], strict=True)]
    share = statistics.median(more) / statistics.median(times["0"]) * 100
    print(f"the log costs {statistics.median(more):.2f} ms at the middle of all pairs, {share:.1f} % of the page")
    print(f"goal under 5 %: {'reached' if share < 5 else 'MISSED'}")


def _log(residents: list[int], many: int) -> None:
    """Writing in bulk, sealing, verifying; lines a second and bytes a line."""
    from django.db import connections
    from django.utils import timezone

    from yigongti.kernel.trail import sealing, verifying

    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_view (happened_at, account_id, by_resident_id, client, viewer, institution_id,"
            " resident_id, what, why, address, request_id)"
            " SELECT now(), 1, 0, '', '演示·医师', 1, 1 + n %% %s, 'page: record; Observation, Condition',"
            " 'encounter 12', '10.0.0.9', md5(n::text) FROM generate_series(1, %s) n",
            [len(residents), many],
        )
        began, sealed = time.perf_counter(), 0
        while lines := sealing.seal(at=timezone.now()):
            sealed += lines
        took = time.perf_counter() - began
        print(f"\nsealed {sealed:,} lines in {took:.1f} s: {sealed / took:,.0f} lines a second")
        began = time.perf_counter()
        verdict = verifying.verify()
        took = time.perf_counter() - began
        assert verdict.is_sound and not verdict.unsealed, verdict
        print(f"verified {verdict.lines:,} lines in {took:.1f} s: {verdict.lines / took:,.0f} lines a second")
        cursor.execute(
            "SELECT sum(pg_table_size(inhrelid)), sum(pg_indexes_size(inhrelid)) FROM pg_inherits"
            " WHERE inhparent = 'trail_view'::regclass"
        )
        table, indexes = cursor.fetchone()
        cursor.execute("SELECT pg_total_relation_size('trail_block')")
        lines, blocks = verdict.lines, cursor.fetchone()[0]
        print(
            f"a line holds {table / lines:.0f} bytes, its indexes {indexes / lines:.0f}, its block {blocks / lines:.0f}"
        )


if __name__ == "__main__":
    main()
