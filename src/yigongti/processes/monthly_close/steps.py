"""The steps of a close, in order. A new step is one entry in STEPS.

A step reads the month's snapshot and writes derived tables into the lake under the run's key, or (writes=False)
publishes what was derived into PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yigongti.facts.public import DerivedFile, Lake, Snapshot
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.discharge_records.public import collect_month
from yigongti.processes.fund_month.public import pay_cases
from yigongti.processes.settled_bills import public as settled_bills
from yigongti.processes.verification.public import verify_month
from yigongti.systems.casemix_payment import public as casemix_payment
from yigongti.systems.claim_checks import public as claim_checks
from yigongti.systems.front_pages import public as front_pages
from yigongti.systems.fund import public as fund
from yigongti.systems.health_records import public as health_records


@dataclass(frozen=True, slots=True)
class MonthOfWork:
    """What every step is given. connection: Ibis on DuckDB with the snapshot's tables. at: the instant at which the
    run began, the same for all steps. held: what steps read once."""

    month: Month
    lake: Lake
    snapshot: Snapshot
    policy: Policy
    at: datetime
    connection: Any
    held: dict[str, Any] = field(default_factory=dict)

    @property
    def insured(self) -> Any:
        """Who is insured at the month's end, read once for all steps of the run."""
        if "insured" not in self.held:
            self.held["insured"] = settled_bills.insured_people(self.month)
        return self.held["insured"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """rows: how many rows the step wrote. digests: file of the lake → SHA-256 of its bytes."""

    rows: int
    digests: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """name: stable. label: for people. key: what the step's results are computed from, as text; "" for a step that
    leaves nothing in the lake and is always run (publishing)."""

    name: str
    label: Text
    run: Callable[[MonthOfWork], Outcome]
    key: Callable[[MonthOfWork], str]


def _facts_of(work: MonthOfWork) -> tuple[Any, ...]:
    return work.month, work.lake, work.snapshot, work.connection, work.policy


def _outcome(work: MonthOfWork, *files: DerivedFile) -> Outcome:
    digests = {file.path.relative_to(work.lake.root).as_posix(): file.sha256 for file in files}
    return Outcome(sum(file.rows for file in files), digests)


def _judge(work: MonthOfWork) -> Outcome:
    return _outcome(work, *front_pages.judge_month(*_facts_of(work)))


def _group(work: MonthOfWork) -> Outcome:
    return _outcome(work, casemix_payment.group_month(*_facts_of(work)))


def _price(work: MonthOfWork) -> Outcome:
    return _outcome(work, casemix_payment.price_month(*_facts_of(work)))


def _state(work: MonthOfWork) -> Outcome:
    return _outcome(work, casemix_payment.state_month(*_facts_of(work)))


def _facts_in_the_lake(work: MonthOfWork) -> tuple[Month, Lake, Snapshot, Policy]:
    return work.month, work.lake, work.snapshot, work.policy


def _check_claims(work: MonthOfWork) -> Outcome:
    return _outcome(work, *claim_checks.check_month(*_facts_in_the_lake(work)))


def _recompute_benefits(work: MonthOfWork) -> Outcome:
    return _outcome(work, *settled_bills.recompute_month(*_facts_in_the_lake(work)))


def _publish_benefits(work: MonthOfWork) -> Outcome:
    return Outcome(settled_bills.publish_month(*_facts_in_the_lake(work), work.at))


def _open_benefit_matters(work: MonthOfWork) -> Outcome:
    return Outcome(settled_bills.open_matters(work.month, work.policy, work.at))


def _post_settlements(work: MonthOfWork) -> Outcome:
    done = settled_bills.post_month(work.month, work.lake, work.snapshot.versions.get("settlements"), work.at)
    return Outcome(done.posted + done.reversed)


def _run_fund(work: MonthOfWork) -> Outcome:
    return _outcome(work, *fund.run_month(*_facts_in_the_lake(work), work.insured))


def _publish_fund(work: MonthOfWork) -> Outcome:
    published = fund.publish_month(*_facts_in_the_lake(work), work.insured, work.at)
    return Outcome(published.spending + published.owed + published.insured)


def _fund_key(work: MonthOfWork) -> str:
    return fund.key_of_month(*_facts_in_the_lake(work), work.insured)


def _publish_claims(work: MonthOfWork) -> Outcome:
    published = claim_checks.publish_month(*_facts_in_the_lake(work), work.at)
    return Outcome(published.findings + published.bills + published.sums)


def _open_claim_matters(work: MonthOfWork) -> Outcome:
    done = claim_checks.open_matters(work.month, work.policy, work.at)
    return Outcome(done.opened + done.renewed + done.closed)


def _publish_quality(work: MonthOfWork) -> Outcome:
    published = front_pages.publish_month(work.month, work.lake, work.snapshot, work.policy)
    return Outcome(published.pages + published.defects + published.summaries)


def _open_defect_matters(work: MonthOfWork) -> Outcome:
    done = front_pages.open_month_matters(work.month, at=work.at)
    return Outcome(done.opened + done.renewed + done.closed + done.months)


def _publish_payment(work: MonthOfWork) -> Outcome:
    published = casemix_payment.publish_month(work.month, work.lake, work.snapshot, work.policy, work.at)
    return Outcome(published.cases + published.statement_rows + published.groups)


def _pay_cases(work: MonthOfWork) -> Outcome:
    done = pay_cases(work.month, work.connection, work.policy, work.insured, work.at)
    return Outcome(done.cases)


def _collect(work: MonthOfWork) -> Outcome:
    return Outcome(collect_month(work.connection, work.policy, work.at).resources)


def _count_residents(work: MonthOfWork) -> Outcome:
    return Outcome(health_records.publish_counts(work.at))


def _verify(work: MonthOfWork) -> Outcome:
    return Outcome(verify_month(work.month, work.connection, requested_by="", at=work.at).compared)


def _quality_key(work: MonthOfWork) -> str:
    return front_pages.result_key(work.snapshot, work.policy)


def _grouping_key(work: MonthOfWork) -> str:
    return casemix_payment.keys_of_month(work.month, work.lake, work.snapshot, work.policy)[0]


def _pricing_key(work: MonthOfWork) -> str:
    return casemix_payment.keys_of_month(work.month, work.lake, work.snapshot, work.policy)[1]


def _claims_key(work: MonthOfWork) -> str:
    return claim_checks.key_of_month(*_facts_in_the_lake(work))


def _benefits_key(work: MonthOfWork) -> str:
    return settled_bills.result_key(*_facts_in_the_lake(work))


def _nothing_kept(work: MonthOfWork) -> str:
    return ""


STEPS: tuple[Step, ...] = (
    Step("record_quality", Text("病案质控", "Record quality"), _judge, _quality_key),
    Step("grouping", Text("病例分组", "Grouping"), _group, _grouping_key),
    Step("pricing", Text("计价", "Pricing"), _price, _pricing_key),
    Step("statements", Text("科室报表", "Department statements"), _state, _pricing_key),
    Step("claim_checks", Text("费用审核", "Claim checks"), _check_claims, _claims_key),
    Step("benefits", Text("待遇复算", "Benefits computed again"), _recompute_benefits, _benefits_key),
    Step("fund", Text("基金支出", "Spending of the fund"), _run_fund, _fund_key),
    Step("post_settlements", Text("结算入账", "Settlements posted"), _post_settlements, _nothing_kept),
    Step("publish_quality", Text("公布病案质量", "Publishing record quality"), _publish_quality, _nothing_kept),
    Step("defect_matters", Text("缺陷转为事项", "Defects become matters"), _open_defect_matters, _nothing_kept),
    Step("publish_payment", Text("公布分组与盈亏", "Publishing payment"), _publish_payment, _nothing_kept),
    # from what is published: cases of earlier months whose bills come now are paid by group, too
    Step("case_payment", Text("按病组付费差额入账", "Payment by group posted"), _pay_cases, _nothing_kept),
    Step("discharge_records", Text("归入健康档案", "Collecting into residents' records"), _collect, _nothing_kept),
    # after the records: whose bill it is must be known before a look at it can be told to the trail
    Step("publish_claims", Text("公布费用审核", "Publishing the claim checks"), _publish_claims, _nothing_kept),
    Step("publish_benefits", Text("公布待遇复算", "Publishing benefits"), _publish_benefits, _nothing_kept),
    Step("publish_fund", Text("公布基金运行", "Publishing the fund"), _publish_fund, _nothing_kept),
    Step(
        "benefit_matters", Text("结算差异成为事项", "Differences become matters"), _open_benefit_matters, _nothing_kept
    ),
    Step("claim_matters", Text("疑点成为事项", "Findings become matters"), _open_claim_matters, _nothing_kept),
    Step("resident_counts", Text("居民与建档统计", "Counting residents and records"), _count_residents, _nothing_kept),
    # last: everything that it holds against each other stands by now
    Step("verification", Text("账实核对", "Verifying books, bills and pools"), _verify, _nothing_kept),
)


def label_of(name: str) -> Text:
    """The words for a step; the name itself for one that no longer exists."""
    return next((step.label for step in STEPS if step.name == name), Text(zh=name, en=name))
