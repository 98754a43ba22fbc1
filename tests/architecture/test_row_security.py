"""The proof of row security: every table, role and function of the catalogue; then attempts to get around it."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from yigongti.kernel.access.database import OPEN_TABLES
from yigongti.kernel.access.models import Account, Post
from yigongti.kernel.access.proof import faults, summary
from yigongti.kernel.access.scope import scope
from yigongti.kernel.organisations.models import StaffMember


def test_no_table_view_role_or_function_opens_a_way_around(database):
    with connection.cursor() as cursor:
        assert faults(cursor) == []
        covered = summary(cursor)
    print(covered)
    assert not covered.startswith("0 ")


def test_every_open_table_says_why():
    assert all(reason for _privileges, reason in OPEN_TABLES.values())


def test_a_table_that_nobody_protected_is_found_and_shows_nothing(database):
    with psycopg.connect(database.url("yigongti_owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE forgotten (id int)")
        try:
            with connection.cursor() as cursor:
                assert "public.forgotten: row security is not enabled and forced" in faults(cursor)
            owner.execute("INSERT INTO forgotten VALUES (1)")
            owner.execute("GRANT SELECT ON forgotten TO yigongti_app")
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM forgotten")
                assert cursor.fetchone()[0] == 0
        finally:
            owner.execute("DROP TABLE forgotten")


@pytest.fixture
def staff(county):
    """One person of the staff in each hospital."""
    for code in ("H1", "H2"):
        StaffMember.objects.using("bulk").create(institution_id=county[code].pk, code="S1", name=f"演示·{code}")


def test_without_a_scope_nothing_is_seen(staff):
    assert StaffMember.objects.count() == 0


def test_an_actor_sees_the_own_hospital_and_no_other(staff, actor):
    with scope(actor("coder", "H1")):
        assert list(StaffMember.objects.values_list("name", flat=True)) == ["演示·H1"]


def test_the_county_sees_all_of_it(staff, actor):
    with scope(actor("county_director", "C")):
        assert StaffMember.objects.count() == 2


def test_a_post_that_has_ended_shows_nothing(staff, account):
    from datetime import date

    from yigongti.kernel.access.queries import actor_by_username

    made = account("coder", "H1")
    Post.objects.using("bulk").filter(account_id=made.pk).update(valid_to=date(2026, 1, 31))
    with scope(actor_by_username(made.username, date(2026, 2, 1))):
        assert StaffMember.objects.count() == 0


def test_a_nested_scope_hands_the_outer_one_back(staff, actor):
    first, second = actor("coder", "H1"), actor("coder", "H2")
    with scope(first):
        with scope(second):
            assert StaffMember.objects.get().name == "演示·H2"
        assert StaffMember.objects.get().name == "演示·H1"
    assert StaffMember.objects.count() == 0


@pytest.mark.parametrize(
    "forged",
    [
        "page|1|{[1,1000)}|{[1,1000)}|0|00",
        "page|1|{[1,1000)}|{[1,1000)}",
        "page|1|{[1,1000)}|{}|0|00|00",
    ],
)
def test_injected_sql_cannot_widen_the_scope(staff, actor, forged):
    with pytest.raises(DatabaseError, match="not signed"), scope(actor("coder", "H1")), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', %s, true)", [forged])
        cursor.execute("SELECT count(*) FROM organisations_staffmember")


def test_a_signed_scope_of_another_connection_is_refused(staff, actor, database):
    with scope(actor("county_director", "C")), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.scope')")
        (stolen,) = cursor.fetchone()
    with psycopg.connect(database.url("yigongti_app")) as other:
        other.execute("SELECT set_config('app.scope', %s, true)", [stolen])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.execute("SELECT count(*) FROM organisations_staffmember")


@pytest.mark.parametrize(
    "attempt",
    [
        "SELECT * FROM scope.signing_key",
        "SET ROLE yigongti_bulk",
        "SET ROLE yigongti_owner",
        "ALTER TABLE organisations_staffmember DISABLE ROW LEVEL SECURITY",
        "TRUNCATE organisations_staffmember",
        "DROP POLICY see ON organisations_staffmember",
        "CREATE TABLE mine (id int)",
        "UPDATE trail_trailentry SET verb = 'nothing'",
        "DELETE FROM trail_trailentry",
        "CREATE OR REPLACE FUNCTION scope.readable() RETURNS int4multirange LANGUAGE sql AS $$ SELECT '{}' $$",
    ],
)
def test_the_app_is_refused(database, attempt):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)


def test_the_maintenance_setting_helps_the_app_nothing(staff):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.maintenance = 'on'")
        cursor.execute("SELECT count(*) FROM organisations_staffmember")
        assert cursor.fetchone()[0] == 0


def test_a_reader_cannot_write_even_where_the_code_forgets_to_ask(staff, actor):
    with scope(actor("county_director", "C")):
        assert StaffMember.objects.update(name="x") == 0


def test_nobody_makes_a_post_for_themselves(actor, county):
    me = actor("coder", "H1")
    with pytest.raises(DatabaseError), scope(me):
        Post.objects.create(
            account_id=me.account_id, institution_id=county["H1"].pk, role_id="system_administrator",
            valid_from="2026-01-01",
        )  # fmt: skip


def test_a_colleague_elsewhere_cannot_be_read(actor, account):
    account("coder", "H2")
    with scope(actor("coder", "H1")):
        assert list(Account.objects.values_list("username", flat=True)) == ["coder-H1"]
