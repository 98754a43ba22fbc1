"""Users of a locustfile against a served site, and what they met, printed as a table."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from load.site import HEALTH_SECONDS, Health, Site


def scenario(
    said: str,
    site: Site,
    sessions: dict[str, tuple[str, str]],
    *,
    locustfile: Path,
    users: int,
    pause: tuple[float, float],
    seconds: int,
    goal_ms: int,
    told: Mapping[str, object] | None = None,
) -> None:
    """Run the users of `locustfile` against the site and print what they met. pause: least and most seconds between
    two clicks; told: what the locustfile is given besides the sessions."""
    with tempfile.TemporaryDirectory() as place:
        given = Path(place) / "given.json"
        cookie = next(iter(sessions.values()))[0]
        values = {name: value for name, (_, value) in sessions.items()}
        given.write_text(json.dumps({"cookie": cookie, "sessions": values, "pause": pause, **(told or {})}))
        command = [sys.executable, "-m", "locust", "-f", str(locustfile), "--headless", "--only-summary"]
        command += ["-u", str(users), "-r", "10", "-t", f"{seconds}s", "--host", site.address]
        command += ["--csv", f"{place}/figures", "--loglevel", "ERROR", "--stop-timeout", "10"]
        load = os.getloadavg()[0]
        health = Health(site)
        with health:
            done = subprocess.run(
                command, env=os.environ | {"YIGONGTI_BENCH": str(given)}, capture_output=True, text=True
            )
        rows = list(csv.DictReader((Path(place) / "figures_stats.csv").open(encoding="utf-8")))
        failures = list(csv.DictReader((Path(place) / "figures_failures.csv").open(encoding="utf-8")))
    if not rows:
        raise SystemExit(done.stderr)
    print(f"\n{users} {said}, {seconds} s (load before {load:.1f}, at the end {os.getloadavg()[0]:.1f})")
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
        print(f"goal p95 under {goal_ms} ms: {'reached' if float(total['95%']) < goal_ms else 'MISSED'}")
    else:
        fine = total["Failure Count"] == "0" and not health.missed
        print(f"goal every request answered, no freeze: {'reached' if fine else 'MISSED'}")
    sys.stdout.flush()
