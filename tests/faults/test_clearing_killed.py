"""kill -9 while a year is computed, and between its entries and its state: nothing is left half, and it can go on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from house_database import account, actor, county, database, database_server  # noqa: F401
from systems.year_end_clearing.conftest import acting, clearing_policy, inputs, people  # noqa: F401
from yigongti.kernel.ledger.models import Entry
from yigongti.processes.year_end_clearing.models import ClearingRow, ClearingRun

pytestmark = pytest.mark.slow
PROCESS = Path(__file__).with_name("clearing_process.py")


def killed_at(work: str, number: int) -> None:
    """A process is killed where it says that it is; its connections are gone when this returns."""
    process = subprocess.Popen(
        [sys.executable, str(PROCESS), work, str(number)], env=dict(os.environ), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    said = process.stdout.readline().strip()
    if said != "here":
        pytest.fail(process.communicate(timeout=60)[1][-2000:])
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)


def entries() -> int:
    return Entry.objects.using("bulk").count()


def test_a_process_killed_between_posting_and_state_leaves_neither_and_the_next_posts_all_once(acting):  # noqa: F811
    run = acting.compute()
    acting.confirm(run)
    killed_at("post", run.pk)
    assert (entries(), ClearingRun.objects.using("bulk").get().state) == (0, "confirmed")
    acting.post(run)
    acting.post(run)
    assert (entries(), ClearingRun.objects.using("bulk").get().state) == (12, "posted")


def test_a_process_killed_while_it_computes_leaves_the_draft_that_stood(acting):  # noqa: F811
    run = acting.compute()
    killed_at("compute", run.pk)
    assert list(ClearingRun.objects.using("bulk").values_list("pk", "state")) == [(run.pk, "draft")]
    assert ClearingRow.objects.using("bulk").count() == 3
