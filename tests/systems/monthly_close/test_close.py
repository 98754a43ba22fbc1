"""The close of a month: from submitted files to published rows, repeatable to the byte, resumable, one at a time."""

import hashlib
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from prepared_county import closed_county
from yigongti.demo.setup import DemoPlan, set_up
from yigongti.facts.public import Lake, read_derived
from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.jobs.progress import Progress
from yigongti.processes.monthly_close.public import CloseRequest, CloseRun, CloseStep, close_month

pytestmark = pytest.mark.slow
OCTOBER = Month(2026, 10)


@pytest.fixture
def lake(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA_FOLDER", tmp_path)
    monkeypatch.setattr(settings, "UPLOAD_FOLDER", tmp_path / "uploads")
    return Lake(tmp_path / "lake")


@pytest.fixture
def policy(policy_root):
    return Policy.load(policy_root)


@pytest.fixture
def closed(database_server, django_db_blocker, lake):
    """A county of 4,000 residents with one month, submitted and closed: the run of its close."""
    with django_db_blocker.unblock(), closed_county(database_server, Path(settings.DATA_FOLDER)):
        yield CloseRun.objects.using("bulk").get()


def close(lake, policy, **options):
    request = CloseRequest(OCTOBER, "tester", **options)
    return close_month(request, lake=lake, policy=policy, now=timezone.now, progress=Progress())


def files_of(lake: Lake) -> dict[str, str]:
    return {
        path.relative_to(lake.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((lake.root / "derived").rglob("*.parquet"))
    }


def test_a_close_publishes_every_discharge_and_runs_again_to_the_same_bytes(closed, lake, policy):
    from yigongti.systems.casemix_payment.models import PricedCase
    from yigongti.systems.front_pages.models import FrontPage

    discharges = sum(receipt.rows for receipt in lake.submissions("discharges"))
    assert discharges > 0
    assert FrontPage.objects.using("bulk").filter(month="2026-10").count() == discharges
    assert PricedCase.objects.using("bulk").filter(month="2026-10").count() == discharges

    before = files_of(lake)
    kept = close(lake, policy)
    states = {step.name: step.state for step in kept.steps.using("bulk").all()}
    in_the_lake = {"record_quality", "grouping", "pricing", "statements", "claim_checks", "benefits", "fund"}
    assert {name for name, state in states.items() if state == CloseStep.State.KEPT} == in_the_lake
    again = close(lake, policy, again=True)
    assert all(step.state == CloseStep.State.DONE for step in again.steps.using("bulk").all())
    assert files_of(lake) == before


def test_a_close_that_died_is_marked_and_the_next_one_does_only_what_is_missing(closed, lake, policy):
    dead = CloseRun.objects.using("bulk").create(
        month="2026-10", snapshot=closed.snapshot, release=closed.release, requested_by="killed",
        started_at=timezone.now(),
    )  # fmt: skip
    lost = next((lake.root / "derived" / "casemix_prices").rglob("*.parquet"))
    lost.unlink()

    resumed = close(lake, policy)

    dead.refresh_from_db(using="bulk")
    assert dead.state == CloseRun.State.INTERRUPTED
    states = {step.name: step.state for step in resumed.steps.using("bulk").all()}
    assert states["grouping"] == CloseStep.State.KEPT
    assert states["pricing"] == CloseStep.State.DONE
    assert lost.exists()


def test_two_closes_of_one_month_never_run_at_once(closed, lake, policy, database_server):
    from yigongti.processes.monthly_close.running import _LOCK_CLASS

    with psycopg.connect(database_server.url("yigongti_bulk"), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK_CLASS, OCTOBER.year * 12 + OCTOBER.number])
        with pytest.raises(Conflict) as refused:
            close(lake, policy)
    assert refused.value.code == "close.under_way"


def test_a_month_without_submissions_cannot_be_closed(database, lake, policy):
    with pytest.raises(InvalidInput) as refused:
        close(lake, policy)
    assert refused.value.code == "close.nothing_submitted"


def test_the_published_sums_are_the_sums_of_the_derived_rows(closed, lake, policy):
    from yigongti.systems.front_pages.models import QualitySummary
    from yigongti.systems.front_pages.month import PAGES

    (path,) = (lake.root / "derived" / PAGES).rglob("*.parquet")
    pages = read_derived(lake, PAGES, OCTOBER, path.stem).to_pylist()
    summaries = QualitySummary.objects.using("bulk").filter(month="2026-10")
    assert sum(s.pages for s in summaries) == len(pages)
    assert sum(s.passing for s in summaries) == sum(page["passes"] for page in pages)
    assert sum(s.score_total for s in summaries) == sum(page["score"] for page in pages)


def test_a_demo_is_never_laid_over_a_real_county(county, lake, policy):
    with pytest.raises(Conflict) as refused:
        set_up(DemoPlan(residents=2_000, months=1, supervision=False), lake=lake, policy=policy, progress=Progress())
    assert refused.value.code == "demo.not_a_demo"
    assert not (Path(settings.DATA_FOLDER) / "demo").exists()


def test_the_labelled_discharges_get_the_groups_that_the_hospital_gave(shared_data, policy_root):
    from yigongti.demo.labelled_cases import group_labelled_cases

    layers = Policy.load([policy_root, policy_root / "overlays" / "harbin-2024"])
    results = group_labelled_cases(shared_data, layers, date(2026, 10, 31))
    labelled = [result for result in results if result.hospital_drg]
    assert (len(results), len(labelled)) == (30, 24)
    assert [result.case_id for result in labelled if not result.agrees] == []
    assert [result.case_id for result in results if result.pay_employee is None] == []
