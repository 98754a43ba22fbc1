"""The history of a matter cannot be edited, and whether it is whole can be told."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from systems.matters.conftest import AT
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS, act
from yigongti.kernel.matters.verifying import faults

ATTEMPTS = [
    "UPDATE matters_step SET words = '改过的'",
    "DELETE FROM matters_step",
    "UPDATE matters_stepattachment SET attachment_id = 7",
    "DELETE FROM matters_stepattachment",
    "TRUNCATE matters_step CASCADE",
]


@pytest.mark.parametrize("attempt", [*ATTEMPTS, "DELETE FROM matters_matter", "DELETE FROM matters_letter"])
def test_the_app_is_refused(asked, people, attempt):
    asked()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)


@pytest.mark.parametrize("attempt", [*ATTEMPTS[:2], ATTEMPTS[4]])
def test_the_role_that_passes_row_security_is_refused_too(asked, database, attempt):
    asked()
    with psycopg.connect(database.url("yigongti_bulk")) as bulk, pytest.raises(psycopg.errors.InsufficientPrivilege):
        bulk.execute(attempt)


def test_nobody_writes_a_line_under_another_matter(asked, people):
    from yigongti.kernel.matters.models import Step

    matter = asked()
    with pytest.raises(DatabaseError), scope(people["other"]):
        Step.objects.create(matter_id=matter.pk, number=9, action="comment", words="伪造", at=AT)


def test_what_changed_in_a_matter_is_kept_besides(asked, database):
    matter = asked()
    with psycopg.connect(database.url("postgres")) as superuser:
        rows = superuser.execute(
            "SELECT operation FROM trail_rowchange WHERE table_name = 'matters_matter' AND row_key = %s ORDER BY id",
            [str(matter.pk)],
        ).fetchall()
    assert [operation for (operation,) in rows] == ["insert", "update"]


def test_histories_that_were_written_by_the_product_are_whole(answered, people):
    matter = answered()
    with scope(people["bureau"]):
        act(people["bureau"], matter.pk, "close", at=AT)
    assert faults() == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM matters_step WHERE number = 2", "numbered without gaps"),
        ("DELETE FROM matters_step WHERE number = 3", "numbered without gaps"),
        ("UPDATE matters_step SET source = 'found' WHERE number = 3", "does not begin where"),
        ("UPDATE matters_matter SET state = 'closed'", "does not stand where"),
        ("DELETE FROM matters_letter", "numbers are missing"),
    ],
)
def test_damage_by_a_superuser_is_found(answered, database, damage, said):
    answered()
    with psycopg.connect(database.url("postgres"), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")  # triggers and foreign keys out of the way
        superuser.execute(damage)
    found = faults()
    assert any(said in fault.en for fault in found), found


def test_the_product_sees_every_matter_only_under_its_purpose(asked):
    from yigongti.kernel.matters.models import Matter

    asked()
    with scope(NOBODY):
        assert Matter.objects.count() == 0
    with scope(NOBODY, purpose=MATTERS):
        assert Matter.objects.count() == 1
