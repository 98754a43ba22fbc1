"""How long does it take to see what a year of a county would have cost under one changed benefit parameter?

Question: seconds by the clock, and peak memory, of `rehearse` over 40,000 stays and 900,000 visits, from files and
lake to the finished result with intervals; target 20 seconds. Peer: the same by the plain reference (engines/benefit
reference.py, one bill after the other), estimated from a sample of bills. Command:

    python bench/rehearsal/measure.py LAKE [--stays 40000 --visits 900000] [--profile]

LAKE is a folder for this alone: the year is drawn there the first time and used again.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import platform
import pstats
import resource
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

POLICY = Path(__file__).resolve().parents[2] / "policy"
NEXT_YEAR = date(2027, 1, 1)
TARGET = 20
SAMPLE = 4_000


def question() -> object:
    """The deductible of the county's hospitals for residents goes from 600 to 800 yuan."""
    from yigongti.foundation.period import Month
    from yigongti.foundation.policy import Policy
    from yigongti.processes.rehearsal.changes import with_reasons
    from yigongti.processes.rehearsal.editing import NewValue, fields_of, with_new_value
    from yigongti.processes.rehearsal.rehearse import Question

    base = Policy.load(POLICY)
    given = {field.name: field.text for field in fields_of(base.parameter("benefit.deductible"), NEXT_YEAR)}
    new = NewValue(NEXT_YEAR, {**given, "value:390/county": "800"}, "residents-example-2024")
    files = with_reasons([POLICY], with_new_value(base, "benefit.deductible", new), "bench")
    return Question(files, NEXT_YEAR, Month(2026, 1), Month(2026, 12))


def one_by_one() -> float:
    """Bills a second of the plain reference on bills like these."""
    from yigongti.engines.benefit.public import Bill, Care, Level, Person, Place, Referral, Used, rules_of, settle
    from yigongti.foundation.policy import Policy

    day = date(2026, 6, 15)
    rules = rules_of(Policy.load(POLICY), "390", day)
    person = Person(date(1970, 1, 1), frozenset(), {"390": ((date(2026, 1, 1), date(2026, 12, 31)),)})
    began = time.perf_counter()
    for number in range(SAMPLE):
        care = Care.INPATIENT if number % 23 == 0 else Care.OUTPATIENT
        total = Decimal(3_000 + number) if care is Care.INPATIENT else Decimal(80 + number % 200)
        bill = Bill("390", care, Level.TOWNSHIP, Place.COMMUNITY, Referral.NONE, day, day, total)
        settle(bill, person, Used(), rules)
    return SAMPLE / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("lake", type=Path)
    parser.add_argument("--stays", type=int, default=40_000)
    parser.add_argument("--visits", type=int, default=900_000)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    from county_year import write_year

    from yigongti.kernel.jobs.progress import TerminalProgress
    from yigongti.processes.rehearsal.rehearse import rehearse

    began = time.perf_counter()
    lake = write_year(given.lake, stays=given.stays, visits=given.visits)
    print(f"the year drawn or found: {time.perf_counter() - began:.1f} s")
    asked = question()
    profile = cProfile.Profile() if given.profile else None
    began, worked = time.perf_counter(), time.process_time()
    if profile:
        profile.enable()
    result = rehearse(
        asked, layers=[POLICY], lake=lake, progress=TerminalProgress("en", lambda line: print("  " + line))
    )
    if profile:
        profile.disable()
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    if profile:
        pstats.Stats(profile).sort_stats("cumtime").print_stats(30)
    total = result.comparisons[0].total
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"fund {total.fund[0] / 100:,.2f} -> {total.fund[1] / 100:,.2f} ({total.fund_change / 100:+,.2f}, 95 % "
        f"{total.low / 100:+,.2f} to {total.high / 100:+,.2f}); {total.better:,} better, {total.worse:,} worse off"
    )
    print(f"{total.rows:,} bills, {len(result.comparisons[0].lines):,} lines of result, digest {result.digest[:16]}")
    print(f"rehearsal: {seconds:.1f} s ({processor:.1f} s of processor), peak {peak:,.0f} MiB; target {TARGET} s")
    speed = one_by_one()
    print(
        f"by the plain reference: {speed:,.0f} bills/s, so twice {total.rows:,} bills: {2 * total.rows / speed:,.0f} s"
    )


if __name__ == "__main__":
    main()
