"""How long does a desk wait for candidates, and how long does loading the county's residents take?

    python bench/candidates/measure.py [--residents 614000] [--searches 300] [--folder FOLDER] [--part load|search]

Draws the residents of the invented county (with the planted second registrations), loads them as `yigongti people
load` does, and then searches for candidates as a registration desk: drafts with the resident's number, with a slip in
it, without it, under a like-sounding name, and of people who are registered nowhere. Goals: loading under 180 s, 95 %
of searches under 100 ms.

FOLDER is a data folder for this alone (default: a temporary one, removed at the end); one that is there is used again.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

LOAD_GOAL_SECONDS, SEARCH_GOAL_MS = 180, 100


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--residents", type=int, default=614_000)
    asked.add_argument("--searches", type=int, default=300)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--part", choices=("load", "search"))
    given = asked.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="candidates-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # the embedded server runs as a user of its own
    os.environ["YIGONGTI_DATA"] = str(folder)
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    server = _prepared_server()
    try:
        from yigongti.interfaces.cli.project import opened

        with opened():
            if given.part != "search":
                _load(folder, given.residents)
            if given.part != "load":
                _search(given.searches)
    finally:
        server.stop()
        if not given.folder:
            shutil.rmtree(folder, ignore_errors=True)


def _prepared_server():
    """The server, up, with its roles and tables as `yigongti database prepare` makes them."""
    from yigongti.interfaces.cli.project import set_up

    set_up()
    from django.conf import settings

    from yigongti.config.embedded_postgres import EmbeddedPostgres
    from yigongti.kernel.access.database import prepare
    from yigongti.kernel.access.migrating import migrate

    server = EmbeddedPostgres(Path(settings.DATA_FOLDER))
    server.start()
    prepare(server.url("postgres", "postgres"), database="yigongti")
    migrate()
    return server


def _load(folder: Path, residents: int) -> None:
    from django.utils import timezone
    from yigongti.demo.county.second_registrations import plant_duplicates

    from yigongti.demo.county.county_files import write_residents
    from yigongti.demo.county.plan import CountyPlan
    from yigongti.demo.county.residents import draw_residents
    from yigongti.foundation.period import Month
    from yigongti.kernel.organisations.models import Institution
    from yigongti.kernel.people.loading import load_residents

    if not (folder / "residents.parquet").exists():
        plan = CountyPlan(residents=residents, months=1, last_month=Month.parse("2026-10"), seed=1)
        drawn = draw_residents(plan)
        write_residents(folder, drawn, plant_duplicates(plan, drawn))
    now = timezone.now()
    Institution.objects.using("bulk").get_or_create(
        code="C", defaults={"name": "示范县", "kind": "county", "valid_from": "2024-01-01"}
    )
    began = time.perf_counter()
    told = load_residents(folder, at=now, today=timezone.localdate(now))
    seconds = time.perf_counter() - began
    print(f"load: {told} in {seconds:.1f} s ({told.rows / seconds:,.0f} a second; goal {LOAD_GOAL_SECONDS} s)")


def _search(searches: int) -> None:
    from django.utils import timezone

    from yigongti.kernel.access.actor import Actor, HeldPost
    from yigongti.kernel.organisations.models import Institution
    from yigongti.kernel.people.matching import candidates, registration
    from yigongti.kernel.people.models import Resident

    institution = Institution.objects.using("bulk").get(code="C")
    post = HeldPost("registration_desk", institution.pk, "C", "", "", ((institution.pk, institution.pk + 1),))
    desk, now, dice = Actor(1, "bench", "", posts=(post,)), timezone.now(), random.Random(1)
    highest = Resident.objects.using("bulk").order_by("-id").values_list("id", flat=True)[0]
    rows = list(Resident.objects.using("bulk").filter(pk__in=[dice.randint(1, highest) for _ in range(searches)]))
    print(f"{highest:,} registrations, {len(rows)} residents searched for, in each of these ways:")
    for kind in ("by number", "slip in the number", "without a number", "like-sounding name", "nobody registered"):
        times, hits, most = [], 0, 0
        for row in rows:
            draft = _draft(kind, registration(row), dice)
            began = time.perf_counter()
            found = candidates(desk, institution.pk, draft, at=now).candidates
            times.append((time.perf_counter() - began) * 1000)
            hits += any(alike.public_id == row.public_id for alike in found)
            most = max(most, len(found))
        times.sort()
        print(
            f"{kind:>20}: p50 {statistics.median(times):6.1f} ms  p95 {times[int(len(times) * 0.95)]:6.1f} ms"
            f"  worst {times[-1]:6.1f} ms  found {hits}/{len(rows)}  most candidates {most}"
        )
    print(f"goal: p95 under {SEARCH_GOAL_MS} ms")


def _draft(kind: str, known, dice: random.Random):
    from yigongti.kernel.people.details import Details

    told = Details(
        name=known.name, sex=known.sex, birth_date=known.birth_date, number=known.resident_number, phone=known.phone,
        address=known.address, village_code=known.village_code,
    )  # fmt: skip
    if kind == "by number" or not known.resident_number:
        return told
    from dataclasses import replace

    if kind == "slip in the number":
        place = dice.randrange(17)
        return replace(
            told, number=f"{told.number[:place]}{(int(told.number[place]) + 1) % 10}{told.number[place + 1 :]}"
        )
    if kind == "without a number":
        return replace(told, number="")
    if kind == "like-sounding name":
        like = {"国": "帼", "明": "铭", "华": "桦", "英": "瑛", "伟": "炜", "文": "纹", "兰": "岚", "丽": "莉"}
        return replace(told, number="", name="".join(like.get(place, place) for place in told.name))
    return replace(
        told, number="", name="演示某", phone=f"1990000{dice.randrange(10_000):04d}",
        birth_date=known.birth_date + timedelta(days=dice.randrange(1, 4_000) * -1),
    )  # fmt: skip


if __name__ == "__main__":
    main()
