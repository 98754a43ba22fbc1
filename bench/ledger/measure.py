"""What does it cost to post a settlement, and to read the books, when everything stands in PostgreSQL?

    python bench/ledger/measure.py [--times 1000] [--clients 8] [--postings 1000000] [--part all|post|rules|read]

On an embedded database of its own, committed to disk. A settlement is two entries with eleven postings, as ADR 0020
tells them. It is posted in three ways: ours (kernel/ledger/posting.py), as Django ORM code would write it, and, for the
choice of the balancing rule, with a deferred constraint trigger for each posting in place of ours for each statement.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

HERE = Path(__file__).resolve().parent
AT = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
DAY = date(2026, 10, 12)

DEFERRED = """
DROP TRIGGER check_postings ON public.ledger_posting;
CREATE FUNCTION public.by_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount) FROM public.ledger_posting WHERE entry_id = NEW.entry_id AND unit = NEW.unit) <> 0 THEN
        RAISE EXCEPTION 'not balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER by_row AFTER INSERT ON public.ledger_posting DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION public.by_row();
"""
NO_RULE = "DROP TRIGGER by_row ON public.ledger_posting; DROP FUNCTION public.by_row();"
OURS = """
CREATE TRIGGER check_postings AFTER INSERT ON public.ledger_posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_check_postings();
"""
FILL = """
WITH e AS (
    INSERT INTO ledger_entry (key, book_id, "on", kind, said_zh, said_en, cause, digest, last_line, posted_at,
                              posted_by)
    SELECT 'fill/' || n, (%(books)s::int[])[1 + n %% 2], date '2026-01-01' + n %% 365, 'settlement', '结算',
           'Settlement', 'settlement:' || n, '', 4, now(), ''
      FROM generate_series(%(first)s, %(last)s) n
    RETURNING id, book_id, "on"
)
INSERT INTO ledger_posting (entry_id, line, book_id, "on", account, unit, amount)
SELECT e.id, t.line, e.book_id, e."on", t.account, 'CNY', t.amount FROM e,
       (VALUES (1, '1101.01', 700.00), (2, '1101.02', 100.00), (3, '1102', 200.00), (4, '4101', -1000.00))
       AS t (line, account, amount)
"""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--times", type=int, default=1000)
    asked.add_argument("--clients", type=int, default=8)
    asked.add_argument("--postings", type=int, default=1_000_000)
    asked.add_argument("--part", choices=("all", "post", "rules", "read"), default="all")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="yigongti-ledger-"))
    folder.chmod(0o755)
    os.environ |= {"YIGONGTI_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "yigongti.config.settings.product"}
    sys.path.insert(0, str(HERE.parents[1] / "src"))
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"load before: {os.getloadavg()[0]:.1f}")
    print(f"command: python bench/ledger/measure.py {' '.join(sys.argv[1:])}")
    try:
        from yigongti.interfaces.cli.project import opened

        with opened():
            from yigongti.interfaces.cli.supervising import make_ready

            make_ready()
            hospital, fund, actor = _county()
            if given.part in ("all", "post"):
                _post(given.times, given.clients, hospital, fund, actor)
            if given.part in ("all", "rules"):
                _rules(given.times, hospital, fund, actor)
            if given.part in ("all", "read"):
                _read(given.postings, hospital, fund, actor)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _county() -> tuple[int, int, Any]:
    """A fund, a hospital, and somebody at its counter who may read both books."""
    from yigongti.kernel.access.actor import Actor, HeldPost
    from yigongti.kernel.organisations.models import Institution

    kinds, numbers = Institution.Kind, []
    for code, kind in (("C", kinds.COUNTY), ("H1", kinds.COUNTY_HOSPITAL)):
        made = Institution.objects.using("bulk").create(code=code, name=code, kind=kind, valid_from=date(2020, 1, 1))
        numbers.append(made.pk)
    fund, hospital = numbers
    reach = ((min(numbers), max(numbers) + 1),)
    held = [HeldPost(role, fund, "C", "C", "", reach) for role in ("fund_accountant", "settlement_clerk")]
    return hospital, fund, Actor(1, "clerk", "clerk", posts=tuple(held))


def _drafts(number: str, hospital: int, fund: int) -> list[Any]:
    from yigongti.foundation.errors import Text
    from yigongti.kernel.ledger.public import EntryDraft, PostingDraft

    said, cause = Text(f"结算 {number}", f"Settlement {number}"), f"settlement:H1/{number}"
    amounts = ("700.00", "100.00", "50.00", "20.00", "30.00")
    owed = [PostingDraft(f"1101.0{n}", Decimal(a), partner_id=fund) for n, a in enumerate(amounts, start=1)]
    spent = [PostingDraft(code, Decimal(a)) for code, a in zip(("5001.01", "5002", "5003", "5004", "5005"), amounts,
             strict=True)]  # fmt: skip
    of_hospital = (*owed, PostingDraft("1102", Decimal("100.00")), PostingDraft("4101", Decimal("-1000.00")))
    of_fund = (*spent[:3], PostingDraft("2001", Decimal("-850.00"), partner_id=hospital))
    return [
        EntryDraft(f"settlement/H1/{number}/institution", hospital, DAY, "settlement", said, cause, of_hospital),
        EntryDraft(f"settlement/H1/{number}/fund", fund, DAY, "settlement", said, cause, of_fund),
    ]


def _ours(number: str, hospital: int, fund: int, actor: Any) -> None:
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.ledger.public import post

    with scope(actor):
        post(actor, _drafts(number, hospital, fund), AT)


def _orm(number: str, hospital: int, fund: int, actor: Any) -> None:
    """The same rows and the same scopes, as Django code without our INSERT would write them."""
    from django.db import connection

    from yigongti.kernel.access.actor import NOBODY
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.ledger.checking import check, digest
    from yigongti.kernel.ledger.models import Entry, Posting

    with scope(actor), scope(NOBODY, purpose="posting"):
        for draft in _drafts(number, hospital, fund):
            check(draft)
            if Entry.objects.filter(key=draft.key).exists():
                continue
            with connection.cursor() as cursor:  # the last posting of an entry must be there when it is
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            entry = Entry.objects.create(
                key=draft.key, book_id=draft.book_id, on=draft.on, kind=draft.kind, said_zh=draft.said.zh,
                said_en=draft.said.en, cause=draft.cause, digest=digest(draft), last_line=len(draft.postings),
                posted_at=AT, posted_by=actor.username,
            )  # fmt: skip
            Posting.objects.bulk_create(
                [
                    Posting(
                        entry=entry, line=n, book_id=entry.book_id, on=entry.on, account=line.account, unit=line.unit,
                        amount=line.amount, partner_id=line.partner_id,
                    )
                    for n, line in enumerate(draft.postings, start=1)
                ]
            )  # fmt: skip


def _timed(way: Callable[..., None], times: int, name: str, *given: Any) -> list[float]:
    global _processor
    found, _processor = [], time.process_time()
    for n in range(times):
        began = time.perf_counter()
        way(f"{name}-{n}", *given)
        found.append((time.perf_counter() - began) * 1000)
    _processor = (time.process_time() - _processor) * 1000 / times
    return found


_processor = 0.0
"""What one settlement took of this process, without PostgreSQL; ms."""


def _told(name: str, found: list[float]) -> None:
    ordered = sorted(found)
    p95, p99 = (ordered[int(len(ordered) * share)] for share in (0.95, 0.99))
    print(
        f"{name:<42}{statistics.median(found):>9.2f}{p95:>9.2f}{p99:>9.2f}{1000 / statistics.mean(found):>12.0f}"
        f"{_processor:>12.2f}"
    )


HEAD = f"\n{'one settlement: 2 entries, 11 postings':<42}{'p50 ms':>9}{'p95':>9}{'p99':>9}{'a second':>12}"
HEAD += f"{'Python ms':>12}"


def _post(times: int, clients: int, hospital: int, fund: int, actor: Any) -> None:
    given = (hospital, fund, actor)
    print(HEAD)
    _timed(_ours, 50, "warm", *given)
    _told("ours", _timed(_ours, times, "one", *given))
    _told("ours, again (the entries stand already)", _timed(_ours, times, "one", *given))
    _superuser("ALTER TABLE ledger_entry ALTER CONSTRAINT ledger_entry_has_postings DEFERRABLE")
    _timed(_orm, 20, "warm-orm", *given)
    _told("Django ORM", _timed(_orm, times, "orm", *given))
    _superuser("ALTER TABLE ledger_entry ALTER CONSTRAINT ledger_entry_has_postings NOT DEFERRABLE")
    began = time.perf_counter()
    threads = [threading.Thread(target=_client, args=(times // clients, f"many-{n}", given)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    print(f"{clients} clients at once, one process: {times // clients * clients / spent:,.0f} settlements a second")


def _client(times: int, name: str, given: tuple[Any, ...]) -> None:
    from django.db import connections

    try:
        _timed(_ours, times, name, *given)
    finally:
        connections.close_all()


def _rules(times: int, hospital: int, fund: int, actor: Any) -> None:
    """The balancing rule for each statement, for each posting at the end, and none."""
    given = (hospital, fund, actor)
    print(HEAD)
    for name, statements in (
        ("rule for each statement (ours)", ""),
        ("deferred constraint trigger", DEFERRED),
        ("no rule at all", NO_RULE),
    ):
        if statements:
            _superuser(statements)
        _timed(_ours, 50, f"warm-{name}", *given)
        _told(name, _timed(_ours, times, name, *given))
    _superuser(OURS)


def _superuser(statements: str) -> None:
    from yigongti.config.embedded_postgres import EmbeddedPostgres
    from yigongti.config.paths import data_folder

    with psycopg.connect(EmbeddedPostgres(data_folder()).url("postgres"), autocommit=True) as connection:
        connection.execute(statements)


def _read(wanted: int, hospital: int, fund: int, actor: Any) -> None:
    from django.db import connections

    from yigongti.foundation.period import Month
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.ledger.consolidating import consolidated
    from yigongti.kernel.ledger.models import Posting
    from yigongti.kernel.ledger.reading import account_lines, balance, trial_balance

    began = time.perf_counter()
    entries, step = wanted // 4, 50_000
    for first in range(1, entries + 1, step):
        with connections["bulk"].cursor() as cursor:
            cursor.execute(FILL, {"books": [hospital, fund], "first": first, "last": min(first + step - 1, entries)})
    print(f"\n{wanted:,} postings filled in {time.perf_counter() - began:.0f} s, with every rule")
    with connections["bulk"].cursor() as cursor:
        cursor.execute("ANALYZE ledger_posting")
    first, last = Month(2026, 9), Month(2026, 9)
    works = {
        "balance of one account in one book": lambda: balance(hospital, "1101"),
        "trial balance of one book, a month": lambda: trial_balance([hospital], first, last),
        "both books as one, mutual eliminated": lambda: consolidated([hospital, fund], first, last),
        "first 50 lines of an account": lambda: list(account_lines([hospital], "1101", first, last)[:50]),
    }
    print(f"{'reading (ms, under row security)':<42}{'p50':>9}{'worst':>9}")
    with scope(actor):
        assert Posting.objects.filter(book_id=hospital).exists()
        for name, work in works.items():
            found = []
            for _ in range(5):
                began = time.perf_counter()
                work()
                found.append((time.perf_counter() - began) * 1000)
            print(f"{name:<42}{statistics.median(found):>9.1f}{max(found):>9.1f}")


if __name__ == "__main__":
    main()
