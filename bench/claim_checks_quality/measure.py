"""How well do the claim checks find what the demo county was planted with?

Question: precision and recall of every check against truth/claim_faults.csv of a county whose seed was not used while
the checks, the knowledge and the county were made (targets: violations 0.99/0.99, doubtful 0.80/0.80; clues reported).
Peer: none; the planted truth is the measure. Command:

    yigongti county --residents 614000 --months 1 --seed 2027 -o COUNTY
    python bench/claim_checks_quality/measure.py COUNTY [--wrong]

--wrong lists the false alarms and what was missed.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from pathlib import Path

from yigongti.demo.claim_truth import Comparison, Detection, compare, found_in, open_county
from yigongti.engines.claim_checks.public import Strength, load_checks
from yigongti.foundation.policy import Policy

POLICY = Path(__file__).resolve().parents[2] / "policy"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _line(name: str, strength: str, found: Detection) -> str:
    shares = f"{_share(found.precision):>10} {_share(found.recall):>7}"
    return f"{name:28} {strength:10} {found.planted:8,} {found.right:6,} {found.wrong:6,} {shares}"


def main(folder: Path, wrong: bool) -> None:
    checks = load_checks(Policy.load(POLICY))
    about = json.loads((folder / "county.json").read_text(encoding="utf-8"))
    connection = open_county(folder)
    begun, cpu = time.perf_counter(), time.process_time()
    comparison: Comparison = compare(folder, found_in(connection, checks))
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{about}\n{platform.machine()}, Python {platform.python_version()}, 2 threads")
    print(f"all checks, one after the other: {wall:.1f} s ({cpu:.1f} s of processor)")
    print(f"{'check':28} {'strength':10} {'planted':>8} {'right':>6} {'wrong':>6} {'precision':>10} {'recall':>7}")
    for check in checks:
        if check.id in comparison.by_check:
            print(_line(check.id, str(check.strength), comparison.by_check[check.id]))
    for strength in Strength:
        together = comparison.of(check.id for check in checks if check.strength is strength)
        print(_line("all", str(strength), together))
    if wrong:
        for name, keys in (("wrong", comparison.false_alarms), ("missed", comparison.missed)):
            for key in sorted(keys):
                print(name, *key)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--wrong" in sys.argv[2:])
