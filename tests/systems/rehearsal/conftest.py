"""A bureau with two officers, a hospital, and three months of invented settlements in a lake."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from yigongti.kernel.access.scope import scope

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
NEXT_YEAR = date(2027, 1, 1)
DEDUCTIBLE = "benefit.deductible"


def bill(number, *, institution="H1", month=8, person="P1", total="3000", care="inpatient", level="county", **more):
    """One settlement; what funds paid then is left at nothing: a rehearsal never reads it."""
    day = date(2026, month, 15)
    total = Decimal(total)
    return {
        "institution_code": institution, "settlement_number": number, "case_id": number, "insured_number": person,
        "birth_date": date(1970, 1, 1), "sex": "1", "insurance_type": "390", "groups": [], "care": care,
        "treated_at": institution, "level": level, "place": "community", "referral": "none", "diagnosis": "I10.0",
        "department_code": "0301", "started_on": day, "ended_on": day, "settled_on": day, "total_cost": total,
        "outside_catalogue": Decimal(0), "above_limits": Decimal(0), "first_share": Decimal(0),
        "deductible": Decimal(0), "pool_fund": Decimal(0), "critical_illness": Decimal(0),
        "medical_assistance": Decimal(0), "other_funds": Decimal(0), "personal_account": Decimal(0), "cash": total,
        **more,
    }  # fmt: skip


def put(lake, rows, submission="first"):
    """The rows of each institution and month in the lake, in place of what was there."""
    from yigongti.facts.public import rows_schema
    from yigongti.facts.receipts import Receipt
    from yigongti.foundation.period import Month
    from yigongti.foundation.schemas import FACT_TABLES

    schema = rows_schema(FACT_TABLES["settlements"])
    for code, month in sorted({(row["institution_code"], Month.of(row["settled_on"])) for row in rows}):
        own = [row for row in rows if (row["institution_code"], Month.of(row["settled_on"])) == (code, month)]
        columns = [
            pa.array([row.get(f.name, [] if pa.types.is_list(f.type) else None) for row in own], f.type)
            for f in schema
        ]  # fmt: skip
        name = f"{submission}-{code}-{month}"
        receipt = Receipt(name, "settlements", code, month, len(own), Decimal(0), name, "test", "f", "test", AT)
        seen = lake.in_force("settlements", code, month)
        lake.replace(receipt, [pa.RecordBatch.from_arrays(columns, schema=schema)], seen.version if seen else None)


@pytest.fixture(scope="session")
def three_months(tmp_path_factory):
    """July to September: stays of three persons at two hospitals, visits of others."""
    from yigongti.facts.public import Lake

    lake = Lake(tmp_path_factory.mktemp("rehearsal") / "lake")
    rows = [
        bill("a1", month=7, person="P1", total="5000"),
        bill("a2", month=8, person="P1", total="8000"),
        bill("a3", month=8, person="P2", total="500"),
        bill("a4", month=9, person="P3", total="20000", groups=["low_income"], diagnosis="J18.9"),
        bill("b1", institution="T1", month=8, person="P4", total="1500", level="township"),
        bill("b2", institution="T1", month=9, person="P1", total="60", care="outpatient", level="township"),
        bill("x1", month=9, person="P5", total="4000"),
        bill("x2", month=9, person="P5", total="-4000", reverses="x1", cash=Decimal("-4000")),
    ]
    put(lake, rows)
    return lake


@pytest.fixture
def installation(three_months, settings, tmp_path):
    """Settings that point at this lake, and at a folder of published policy of this test's own."""
    settings.LAKE_ROOT = str(three_months.root)
    settings.PUBLISHED_POLICY = tmp_path / "policy"
    return settings


@pytest.fixture
def people(actor):
    return {
        "officer": actor("insurance_bureau_officer", "C", username="officer"),
        "second": actor("insurance_bureau_officer", "C", username="second"),
        "hospital": actor("hospital_insurance_office", "H1"),
    }


@pytest.fixture
def now(monkeypatch):
    """The day of these tests, wherever it is asked."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: AT)
    return AT


@pytest.fixture
def begun(installation, people, county, now):
    """A rehearsal that has nothing in it yet."""
    from yigongti.foundation.period import Month
    from yigongti.processes.rehearsal.actions.begin_rehearsal import begin_rehearsal

    with scope(people["officer"]):
        return begin_rehearsal(
            people["officer"], county["C"], title="提高县级起付线", reason="基金压力", effective_on=NEXT_YEAR,
            first_month=Month(2026, 7), last_month=Month(2026, 9), at=AT,
        )  # fmt: skip


def typed(policy, to="900", case="value:390/county", name=DEDUCTIBLE):
    """What the form of a parameter sends, with one value changed."""
    from yigongti.processes.rehearsal.editing import fields_of

    given = {field.name: field.text for field in fields_of(policy.parameter(name), NEXT_YEAR)}
    return {**given, case: to}


@pytest.fixture
def changed(begun, people):
    """The county's deductible of residents goes from 600 to 900 yuan."""
    from yigongti.kernel.access.limits import policy
    from yigongti.processes.rehearsal.actions.edit_files import set_value

    with scope(people["officer"]):
        set_value(people["officer"], begun, DEDUCTIBLE, typed(policy()), source="residents-example-2024", at=AT)
    return refreshed(people["officer"], begun)


def refreshed(actor, rehearsal):
    from yigongti.processes.rehearsal.models import Rehearsal

    with scope(actor):
        return Rehearsal.objects.get(pk=rehearsal.pk)


@pytest.fixture(scope="session")
def result(three_months):
    """What the change of these tests comes to, computed once: the same files, facts and policy as `changed`."""
    from django.conf import settings as real

    from yigongti.foundation.period import Month
    from yigongti.foundation.policy import Policy
    from yigongti.kernel.jobs.progress import Progress
    from yigongti.processes.rehearsal.changes import with_reasons
    from yigongti.processes.rehearsal.editing import NewValue, with_new_value
    from yigongti.processes.rehearsal.rehearse import Question, rehearse

    layers = [real.POLICY_FOLDER]
    base = Policy.load(layers)
    new = NewValue(NEXT_YEAR, typed(base), "residents-example-2024")
    files = with_reasons(layers, with_new_value(base, DEDUCTIBLE, new), "基金压力")
    question = Question(files, NEXT_YEAR, Month(2026, 7), Month(2026, 9))
    return rehearse(question, layers=layers, lake=three_months, progress=Progress(), base=base)


@pytest.fixture
def ran(changed, people, result):
    """It was rehearsed by the officer: the result is kept as the job keeps it."""
    from yigongti.processes.rehearsal.storing import keep

    with scope(people["officer"]):
        keep(changed, result, people["officer"], seconds=1.0, at=AT)
    return refreshed(people["officer"], changed)


def run_now(rehearsal, actor):
    """Ask for it and run the job in this process."""
    from yigongti.kernel.jobs.public import run
    from yigongti.processes.rehearsal.actions.run_rehearsal import ask_for_run

    with scope(actor):
        job = ask_for_run(actor, rehearsal, at=AT)
    run(job.pk)
    return refreshed(actor, rehearsal)


def step(actor, rehearsal, name, **given):
    """Take a step of its matter, as the page does."""
    from yigongti.kernel.matters.public import Given, act

    with scope(actor):
        act(actor, rehearsal.matter_id, name, at=AT, given=Given(**given))
    return refreshed(actor, rehearsal)
