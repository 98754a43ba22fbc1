"""kill -9 between the settlement and the books, and before the end: nothing is there, and the same bill sent again is
there once. Twenty counters at one person and thirty-two with one key: the year counts right, one settlement stands."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from house_database import account, actor, county, database, database_server, resident  # noqa: F401

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "systems" / "benefits"))
from invented_bills import AT, asked, entries, insure, row

from yigongti.kernel.access.scope import scope

pytestmark = pytest.mark.slow
PROCESS = Path(__file__).with_name("settling_process.py")


@pytest.fixture
def insured(resident, county):  # noqa: F811
    made = resident("V1", "演示·甲", care=False)
    insure(made, county["C"])
    return made


@pytest.fixture
def clerk(actor):  # noqa: F811
    return actor("settlement_clerk", "T1", username="clerk")


@pytest.fixture
def settle_at(clerk, county, insured):  # noqa: F811
    from yigongti.systems.benefits.actions.settle import settle

    def make(**told):
        with scope(clerk):
            return settle(clerk, county["T1"].pk, asked(**told), at=AT)

    return make


def left():
    """Settlements, counted years and entries that are there."""
    from yigongti.kernel.ledger.models import Entry
    from yigongti.systems.benefits.models import BenefitYear, Settlement

    return tuple(model.objects.using("bulk").count() for model in (Settlement, BenefitYear, Entry))


@pytest.mark.parametrize("place", ["before-the-books", "before-the-end"])
def test_a_killed_counter_leaves_nothing_and_the_bill_sent_again_is_there_once(place, county, settle_at):  # noqa: F811
    process = subprocess.Popen(
        [sys.executable, str(PROCESS), place, str(county["T1"].pk)], env=dict(os.environ), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    if process.stdout.readline().strip() != "here":
        pytest.fail(process.communicate(timeout=60)[1][-2000:])
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert left() == (0, 0, 0)
    settle_at(paid=True)
    assert settle_at(paid=True).again
    assert left() == (1, 1, 3)


def at_once(works):
    """Runs the works in threads that begin together; what each returned or raised."""
    from django.db import connections

    begin, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            begin.wait()
            results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_twenty_counters_at_one_person_count_one_after_the_other(settle_at):
    from yigongti.systems.benefits.models import BenefitYear
    from yigongti.systems.benefits.public import counters_of

    results = at_once([lambda n=n: settle_at(key=f"k{n}") for n in range(20)])
    made = [row(result) for result in results]
    year = BenefitYear.objects.using("bulk").get()
    assert (year.settlements, year.used["admissions"]) == (20, 20)
    assert year.pool_fund == sum(one.pool_fund for one in made)
    assert len({one.deductible for one in made}) > 1
    assert sorted(one.used.get("admissions", 0) for one in made) == list(range(20))
    assert counters_of(2026) == []


def test_thirty_two_with_one_key_leave_one_settlement_and_one_pair_of_entries(settle_at):
    results = at_once([settle_at for _n in range(32)])
    assert len({result.id for result in results}) == 1
    assert sum(not result.again for result in results) == 1
    assert left() == (1, 1, 2)
    assert len(entries(row(results[0]).cause)) == 2


def test_two_who_take_one_settlement_back_at_once_do_it_once(settle_at, clerk):
    from yigongti.foundation.errors import Conflict
    from yigongti.systems.benefits.actions.refund import refund

    made = settle_at()

    def take_back(key):
        with scope(clerk):
            return refund(clerk, made.id, reason="收费有误", at=AT, key=key)

    results = at_once([lambda n=n: take_back(f"r{n}") for n in range(8)])
    assert sum(isinstance(result, Conflict) for result in results) == 7
    assert left()[0] == 2


def test_two_offices_that_enrol_one_person_at_once_enrol_once(insured, county, resident):  # noqa: F811
    from django.db import IntegrityError

    other = resident("V1", "演示·乙", care=False)
    results = at_once([lambda n=n: insure(other, county["C"], number=f"N{n}") for n in range(8)])
    assert sum(isinstance(result, IntegrityError) for result in results) == 7
