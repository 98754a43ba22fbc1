"""The history of rows: every statement leaves its lines, nobody forges one, and no password is ever in it."""

from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import F

from yigongti.kernel.access.models import Account, Post
from yigongti.kernel.access.scope import scope
from yigongti.kernel.organisations.models import Department, Institution
from yigongti.kernel.people.models import Resident
from yigongti.kernel.trail.models import RowChange


def history(table, **conditions):
    return list(RowChange.objects.using("bulk").filter(table_name=table, **conditions).order_by("id"))


def test_an_added_row_leaves_who_and_when_and_not_the_row(account, county):
    made = account("coder", "H1")
    (line,) = history("access_account", row_key=str(made.pk))
    assert (line.operation, line.before, line.after, line.database_role) == ("insert", None, None, "yigongti_bulk")


def test_a_change_leaves_its_columns_before_and_after_and_who_made_it(actor):
    me = actor("coder", "H1")
    with scope(me):
        Account.objects.filter(pk=me.account_id).update(language="en")
    (line,) = history("access_account", operation="update")
    assert (line.before, line.after) == ({"language": "zh-hans"}, {"language": "en"})
    assert (line.account_id, line.purpose, line.database_role) == (me.account_id, "page", "yigongti_app")


def test_a_removed_row_is_kept_whole(account, county):
    made = account("coder", "H1")
    post = Post.objects.using("bulk").get(account_id=made.pk)
    post.delete(using="bulk")
    (line,) = history("access_post", operation="delete")
    assert (line.before["role_id"], line.institution_id) == ("coder", county["H1"].pk)


def test_a_bulk_update_leaves_a_line_for_every_row(county):
    assert Institution.objects.using("bulk").update(short_name=F("code")) == 5
    assert {line.after["short_name"] for line in history("organisations_institution", operation="update")} == set(
        county
    )


def test_sql_typed_by_hand_leaves_its_lines_too(county, database):
    with psycopg.connect(database.url("postgres"), autocommit=True) as superuser:
        superuser.execute("DELETE FROM organisations_department")
    lines = history("organisations_department", operation="delete")
    assert [line.database_role for line in lines] == ["postgres", "postgres"]


def test_a_bulk_load_is_one_line_with_its_first_and_last_key(county):
    Department.objects.using("bulk").bulk_create(
        [Department(institution_id=county["H1"].pk, code=f"D{n}", name=f"演示·{n}") for n in range(1500)]
    )
    made = Department.objects.using("bulk").filter(code__startswith="D").order_by("id")
    (line,) = history("organisations_department", row_count=1500)
    assert (line.operation, line.after) == ("insert", {"first": made.first().pk, "last": made.last().pk})


def test_a_statement_that_changes_nothing_leaves_nothing(county):
    Institution.objects.using("bulk").update(code=F("code"))
    assert history("organisations_institution", operation="update") == []


def test_a_change_that_is_taken_back_leaves_nothing(county):
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="bulk"):
        Institution.objects.using("bulk").update(short_name="x")
        raise ZeroDivisionError
    assert history("organisations_institution", operation="update") == []


def test_a_row_that_takes_another_key_appears_as_removed_and_added(county):
    with connections["bulk"].cursor() as cursor:
        cursor.execute("UPDATE organisations_department SET id = 900 WHERE institution_id = %s", [county["H1"].pk])
    assert {(line.operation, line.row_key == "900") for line in history("organisations_department")} >= {
        ("delete", False),
        ("insert", True),
    }


def test_emptying_a_table_leaves_a_line(county, database):
    with psycopg.connect(database.url("postgres"), autocommit=True) as superuser:
        superuser.execute("TRUNCATE organisations_staffmember")
    assert [line.operation for line in history("organisations_staffmember")] == ["truncate"]


def test_a_password_is_never_in_the_history(account):
    made = account("coder", "H1")
    secret = {"password": "secret-hash-1", "second_factor_secret": "secret-factor-1", "recovery_codes": ["secret-code"]}
    Account.objects.using("bulk").filter(pk=made.pk).update(**secret)
    Account.objects.using("bulk").filter(pk=made.pk).update(password="secret-hash-2")
    Post.objects.using("bulk").filter(account_id=made.pk).delete()
    with connections["bulk"].cursor() as cursor:
        cursor.execute("DELETE FROM access_account WHERE id = %s", [made.pk])
        cursor.execute("SELECT count(*), string_agg(t::text, ' ') FROM trail_rowchange t")
        lines, everything = cursor.fetchone()
    assert lines > 4
    assert "secret" not in everything.replace("second_factor_secret", "")
    assert [set(line.after) for line in history("access_account", operation="update")] == [set(secret), {"password"}]


def test_signing_in_is_no_change_of_the_account(signed_in):
    signed_in("coder", "H1")
    assert history("access_account", operation="update") == []


def test_a_number_stays_sealed_in_the_history(resident):
    made = resident(number_sealed="1:c2VhbGVk")
    Resident.objects.using("bulk").filter(pk=made.pk).update(number_sealed="1:b3RoZXI=")
    (line,) = history("people_resident", operation="update")
    assert line.before == {"number_sealed": "1:c2VhbGVk"}
    assert (line.resident_id, line.about_residents) == (made.pk, True)


WITHOUT_HISTORY = {
    "access_signinattempt": "counts failures of a quarter of an hour; the act is in the trail of actions",
}
"""Tables of accounts, institutions and residents that keep no history of rows, each with its reason."""


def test_every_table_of_accounts_institutions_and_residents_keeps_its_history(database):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, count(t.oid) FROM pg_class c LEFT JOIN pg_trigger t"
            " ON t.tgrelid = c.oid AND t.tgname ~ '^keep_history_' AND t.tgenabled = 'O'"
            " WHERE c.relkind IN ('r', 'p') AND c.relname ~ '^(access|organisations|people)_' GROUP BY 1"
        )
        triggers = dict(cursor.fetchall())
    assert {table for table, count in triggers.items() if count != 4} == set(WITHOUT_HISTORY)
    assert len(triggers) >= 15


# ---- nobody forges it


@pytest.mark.parametrize(
    "attempt",
    [
        "INSERT INTO trail_rowchange SELECT * FROM trail_rowchange",
        "UPDATE trail_rowchange SET account_id = 1",
        "DELETE FROM trail_rowchange",
        "TRUNCATE trail_rowchange",
        "DELETE FROM trail_rowchange_default",
        "ALTER TABLE access_post DISABLE TRIGGER keep_history_update",
        "SET session_replication_role = replica",
        "SELECT public.trail_keep_history()",
    ],
)
@pytest.mark.parametrize("role", ["default", "bulk"])
def test_neither_the_product_nor_bulk_writes_or_changes_it(county, role, attempt):
    with pytest.raises(DatabaseError), transaction.atomic(using=role), connections[role].cursor() as cursor:
        cursor.execute("SET LOCAL app.maintenance = 'on'")
        cursor.execute(attempt)


def test_the_owner_does_not_either_without_the_switch_of_maintenance(county, database):
    with psycopg.connect(database.url("yigongti_owner"), autocommit=True) as owner:
        assert owner.execute("DELETE FROM trail_rowchange").rowcount == 0  # sees no rows
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added"):
            owner.execute("TRUNCATE trail_rowchange")
    assert history("organisations_institution")


def test_who_acted_cannot_be_pretended(actor):
    """The lines take the account from the signed scope: with another account in it, the statement fails."""
    me = actor("coder", "H1")
    with pytest.raises(DatabaseError, match="not signed"), scope(me), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', replace(current_setting('app.scope'), 'page|', 'job|'), true)")
        cursor.execute("UPDATE access_account SET language = 'en'")


# ---- who reads it


def seen_by(actor, **conditions):
    with scope(actor):
        return list(RowChange.objects.filter(**conditions).order_by("id"))


def test_a_trail_reader_sees_the_changes_of_the_own_institution(actor, account):
    account("coder", "H1")
    account("coder", "H2")
    reader = actor("trail_reader", "H1")
    seen = seen_by(reader, table_name="access_post")
    assert {line.institution_id for line in seen} == {reader.posts[0].institution_id}


def test_a_trail_reader_sees_the_changes_of_accounts_that_have_a_post_there(actor, account):
    ours, theirs = account("coder", "H1"), account("coder", "H2")
    keys = {line.row_key for line in seen_by(actor("trail_reader", "H1"), table_name="access_account")}
    assert str(ours.pk) in keys
    assert str(theirs.pk) not in keys


def test_what_changed_about_residents_is_seen_by_those_who_guard_and_not_by_trail_readers(actor, resident):
    resident()
    assert seen_by(actor("trail_reader", "C"), about_residents=True) == []
    assert seen_by(actor("system_administrator", "C"), about_residents=True) == []
    assert {line.table_name for line in seen_by(actor("privacy_officer", "C"), about_residents=True)} == {
        "people_resident",
        "people_care",
    }


def test_nobody_else_sees_any_of_it(actor, resident, as_resident):
    made = resident()
    assert seen_by(actor("physician", "H1")) == []
    assert seen_by(as_resident(made.pk)) == []


def test_the_history_of_one_row_tells_its_days(county):
    post = county["H1"]
    for day in (date(2027, 1, 1), date(2028, 1, 1)):
        Institution.objects.using("bulk").filter(pk=post.pk).update(valid_to=day)
    lines = history("organisations_institution", row_key=str(post.pk), operation="update")
    assert [(line.before["valid_to"], line.after["valid_to"]) for line in lines] == [
        (None, "2027-01-01"),
        ("2027-01-01", "2028-01-01"),
    ]
