"""How long does the clearing of a county's year take, from a year of settlements to entries in the ledger?

    python bench/year_end_clearing/measure.py [--insured 600000] [--visits 900000] [--stays 40000] [--only sums]

Makes an invented county in memory: two communities, 21 townships, 400 village clinics; a year of settlements. Then
1. the tables: whose community, spending, late bills and counter-indicators of the whole year (engines/fund, DuckDB);
2. the sums: budget, shares, the forecast of each month of the year, cases by points, clearing, distribution;
3. the process: computed, confirmed and posted in PostgreSQL (an embedded server of its own), and once more.
Goal: under 30 seconds together.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[2]
YEAR, GOAL_SECONDS = 2026, 30
COMMUNITIES, TOWNSHIPS, VILLAGES = 2, 21, 400


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--insured", type=int, default=600_000)
    asked.add_argument("--visits", type=int, default=900_000)
    asked.add_argument("--stays", type=int, default=40_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", choices=("sums",), help="without PostgreSQL")
    given = asked.parse_args()
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    settlements, insured = told("making a year (not counted)", lambda: made(given))[0]
    spent, tables = told("tables: spending, late bills, counter-indicators", lambda: computed(settlements, insured))
    total = tables + told("sums: budget, shares, forecasts, cases, clearing, distribution", lambda: summed(spent))[1]
    if not given.only:
        total += process()
    print(f"together {total:.1f} s, goal under {GOAL_SECONDS} s: {'reached' if total < GOAL_SECONDS else 'MISSED'}")


def told(said: str, work: Callable[[], Any]) -> tuple[Any, float]:
    """Do it; tell its seconds, processor seconds and the peak memory so far."""
    began, processor = time.perf_counter(), time.process_time()
    answer = work()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{said}: {seconds:.2f} s, processor {time.process_time() - processor:.2f} s, peak {peak:.2f} GiB")
    return answer, seconds


def made(given: argparse.Namespace) -> tuple[pa.Table, pa.Table]:
    """An invented year: settlements with the columns that the engine reads, and the insured people."""
    draw = np.random.default_rng(given.seed)
    count = given.visits + given.stays
    stay = np.arange(count) < given.stays
    person = draw.integers(0, given.insured, count)
    place = np.where(
        stay,
        draw.choice(5, count, p=(0.6, 0.15, 0.12, 0.1, 0.03)),
        draw.choice(5, count, p=(0.93, 0.04, 0.02, 0.01, 0)),
    )
    began = np.datetime64(f"{YEAR}-01-01") + draw.integers(0, 365, count)
    days = np.where(stay, draw.integers(1, 20, count), 0)
    late = np.where(place >= 2, draw.integers(0, 120, count), draw.integers(0, 3, count))
    cost = np.where(stay, draw.gamma(2, 3000, count), draw.gamma(2, 60, count)).round(2)
    pool = (cost * 0.6).round(2)
    names = np.array(("community", "county", "prefecture", "province", "country"))
    care = np.where(
        stay, "inpatient", draw.choice(("outpatient", "two_diseases", "special_disease"), count, p=(0.7, 0.2, 0.1))
    )
    codes = np.array([f"{letter}{number:02d}" for letter in "EIJKMN" for number in range(100)])
    numbers = np.char.add("P", person.astype(str))
    yuan = pa.decimal128(18, 2)
    settlements = pa.table(
        {
            "institution_code": np.char.add("T", (person % TOWNSHIPS).astype(str)),
            "settlement_number": np.char.add("S", np.arange(count).astype(str)),
            "reverses": pa.nulls(count, pa.string()),
            "insured_number": numbers,
            "care": care,
            "place": names[place],
            "treated_at": np.char.add("X", draw.integers(0, 60, count).astype(str)),
            "diagnosis": codes[draw.integers(0, len(codes), count)],
            "started_on": began.astype("datetime64[D]"),
            "ended_on": (began + days).astype("datetime64[D]"),
            "settled_on": (began + days + late).astype("datetime64[D]"),
            "total_cost": pa.array(cost).cast(yuan, safe=False),
            "pool_fund": pa.array(pool).cast(yuan, safe=False),
            "month": np.datetime_as_string((began + days + late).astype("datetime64[M]")),
            "insurance_type": np.full(count, "390"),
            "referral": np.full(count, "none"),
            "critical_illness": pa.nulls(count, yuan),
            "medical_assistance": pa.nulls(count, yuan),
            "other_funds": pa.nulls(count, yuan),
            "outside_catalogue": pa.nulls(count, yuan),
            "personal_account": pa.nulls(count, yuan),
            "cash": pa.array((cost - pool).round(2)).cast(yuan, safe=False),
        }
    )
    everyone = np.arange(given.insured)
    insured = pa.table(
        {
            "insured_number": np.char.add("P", everyone.astype(str)),
            "institution_code": np.char.add("T", (everyone % TOWNSHIPS).astype(str)),
            "community_code": np.char.add("C", (everyone % TOWNSHIPS % COMMUNITIES).astype(str)),
            "birth_date": pa.nulls(given.insured, pa.date32()),
            "sex": np.where(everyone % 2 == 0, "1", "2"),
            "insurance_type": np.full(given.insured, "390"),
        }
    )
    return settlements, insured


def computed(settlements: pa.Table, insured: pa.Table) -> dict[str, Any]:
    """The year's tables, as the engine's expressions over DuckDB."""
    from yigongti.engines.fund.public import attributed, counter_indicators, insured_of, late_bills, spending
    from yigongti.facts.public import open_duckdb

    connection = open_duckdb(memory_limit="2GB", threads=2)
    codes = [f"T{number}" for number in range(TOWNSHIPS)]
    townships = dict(zip(codes, codes, strict=True))
    expression = attributed(ibis.memtable(settlements), insured, townships, codes, ["390"])
    connection.con.register("attributed_rows", connection.to_pyarrow(expression))
    rows = connection.table("attributed_rows")
    on = date(YEAR, 12, 31)
    connection.con.register("insured_people", connection.to_pyarrow(insured_of(insured, townships, on, (0, 60))))
    people = connection.table("insured_people")
    by_key = connection.to_pyarrow(spending(rows))
    months = [f"{YEAR}-{number:02d}" for number in range(1, 13)]
    signs = [connection.to_pyarrow(counter_indicators(rows, people, month, {}, 31)) for month in months]
    late = connection.to_pyarrow(late_bills(rows))
    found = sum(len(each) for each in signs)
    print(f"  {len(settlements):,} settlements → {len(by_key):,} sums of spending, {found:,} counter-indicators")
    told = [{**row, "settled": row["month"], "amount": row["pool"]} for row in late.to_pylist()]
    return {"spending": by_key.to_pylist(), "late": told}


def summed(spent: dict[str, Any]) -> None:
    """Everything else of the engine, for a county of two communities and some 400 institutions."""
    from yigongti.engines.fund import public as fund
    from yigongti.foundation.period import Month
    from yigongti.foundation.policy import Policy

    policy, on = Policy.load(ROOT / "policy"), date(YEAR, 12, 31)
    budget = fund.make_budget(
        [fund.SchemeFinancing("390", 600_000, Decimal("900.00"))], [], fund.BudgetRules.from_policy(policy, on=on)
    )
    codes = [f"C{number}" for number in range(COMMUNITIES)]
    paid = {
        code: sum((row["pool"] for row in spent["spending"] if row["community_code"] == code), Decimal(0))
        for code in codes
    }
    people = [
        fund.CommunityPeople(code, {("390", "45-59", "1"): 150_000, ("390", "60-69", "2"): 150_000}, paid[code])
        for code in codes
    ]
    quotas = fund.share_out(budget.packaged, people, fund.ShareRules.from_policy(policy, on=on)).quotas
    rules = fund.ForecastRules.from_policy(policy, on=on)
    for code in codes:
        amounts = [
            fund.LateAmount(Month.parse(row["occurred"]), Month.parse(row["settled"]), row["amount"])
            for row in spent["late"]
            if row["community_code"] == code
        ]
        for number in range(4, 13):
            fund.forecast_year(amounts, Month(YEAR, number), rules)
        clearing = fund.clear(
            fund.YearOfCommunity(quotas[code], paid[code].quantize(Decimal("0.01")), Decimal(93)),
            fund.ClearingRules.from_policy(policy, on=on),
        )
        members = [
            fund.Member(f"V{number}", tier, number + 1, Decimal(number), Decimal(90))
            for number in range(VILLAGES)
            for tier in [("county", "township", "village")[number % 3]]
        ]
        pool = clearing.kept or clearing.community_share
        fund.hand_down(pool, members, fund.DistributionRules.from_policy(policy, on=on))
    cases = [
        fund.CaseSum(f"H{number}", kind, 100, Decimal(number + 1), Decimal("900.00"), Decimal("1.00"))
        for number in range(VILLAGES)
        for kind in ("310", "390")
    ]
    fund.pay_pooled(cases, {"310": Decimal("100000000.00"), "390": Decimal("300000000.00")})


def process() -> float:
    """The year computed, confirmed and posted in PostgreSQL, then all of it again."""
    folder = Path(tempfile.mkdtemp(prefix="clearing-"))
    folder.chmod(0o755)  # the embedded server runs as a user of its own
    os.environ["YIGONGTI_DATA"] = str(folder)
    from yigongti.interfaces.cli.project import opened

    try:
        with opened():
            from yigongti.kernel.access.migrating import migrate

            migrate()
            return _posted()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _posted() -> float:
    from yigongti.foundation.policy import Policy
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.ledger.models import Entry
    from yigongti.processes.year_end_clearing.actions.compute_clearing import compute_clearing
    from yigongti.processes.year_end_clearing.actions.confirm_clearing import confirm_clearing
    from yigongti.processes.year_end_clearing.actions.post_clearing import post_clearing

    policy, at = Policy.load(ROOT / "policy"), datetime(YEAR + 1, 1, 12, tzinfo=UTC)
    accountant, director, inputs = _county()

    def whole() -> None:
        for each in inputs:
            with scope(accountant):
                run = compute_clearing(accountant, each, policy=policy, at=at)
            with scope(director):
                confirm_clearing(director, run.pk, at=at)
            with scope(accountant):
                post_clearing(accountant, run.pk, at=at)

    seconds = told("process: computed, confirmed, posted", whole)[1]
    print(f"  {Entry.objects.using('bulk').count():,} entries")
    told("process once more, which changes nothing", whole)
    return seconds


def _county() -> tuple[Any, Any, list[Any]]:
    """The register, two accounts, and the inputs of each community."""
    from yigongti.kernel.access.models import Account, Post
    from yigongti.kernel.access.queries import actor_by_username
    from yigongti.kernel.organisations.models import Institution
    from yigongti.processes.year_end_clearing.inputs import ClearingInputs, InstitutionInput

    kinds, first = Institution.Kind, date(2026, 1, 1)

    def place(code: str, kind: str, parent: Any = None, **fields: Any) -> Any:
        return Institution.objects.using("bulk").create(
            code=code, name=code, kind=kind, parent_id=parent.pk if parent else None, valid_from=first, **fields
        )

    county, inputs = place("C", kinds.COUNTY), []
    for number in range(COMMUNITIES):
        hospital = place(f"H{number}", kinds.COUNTY_HOSPITAL, county, leads_community=True)
        members = [(hospital, "county")]
        for township in range(number, TOWNSHIPS, COMMUNITIES):
            above = place(f"T{township}", kinds.TOWNSHIP_HOSPITAL, hospital)
            members.append((above, "township"))
            for village in range(township, VILLAGES, TOWNSHIPS):
                members.append((place(f"V{village}", kinds.VILLAGE_CLINIC, above), "village"))
        inputs.append(
            ClearingInputs(
                YEAR, hospital.pk, hospital.code, county.pk, county.code, Decimal("207000000.00"),
                {"inside": Decimal("200790000.00")}, Decimal(93),
                tuple(
                    InstitutionInput(each.pk, each.code, tier, each.pk, Decimal(each.pk), Decimal(90), Decimal(0),
                                     Decimal("1234.56"))
                    for each, tier in members
                ),
                {f"{YEAR}-{month:02d}": "x" for month in range(1, 13)},
            )
        )  # fmt: skip
    for name, role in (("one", "fund_accountant"), ("two", "community_director")):
        account = Account(username=name, display_name=name)
        account.set_password("bench-password-1")
        account.save(using="bulk")
        Post.objects.using("bulk").create(
            account_id=account.pk, institution_id=county.pk, role_id=role, valid_from=first
        )
    on = date(YEAR + 1, 1, 12)
    return actor_by_username("one", on), actor_by_username("two", on), inputs


if __name__ == "__main__":
    main()
