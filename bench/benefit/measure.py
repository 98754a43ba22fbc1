"""How many bills are settled in a second: one by one with the explanation, and a county's year at once.

    python bench/benefit/measure.py --bills 20000 --rows 940000

The bills are invented: a year of a county, one stay to twenty-two visits, each person a few. Nothing is written.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import ibis

from yigongti.engines.benefit.public import (
    Bill,
    Care,
    Level,
    Person,
    Place,
    Referral,
    Used,
    rules_of,
    settle,
    settle_table,
)
from yigongti.foundation.policy import Policy

ROOT = Path(__file__).resolve().parents[2]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def drawn_bills(number: int) -> list[tuple[Bill, Person, Used]]:
    """Stays with deductibles, bands, groups, referrals, and counters that reach caps and critical illness."""
    draw = random.Random(2026)
    insured = {"390": (YEAR,)}
    found = []
    for _ in range(number):
        ended_on = YEAR[0] + timedelta(days=draw.randrange(365))
        total = Decimal(draw.randrange(100_000, 8_000_000)).scaleb(-2)
        level = draw.choice(list(Level))
        bill = Bill(
            "390",
            Care.INPATIENT,
            level,
            Place.PREFECTURE if level in (Level.CITY, Level.PROVINCE) else Place.COMMUNITY,
            draw.choice([Referral.NONE, Referral.UP, Referral.FILED]),
            ended_on - timedelta(days=8),
            ended_on,
            total,
            outside_catalogue=(total / 20).quantize(Decimal("0.01")),
            first_share=(total / 30).quantize(Decimal("0.01")),
        )
        groups = frozenset({draw.choice(["low_income", "marginal"])}) if draw.random() < 0.1 else frozenset()
        used = Used(
            admissions=draw.randrange(3),
            pool={Care.INPATIENT: Decimal(draw.randrange(24_000_000)).scaleb(-2)},
            burden=Decimal(draw.randrange(3_000_000)).scaleb(-2),
        )
        found.append((bill, Person(None, groups, insured), used))
    return found


def measure_reference(policy: Policy, number: int) -> None:
    bills = drawn_bills(number)
    rules = {bill.ended_on: rules_of(policy, "390", bill.ended_on) for bill, _, _ in bills}
    for told in (False, True):
        started, work = time.perf_counter(), time.process_time()
        for bill, person, used in bills:
            settled = settle(bill, person, used, rules[bill.ended_on])
            if told:
                assert settled.steps
        seconds, work = time.perf_counter() - started, time.process_time() - work
        what = "settled and every explanation written out" if told else "settled, explanations kept ready"
        print(
            f"reference: {number} bills {what}: {number / seconds:,.0f} a second"
            f" ({number / work:,.0f} a second of processor time)"
        )


ROWS = """
CREATE OR REPLACE TABLE settlements AS
SELECT 'H' || (n % 40) AS institution_code, lpad(n::VARCHAR, 9, '0') AS settlement_number, NULL::VARCHAR AS reverses,
  'P' || (hash(n) % ($1 // 6)) AS insured_number, DATE '1960-01-01' AS birth_date, '390' AS insurance_type,
  CASE WHEN hash(n, 1) % 10 = 0 THEN ['low_income'] ELSE [] END AS groups,
  CASE WHEN n % 23 = 0 THEN 'inpatient' WHEN n % 23 < 4 THEN 'two_diseases' WHEN n % 23 = 4 THEN 'special_disease'
    ELSE 'outpatient' END AS care,
  ['village', 'township', 'county'][1 + (hash(n, 2) % 3)::INTEGER] AS level, 'community' AS place,
  CASE WHEN hash(n, 3) % 8 = 0 THEN 'up' ELSE 'none' END AS referral,
  CASE WHEN n % 23 IN (1, 2) THEN 'hypertension' WHEN n % 23 = 3 THEN 'diabetes' WHEN n % 23 = 4 THEN 'dialysis' END
    AS disease_code,
  DATE '2026-01-01' + (hash(n, 4) % 360)::INTEGER AS started_on, started_on + 4 AS ended_on, ended_on AS settled_on,
  ((CASE WHEN n % 23 = 0 THEN 600000 ELSE 12000 END * (1 + hash(n, 5) % 100) / 50)::BIGINT / 100)::DECIMAL(14, 2)
    AS total_cost,
  (total_cost / 20)::DECIMAL(14, 2) AS outside_catalogue, NULL::DECIMAL(14, 2) AS above_limits,
  (total_cost / 30)::DECIMAL(14, 2) AS first_share, NULL::DECIMAL(14, 2) AS personal_account
FROM range($1) AS given(n)
"""


def measure_table(policy: Policy, rows: int, threads: int) -> None:
    backend = ibis.duckdb.connect()
    connection: duckdb.DuckDBPyConnection = backend.con
    connection.execute(f"SET threads = {threads}")
    connection.execute(ROWS, [0])
    started = time.perf_counter()
    answer = settle_table(backend.table("settlements"), policy, first_on=YEAR[0], last_on=YEAR[1])
    totals = answer.aggregate(
        rows=answer.count(), refused=answer.refused.count(), pool=answer.pool_fund.sum(), cash=answer.cash.sum()
    )
    backend.to_pyarrow(totals)  # hands the tables of terms over
    sql = backend.compile(totals)
    written = time.perf_counter() - started
    connection.execute(ROWS, [rows])
    started, work = time.perf_counter(), time.process_time()
    print(connection.execute(sql).fetchall()[0])
    seconds, work = time.perf_counter() - started, time.process_time() - work
    print(f"table: {rows} bills in {seconds:.2f} s on {threads} threads: {rows / seconds:,.0f} a second")
    print(f"  ({work:.2f} s of processor time: {threads * rows / work:,.0f} a second if both threads had a core each)")
    print(f"  (the query of {len(sql) // 1000} kB was written, twice, in {written:.2f} s before)")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bills", type=int, default=20_000)
    arguments.add_argument("--rows", type=int, default=940_000)
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    policy = Policy.load(ROOT / "policy")
    measure_reference(policy, given.bills)
    measure_table(policy, given.rows, given.threads)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
