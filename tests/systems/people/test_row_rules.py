"""The row rules, asked of the database as the app: each table × each relation is visible or not, and nobody lets
himself in by any statement."""

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.models import TeamMember
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.row_security import Protect
from yigongti.kernel.access.scope import scope
from yigongti.kernel.organisations.models import Team
from yigongti.kernel.people.models import Care, Household, Identifier, Opening, Resident, ResidentGroup
from yigongti.kernel.people.row_rules import sees

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
LONG_AGO = TODAY - timedelta(days=400)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def record(database):
    """A table as kernel/records has them: rows about residents under the rule `sees`."""
    with psycopg.connect(database.url("yigongti_owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE invented_record (resident_id bigint, content text)")
        for statement in Protect("invented_record", read=sees("invented_record"), write="false").statements():
            owner.execute(statement)
    yield "invented_record"
    with psycopg.connect(database.url("yigongti_owner"), autocommit=True) as owner:
        owner.execute("DROP TABLE invented_record")


@pytest.fixture
def person(resident, county, record):
    """A resident kept by the village clinic, in nobody's care, with one row in every table about residents."""
    row = resident("V1", care=False)
    Identifier.objects.using("bulk").create(resident=row, institution=county["V1"], kind="record", value="1")
    ResidentGroup.objects.using("bulk").create(resident=row, group="elder", valid_from=TODAY)
    home = Household.objects.using("bulk").create(institution=county["V1"], code="1")
    Resident.objects.using("bulk").filter(pk=row.pk).update(household=home)
    with connections_bulk() as cursor:
        cursor.execute("INSERT INTO invented_record VALUES (%s, 'something')", [row.pk])
    return row


def connections_bulk():
    from django.db import connections

    return connections["bulk"].cursor()


def visible(who):
    """The tables of which the actor sees a row."""
    tables = ("people_resident", "people_identifier", "people_residentgroup", "people_household", "invented_record")
    with scope(who), connection.cursor() as cursor:
        found = set()
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found |= {table} if cursor.fetchone()[0] else set()
    return found


REGISTRATION = {"people_resident", "people_identifier", "people_residentgroup", "people_household"}
ALL = REGISTRATION | {"invented_record"}


def care(person, institution, kind=Care.Kind.REGISTRATION, first=LONG_AGO, last=TOMORROW, **fields):
    return Care.objects.using("bulk").create(
        resident=person, institution=institution, kind=kind, valid_from=first, valid_to=last, made_at=NOW, **fields
    )


def opening(person, county, account_id, *, kind="emergency", by=None, starts=-1, ends=1, closed=False):
    return Opening.objects.using("bulk").create(
        resident=person, account_id=account_id, institution=county["H2"], kind=kind, reason="演示事由",
        opened_by_id=by or account_id, started_at=NOW + timedelta(hours=starts), ends_at=NOW + timedelta(hours=ends),
        closed_at=NOW if closed else None,
    )  # fmt: skip


@pytest.fixture
def physician(actor):
    return actor("physician", "H2")


def test_without_a_relation_nothing_is_seen(physician, person):
    assert visible(physician) == set()


@pytest.mark.parametrize("kind", list(Care.Kind))
def test_whoever_cares_today_sees_everything(physician, person, county, kind):
    care(person, county["H2"], kind)
    assert visible(physician) == ALL


@pytest.mark.parametrize(
    ("first", "last", "seen"),
    [
        (LONG_AGO, TODAY, ALL),
        (TODAY, TODAY, ALL),
        (LONG_AGO, YESTERDAY, set()),
        (TOMORROW, TOMORROW, set()),
    ],
    ids=["last day", "only day", "the day after the days of grace", "not yet"],
)
def test_a_visit_shows_until_the_last_of_its_days(physician, person, county, first, last, seen):
    care(person, county["H2"], Care.Kind.ENCOUNTER, first, last)
    assert visible(physician) == seen


@pytest.mark.parametrize("kind", [Care.Kind.REGISTRATION, Care.Kind.CONSENT])
def test_care_that_was_ended_today_shows_nothing(physician, person, county, kind):
    care(person, county["H2"], kind, ended_at=NOW)
    assert visible(physician) == set()


def test_the_care_of_one_hospital_shows_nothing_to_another(actor, person, county):
    care(person, county["H2"])
    assert visible(actor("physician", "H1")) == set()


def test_the_leading_hospital_does_not_read_what_the_clinic_below_it_cares_for(actor, person, county):
    care(person, county["V1"])
    assert visible(actor("physician", "H1")) == set()


def test_a_contract_with_a_team_shows_to_its_members_alone(account, person, county):
    team = Team.objects.using("bulk").create(institution=county["T1"], code="1", name="演示团队")
    care(person, county["T1"], Care.Kind.CONTRACT, team=team)
    member, other = account("village_doctor", "V1"), account("physician", "T1")
    TeamMember.objects.using("bulk").create(team=team, account_id=member.pk, valid_from=LONG_AGO)
    assert visible(actor_by_username(member.username, TODAY)) == ALL
    assert visible(actor_by_username(other.username, TODAY)) == set()


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({}, ALL),
        ({"starts": -2, "ends": -1}, set()),
        ({"starts": 1, "ends": 2}, set()),
        ({"closed": True}, set()),
    ],
    ids=["live", "over", "not yet", "closed"],
)
def test_an_emergency_shows_while_it_lasts(physician, person, county, given, seen):
    opening(person, county, physician.account_id, **given)
    assert visible(physician) == seen


def test_an_opening_for_a_matter_shows_to_the_account_and_not_to_who_opened_it(physician, actor, person, county):
    opener = actor("physician", "H1")
    opening(person, county, physician.account_id, kind="matter", by=opener.account_id)
    assert visible(physician) == ALL
    assert visible(opener) == set()


def test_residents_see_everything_of_their_own_and_nothing_of_others(person, resident):
    other = resident("V1", "演示乙", care=False)
    assert visible(Actor(0, "", "", resident_id=person.pk)) == ALL
    assert visible(Actor(0, "", "", resident_id=other.pk)) == {"people_resident"}


@pytest.mark.parametrize(
    ("role", "institution", "seen"),
    [
        ("registration_desk", "H2", REGISTRATION),
        ("public_health_worker", "H2", REGISTRATION),
        ("exchange_system", "H2", ALL),
        ("coder", "H2", set()),
        ("hospital_insurance_office", "H2", set()),
        ("county_director", "C", set()),
        ("trail_reader", "C", set()),
        ("system_administrator", "C", set()),
        ("registration_desk", "H1", set()),
        ("master_index_clerk", "C", REGISTRATION),
        ("privacy_officer", "C", REGISTRATION),
        ("master_index_clerk", "H2", REGISTRATION),
        ("privacy_officer", "H2", set()),
    ],
)
def test_what_each_role_sees_of_somebody_in_the_hospitals_care(actor, person, county, role, institution, seen):
    care(person, county["H2"])
    assert visible(actor(role, institution)) == seen


@pytest.mark.parametrize("role", ["registration_desk", "public_health_worker", "physician", "exchange_system"])
def test_without_care_the_hospital_sees_no_registration_either(actor, person, role):
    assert visible(actor(role, "H2")) == set()


def test_who_matches_sees_every_registration_that_the_county_keeps(actor, person):
    assert visible(actor("master_index_clerk", "C")) == REGISTRATION


INSERT_CARE = (
    "INSERT INTO people_care (resident_id, institution_id, team_id, kind, valid_from, valid_to, source, made_at,"
    " made_by_id, ended_at) VALUES (%s, %s, NULL, %s, '2020-01-01', '9999-12-31', '', now(), 0, NULL)"
)
INSERT_OPENING = (
    "INSERT INTO people_opening (resident_id, account_id, institution_id, kind, reason, opened_by_id, started_at,"
    " ends_at) VALUES (%s, %s, %s, %s, 'forged', %s, now(), now() + interval '1 year')"
)


@pytest.mark.parametrize("kind", list(Care.Kind))
def test_no_statement_of_a_page_makes_a_care_relation(physician, person, county, kind):
    with pytest.raises(DatabaseError), scope(physician), connection.cursor() as cursor:
        cursor.execute(INSERT_CARE, [person.pk, county["H2"].pk, kind])


@pytest.mark.parametrize("purpose", ["page", "registering", "matching", "opening", "job", "accounts"])
def test_a_consent_is_not_forged_for_any_purpose(physician, person, county, purpose):
    with pytest.raises(DatabaseError), scope(physician, purpose=purpose), connection.cursor() as cursor:
        cursor.execute(INSERT_CARE, [person.pk, county["H2"].pk, "consent"])


def test_a_registration_is_not_turned_into_a_consent(physician, person, county):
    care(person, county["H2"])
    with pytest.raises(DatabaseError), scope(physician, purpose="registering"), connection.cursor() as cursor:
        cursor.execute("UPDATE people_care SET kind = 'consent'")


@pytest.mark.parametrize("purpose", ["page", "registering", "matching", "opening", "job"])
def test_a_withdrawn_consent_is_not_revived(physician, person, county, purpose):
    care(person, county["H2"], Care.Kind.CONSENT, ended_at=NOW)
    with scope(physician, purpose=purpose), connection.cursor() as cursor:
        cursor.execute("UPDATE people_care SET ended_at = NULL")
        assert cursor.rowcount == 0


@pytest.mark.parametrize(
    ("purpose", "kind", "by"),
    [
        ("page", "emergency", "me"),
        ("page", "matter", "other"),
        ("registering", "emergency", "me"),
        ("matching", "emergency", "me"),
        ("opening", "matter", "me"),
        ("opening", "matter", "other"),
        ("opening", "emergency", "other"),
    ],
)
def test_an_opening_is_not_forged(physician, actor, person, county, purpose, kind, by):
    opener = physician.account_id if by == "me" else actor("privacy_officer", "C").account_id
    with pytest.raises(DatabaseError), scope(physician, purpose=purpose), connection.cursor() as cursor:
        cursor.execute(INSERT_OPENING, [person.pk, physician.account_id, county["H2"].pk, kind, opener])


def test_a_closed_opening_is_not_opened_again_by_whom_it_was_for(physician, actor, person, county):
    opener = actor("privacy_officer", "C").account_id
    made = opening(person, county, physician.account_id, kind="matter", by=opener, closed=True)
    with pytest.raises(DatabaseError), scope(physician, purpose="opening"):
        Opening.objects.filter(pk=made.pk).update(closed_at=None)


@pytest.mark.parametrize("table", ["people_resident", "people_care", "people_identifier", "people_residentgroup"])
def test_no_statement_of_a_page_changes_a_row_about_residents(physician, person, county, table):
    care(person, county["H2"])
    with scope(physician), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id")
        assert cursor.rowcount == 0


@pytest.mark.parametrize(
    "table", ["people_resident", "people_care", "people_opening", "people_merge", "people_movedrow", "people_usedcode"]
)
def test_the_app_deletes_nothing_about_residents(person, physician, table):
    with pytest.raises(DatabaseError), scope(physician, purpose="merging"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_outside_of_a_scope_nobody_is_seen(person):
    assert Resident.objects.count() == 0
