"""The journal is only added to: the database refuses changes by every role, and entries that are none."""

from datetime import date

import psycopg
import pytest

from systems.ledger.conftest import AT
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.kernel.ledger.posting import post

ROLES = ("yigongti_app", "yigongti_bulk", "yigongti_owner")
TABLES = ("ledger_entry", "ledger_posting", "ledger_periodstate")
ENTRY = (
    'INSERT INTO ledger_entry (key, book_id, "on", kind, said_zh, said_en, cause, digest, last_line, posted_at,'
    " posted_by)"
)
POSTING = 'INSERT INTO ledger_posting (entry_id, line, book_id, "on", account, unit, amount)'
CHANGES = [
    "UPDATE ledger_entry SET said_zh = '别的'",
    "UPDATE ledger_posting SET amount = amount * 2",
    "UPDATE ledger_periodstate SET state = 'open'",
    "DELETE FROM ledger_posting",
    "DELETE FROM ledger_entry",
    "DELETE FROM ledger_periodstate",
    "TRUNCATE ledger_entry, ledger_posting CASCADE",
    "TRUNCATE ledger_periodstate",
]


@pytest.fixture
def posted(clerk, settlement, county):
    """One settlement in both books, and a closed month of another."""
    from yigongti.kernel.ledger.models import PeriodState

    with scope(clerk):
        post(clerk, settlement(), AT)
    PeriodState.objects.using("bulk").create(
        book_id=county["H2"].pk, month="2026-09", number=1, state="closed", at=AT, by="somebody"
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_role_changes_what_stands(posted, database, role):
    for change in CHANGES:
        with psycopg.connect(database.url(role)) as connection:
            connection.execute("SELECT set_config('app.maintenance', 'on', true)")
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.DatabaseError)) as refused:
                connection.execute(change)
            told = str(refused.value)
            assert "is refused" in told or "permission denied" in told, (change, told)
    assert Posting.objects.using("bulk").count() == 5
    assert sorted(Entry.objects.using("bulk").values_list("said_zh", flat=True)) == ["结算 S1"] * 2


def test_the_application_may_read_and_add_and_nothing_else(database):
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    with psycopg.connect(database.url("yigongti_bulk")) as connection:
        for role in ("yigongti_app", "yigongti_bulk"):
            for table in TABLES:
                granted = [
                    right
                    for right in rights
                    if connection.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, right]).fetchone()[0]
                ]
                assert granted == ["SELECT", "INSERT"], (role, table)


@pytest.fixture
def raw(county, database):
    """Adds an entry with its postings by plain SQL, past every check of ours, as the role that passes row security."""

    def add(lines, *, last_line=None, book=None):
        book = book or county["H1"].pk
        with psycopg.connect(database.url("yigongti_bulk")) as connection:
            connection.execute(
                f"WITH e AS ({ENTRY} VALUES ('raw', %s, '2026-10-12', 'x', 'x', 'x', 'x', '', %s, now(), '')"
                f" RETURNING id), p AS ({POSTING}"
                " SELECT e.id, t.line, %s, '2026-10-12', '1002', t.unit, t.amount FROM e, unnest(%s::smallint[],"
                " %s::text[], %s::numeric[]) AS t (line, unit, amount)) SELECT 1",
                [book, last_line or len(lines), book, *map(list, zip(*lines, strict=True))] if lines else
                [book, last_line or 2, book, [], [], []],
            )  # fmt: skip

    return add


def test_what_balances_is_taken(raw):
    raw([(1, "CNY", "1.00"), (2, "CNY", "-1.00")])
    assert Posting.objects.using("bulk").count() == 2


@pytest.mark.parametrize(
    "lines",
    [
        [(1, "CNY", "1.00"), (2, "CNY", "-0.99")],
        [(1, "CNY", "1.00"), (2, "item", "-1.00")],
        [(1, "CNY", "1.00"), (3, "CNY", "-1.00")],
        [(2, "CNY", "1.00"), (3, "CNY", "-1.00")],
        [(1, "CNY", "1.001"), (2, "CNY", "-1.001")],
        [(1, "CNY", "0.00"), (2, "CNY", "0.00")],
        [],
    ],
    ids=["not balanced", "two units", "a number left out", "not from 1", "part of a fen", "nothing", "no postings"],
)
def test_the_database_refuses_what_is_no_entry(raw, lines):
    with pytest.raises(psycopg.DatabaseError):
        raw(lines)
    assert Entry.objects.using("bulk").count() == 0


def test_an_entry_that_says_more_postings_than_it_has_is_refused(raw):
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        raw([(1, "CNY", "1.00"), (2, "CNY", "-1.00")], last_line=3)


def test_nothing_is_added_to_an_entry_afterwards(posted, county, database):
    entry = Entry.objects.using("bulk").first()
    for first in (1, entry.last_line + 1):
        with psycopg.connect(database.url("yigongti_bulk")) as connection, pytest.raises(psycopg.DatabaseError):
            connection.execute(
                f"{POSTING} VALUES (%s, %s, %s, %s, '1002', 'CNY', 5), (%s, %s, %s, %s, '1102', 'CNY', -5)",
                [entry.pk, first, entry.book_id, entry.on, entry.pk, first + 1, entry.book_id, entry.on],
            )
    assert Posting.objects.using("bulk").count() == 5


def test_a_posting_says_the_day_and_book_of_its_entry(raw, county, database):
    with (
        psycopg.connect(database.url("yigongti_bulk")) as connection,
        pytest.raises(psycopg.errors.ForeignKeyViolation),
    ):
        connection.execute(
            f"WITH e AS ({ENTRY} VALUES ('raw', %s, '2026-10-12', 'x', 'x', 'x', 'x', '', 2, now(), '') RETURNING id)"
            f" {POSTING}"
            " SELECT e.id, t.line, %s, %s, '1002', 'CNY', t.amount FROM e, (VALUES (1, 5), (2, -5)) t (line, amount)",
            [county["H1"].pk, county["H1"].pk, date(2026, 10, 13)],
        )
