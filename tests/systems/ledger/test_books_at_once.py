"""Many at the same settlement at the same moment: one entry. A month closed while somebody posts: one waits."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from systems.ledger.conftest import AT, DAY, WHY
from yigongti.foundation.errors import Conflict
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.kernel.ledger.periods import close_period
from yigongti.kernel.ledger.posting import post, reverse
from yigongti.kernel.ledger.verifying import faults


@contextmanager
def own_connection():
    from django.db import connections

    try:
        yield
    finally:
        connections.close_all()


def at_once(work, times):
    """Runs the work in threads that begin together; what each returned or raised."""
    begin, results = threading.Barrier(times), [None] * times

    def run(place):
        with own_connection():
            begin.wait()
            try:
                results[place] = work(place)
            except Exception as error:
                results[place] = error

    threads = [threading.Thread(target=run, args=[place]) for place in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def test_thirty_two_who_post_the_same_settlement_leave_exactly_one(clerk, settlement):
    drafts = settlement()

    def work(place):
        with scope(clerk):  # in either order: nobody waits for somebody who waits for them
            made = post(clerk, drafts if place % 2 else drafts[::-1], AT)
            return {entry.key: entry.pk for entry in made}

    results = at_once(work, 32)
    assert all(answer == results[0] for answer in results), results
    assert Entry.objects.using("bulk").count() == 2
    assert Posting.objects.using("bulk").count() == 5


def test_of_many_who_post_other_content_under_one_key_one_is_kept(clerk, settlement):
    def work(place):
        with scope(clerk):
            return post(clerk, settlement(pool=f"{place + 1}.00"), AT)[0].pk

    results = at_once(work, 8)
    assert sum(isinstance(each, int) for each in results) == 1
    assert all(isinstance(each, int | Conflict) for each in results), results
    assert Entry.objects.using("bulk").count() == 2


def test_of_many_who_reverse_an_entry_one_does(clerk, settlement):
    with scope(clerk):
        key = post(clerk, settlement(), AT)[0].key

    def work(place):
        with scope(clerk):
            return reverse(clerk, key, DAY, WHY, AT).pk

    results = at_once(work, 8)
    assert len(set(results)) == 1
    assert Entry.objects.using("bulk").count() == 3


def test_a_month_cannot_be_closed_under_somebody_who_is_posting(actor, county, clerk, settlement):
    accountant, began, done = actor("fund_accountant", "C"), threading.Event(), []

    def close():
        with own_connection(), scope(accountant):
            began.set()
            close_period(accountant, county["C"].pk, Month(2026, 10), datetime(2026, 11, 3, tzinfo=UTC))
            done.append(Entry.objects.count())

    with scope(clerk):
        post(clerk, settlement(), AT)
        closing = threading.Thread(target=close)
        closing.start()
        began.wait()
        closing.join(0.5)
        assert done == []  # it waits for the settlement that is not committed yet
    closing.join(60)
    assert done == [2]  # and sees it when it goes on


def test_a_connection_that_is_killed_before_the_end_leaves_nothing(clerk, settlement, database):
    from django.db import connection

    try:
        with scope(clerk):
            post(clerk, settlement(), AT)
            with psycopg.connect(database.url("postgres"), autocommit=True) as superuser:
                superuser.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
            post(clerk, settlement("S2"), AT)
    except (psycopg.OperationalError, Exception) as error:  # the second posting finds no connection
        assert "terminat" in str(error) or "closed" in str(error), error
    finally:
        connection.close()
    assert Entry.objects.using("bulk").count() == 0
    with scope(clerk):
        assert len(post(clerk, settlement(), AT)) == 2
    assert faults() == []
