"""The invented month of fund_bills.py in a lake, before the pages, with contracts."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fund_bills import AT, MONTH, PER_HEAD, a_bill, step, the_bills, the_insured, the_year_before

from yigongti.foundation.period import Month

__all__ = ["AT", "MONTH", "a_bill"]
"""What tests of other folders take from here."""


@dataclass
class FundCounty:
    """The lake and the policy of the test, with the steps of the close."""

    lake: Any
    policy: Any
    folder: Path
    insured: Any

    def submit(self, rows: list[dict[str, Any]], month: Month = MONTH) -> None:
        """Commit the bills of each institution by the public path."""
        from yigongti.facts.public import commit, dry_run, rows_schema
        from yigongti.foundation.schemas import FACT_TABLES

        schema = rows_schema(FACT_TABLES["settlements"])
        for code in sorted({row["institution_code"] for row in rows}):
            own = [row for row in rows if row["institution_code"] == code]
            file = self.folder / f"settlements-{code}-{month}-{len(list(self.folder.iterdir()))}.parquet"
            columns = {
                f.name: pa.array([row.get(f.name, [] if pa.types.is_list(f.type) else None) for row in own], f.type)
                for f in schema
            }
            pq.write_table(pa.table(columns, schema=schema), file)
            run = dry_run(file, "settlements", code, month, lake=self.lake, folder=self.folder / f"work-{file.stem}")
            assert run.can_be_committed, list(run.findings)
            commit(self.lake, run, submission_id=file.stem, submitted_by="test", submitted_at=AT)

    def run(self, month: Month = MONTH) -> Any:
        from yigongti.facts.public import take_snapshot
        from yigongti.systems.fund.public import run_month

        return run_month(month, self.lake, take_snapshot(self.lake, [month]), self.policy, self.insured)

    def publish(self, month: Month = MONTH, at: datetime = AT) -> Any:
        from yigongti.facts.public import take_snapshot
        from yigongti.systems.fund.public import publish_month

        return publish_month(month, self.lake, take_snapshot(self.lake, [month]), self.policy, self.insured, at)


@pytest.fixture(scope="session")
def fund_policy(policy_root):
    from yigongti.foundation.policy import Policy

    return Policy.load(policy_root)


@pytest.fixture
def communities(county):
    """H1 and H2 lead a community each."""
    from yigongti.kernel.organisations.models import Institution

    Institution.objects.using("bulk").filter(code__in=("H1", "H2")).update(leads_community=True)
    return county


@pytest.fixture(scope="session")
def month_files(tmp_path_factory, fund_policy):
    """The bills in a lake and October's step run, once for all tests; the register is that of `communities`."""
    from yigongti.facts.public import Lake, take_snapshot
    from yigongti.systems.fund.month import Register, run_month

    folder = tmp_path_factory.mktemp("fund")
    (folder / "files").mkdir()
    made = FundCounty(Lake(folder / "lake"), fund_policy, folder / "files", the_insured())
    made.submit(the_year_before(), Month(2025, 12))
    made.submit(the_bills())
    register = Register(
        {"C": "C", "H1": "H1", "H2": "H2", "T1": "T1", "V1": "T1"},
        {"H1": "H1", "H2": "H2", "T1": "H1", "V1": "H1"},
        ("C", "H1", "H2", "T1", "V1"),
    )
    run_month(MONTH, made.lake, take_snapshot(made.lake, [MONTH]), fund_policy, made.insured, register)
    return made


@pytest.fixture
def published(month_files, communities):
    """October before the pages."""
    month_files.publish()
    return month_files


@pytest.fixture
def own_lake(published, tmp_path):
    """A copy of the lake, for tests that bring in further bills."""
    from yigongti.facts.public import Lake

    folder = tmp_path / "lake"
    shutil.copytree(published.lake.root, folder)
    (tmp_path / "files").mkdir()
    return FundCounty(Lake(folder), published.policy, tmp_path / "files", published.insured)


@pytest.fixture
def people(actor, communities):
    """Two officers of the bureau, an accountant, the directors of both communities, a township."""
    return {
        "officer": actor("insurance_bureau_officer", "C", username="officer"),
        "second": actor("insurance_bureau_officer", "C", username="second"),
        "accountant": actor("fund_accountant", "C", username="accountant"),
        "director": actor("community_director", "H1", username="director1"),
        "other": actor("community_director", "H2", username="director2"),
        "township": actor("township_clerk", "T1", username="township1"),
    }


@pytest.fixture
def drawn_up(published, people, county, fund_policy):
    """The contracts of 2026, in preparation; by code of the leading hospital."""
    from yigongti.kernel.access.scope import scope
    from yigongti.systems.fund.actions.draw_up_contracts import YearAsked, draw_up_contracts

    with scope(people["officer"]):
        made = draw_up_contracts(
            people["officer"], county["C"], YearAsked(2026, PER_HEAD, {}), policy=fund_policy, at=AT
        )
    codes = {place.pk: code for code, place in county.items()}
    return {codes[contract.institution_id]: contract for contract in made}


@pytest.fixture
def in_force(drawn_up, people):
    """Both contracts signed by the second officer and accepted; the quotas are then set to round sums."""
    from yigongti.systems.fund.models import Contract

    for code, director in (("H1", "director"), ("H2", "other")):
        step(people["officer"], drawn_up[code], "send")
        step(people["second"], drawn_up[code], "sign")
        step(people[director], drawn_up[code], "accept")
    Contract.objects.using("bulk").filter(pk=drawn_up["H1"].pk).update(quota=Decimal("120000.00"))
    Contract.objects.using("bulk").filter(pk=drawn_up["H2"].pk).update(quota=Decimal("24000.00"))
    return drawn_up
