"""How well and how fast are registrations of one person found?

    python bench/identity/measure.py --residents 60000 --seeds 7,8,9,10        precision and recall
    python bench/identity/measure.py --residents 1000000 --seeds 2026          speed
    python bench/identity/measure.py --candidates                              ranking 300 candidates at the desk

Seeds must not be the one that policy/identity/weights.yaml was trained on (it names it). Work is held to two threads
and --memory GiB of DuckDB. Timed: reading Parquet, normalising, blocking, weighing, clustering; not the generation.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
from residents import Planted, registrations, write_county

from yigongti.engines.identity.public import (
    Linking,
    Matching,
    deduplicate,
    load_matching,
    measure_detection,
    rank,
    search_keys,
)
from yigongti.engines.identity.table import registrations_of
from yigongti.foundation.policy import Policy

ON = date(2026, 11, 24)
POLICY = Path(__file__).resolve().parents[2] / "policy"


def main() -> None:
    """Measure what was asked and print it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--residents", type=int, default=60_000)
    asked.add_argument("--seeds", default="7,8,9,10")
    asked.add_argument("--memory", type=int, default=4)
    asked.add_argument("--candidates", action="store_true")
    asked.add_argument("--without-insured-numbers", action="store_true")
    given = asked.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}")
    matching = load_matching(Policy.load(POLICY), ON)
    print(f"weights: {matching.weights.trained_on}")
    with tempfile.TemporaryDirectory() as place:
        if given.candidates:
            _candidates(Path(place), matching)
            return
        for seed in map(int, given.seeds.split(",")):
            _county(
                Path(place) / str(seed), given.residents, seed, given.memory, matching, given.without_insured_numbers
            )


def _county(folder: Path, residents: int, seed: int, memory: int, matching: Matching, uninsured: bool) -> None:
    file, duplicates, look_alikes = write_county(folder, residents, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    connection = duckdb.connect()
    connection.execute(f"SET threads = 2; SET memory_limit = '{memory}GiB'")
    started, processor = time.perf_counter(), time.process_time()
    linking = deduplicate(registrations(file, uninsured), matching, connection)
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{residents} residents, seed {seed}: {linking.registrations} registrations in {seconds:.1f} s "
        f"({processor:.1f} s of processor time), {linking.compared} pairs compared; "
        f"peak memory {peak / 2**20:.2f} GiB (generating alone: {before / 2**20:.2f})"
    )
    _quality(linking, duplicates, look_alikes)


def _quality(linking: Linking, duplicates: Planted, look_alikes: Planted) -> None:
    rows = linking.pairs.select(["key_l", "key_r", "decision", "rule"]).to_pylist()
    same = [(row["key_l"], row["key_r"]) for row in rows if row["decision"] == "same"]
    doubtful = {(row["key_l"], row["key_r"]) for row in rows if row["decision"] == "doubtful"}
    found = measure_detection(same, [(one.of, one.resident_id, one.what) for one in duplicates])
    print(
        f"  precision {found.precision:.5f} ({found.found} of {found.reported}), "
        f"recall {found.recall:.5f} ({found.found} of {found.known})"
    )
    print("  by kind: " + ", ".join(f"{kind} {good}/{all_}" for kind, (good, all_) in found.by_kind.items()))
    print(
        f"  wrong: {found.wrong[:10]}; missed but doubtful: {len(set(found.missed) & doubtful)} of {len(found.missed)}"
    )
    alike = {tuple(sorted((one.of, one.resident_id))): one.what for one in look_alikes}
    merged = Counter(alike[pair] for pair in same if pair in alike)
    asked = Counter(alike[pair] for pair in doubtful if pair in alike)
    print(f"  look-alikes {dict(Counter(alike.values()))}: merged {dict(merged)}, doubtful {dict(asked)}")
    rules = Counter(row["rule"] or "probability" for row in rows if row["decision"] == "doubtful")
    print(f"  doubtful pairs in all: {len(doubtful)} {dict(rules)}")


def _candidates(folder: Path, matching: Matching) -> None:
    file, _, _ = write_county(folder, 60_000, 7)
    people = registrations_of(registrations(file).read_all())
    draft, pool = people[0], people[1:301]
    times = []
    for _ in range(50):
        started = time.perf_counter()
        rank(draft, pool, matching, 10)
        times.append((time.perf_counter() - started) * 1000)
    keys = time.perf_counter()
    found = search_keys(draft)
    keys = (time.perf_counter() - keys) * 1000
    print(
        f"ranking 300 candidates: median {statistics.median(times):.2f} ms, slowest of 50 {max(times):.2f} ms "
        f"(the first reads its names' pinyin); {len(found)} search keys in {keys:.3f} ms"
    )


if __name__ == "__main__":
    main()
