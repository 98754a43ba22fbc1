"""The database shows a resident the own rows and no others: in every table that names a resident, as the app."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, connections, models
from django.utils import timezone
from invented_record import give_record
from resident_browser import browser_of

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import Care, Identifier, Opening, Resident, ResidentGroup, UsedCode

SEEN_BY_NOBODY = {
    "resident_services_signincode": "codes are read only while somebody signs in",
    "people_doubtfulpair": "a clerk's work about registrations",
    "people_merge": "a clerk's work about registrations",
    "messages_notice": "what the staff is told about a resident is the staff's",
    "trail_rowchange": "the history of rows is read by who guards",
}
"""Tables that name a resident and that no resident reads, each with its reason."""
NOT_FILLED = {"trail_rowchange": "written by triggers", "records_version": "written when a resource changes"}


def tables_about_residents():
    """Every table with a column that points to a resident, by key or by name."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            points = isinstance(field, models.ForeignKey) and field.related_model is Resident
            if points or field.column == "resident_id":
                found.setdefault(model._meta.db_table, field.column)
    found["people_resident"] = "id"
    return found


TABLES = tables_about_residents()


def fill(person, county, account):
    """A row about the resident in every table that can have one."""
    from yigongti.kernel.messages.models import Message, Notice
    from yigongti.kernel.people.models import DoubtfulPair, Merge
    from yigongti.systems.resident_services.models import Objection, SignInCode

    now, place = timezone.now(), county["H1"].pk
    bulk = {"resident": person}
    Identifier.objects.using("bulk").create(**bulk, institution_id=place, kind="record", value=f"R{person.pk}")
    ResidentGroup.objects.using("bulk").create(**bulk, group="elder", valid_from=timezone.localdate())
    Opening.objects.using("bulk").create(
        **bulk, account=account, institution_id=place, kind="emergency", reason="演示事由", opened_by=account,
        started_at=now, ends_at=now + timedelta(hours=1),
    )  # fmt: skip
    UsedCode.objects.using("bulk").create(
        **bulk, nonce=f"n{person.pk}", institution_id=place, account_id=account.pk, used_at=now
    )
    Message.objects.using("bulk").create(**bulk, kind="record_opened", text="演示", state="failed", created_at=now)
    Notice.objects.using("bulk").create(
        **bulk, institution_id=place, kind="x", text_zh="演示", text_en="x", created_at=now
    )
    Objection.objects.using("bulk").create(
        **bulk, institution_id=place, about="View/1", who="演示", looked_at=now, words="演示", made_at=now
    )
    SignInCode.objects.using("bulk").create(
        **bulk, token=f"t{person.pk}", number_index="x", address="127.0.0.1", asked_at=now,
        expires_at=now + timedelta(minutes=5),
    )  # fmt: skip
    twin = Resident.objects.using("bulk").create(institution_id=place, name="演示", registered_at=now)
    DoubtfulPair.objects.using("bulk").create(first=person, second=twin, weight=1, probability=0.5, found_at=now)
    Merge.objects.using("bulk").create(
        survivor=person, retired=twin, reason="演示", merged_at=now, merged_by_id=account.pk
    )
    give_record(person, place)
    fill_counter(person, place)
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_view (happened_at, account_id, by_resident_id, client, viewer, institution_id,"
            " resident_id, what, why, request_id) VALUES (now(), %s, 0, '', '演示', %s, %s, 'page', 'encounter', 'r')",
            [account.pk, place, person.pk],
        )


def fill_counter(person, place):
    """What the counter and the books hold about the resident."""
    from yigongti.kernel.access.actor import NOBODY
    from yigongti.kernel.ledger.public import EntryDraft, PostingDraft, post
    from yigongti.systems.benefits.models import (
        AMOUNTS,
        Admission,
        Approval,
        BenefitYear,
        Enrolment,
        HeldInjury,
        OfflineBill,
        Settlement,
    )

    now, day = timezone.now(), timezone.localdate()
    whose = {"resident": person, "insured_number": f"I{person.pk}", "name": "演示"}
    here = whose | {"institution_id": place}
    Enrolment.objects.using("bulk").create(
        **here, insurance_type="390", valid_from=day, valid_to=day + timedelta(days=30), made_at=now
    )
    Approval.objects.using("bulk").create(
        **here, kind="special_disease", disease_code="dialysis", valid_from=day, valid_to=day, asked_at=now
    )
    BenefitYear.objects.using("bulk").create(resident=person, year=day.year, insurance_type="390")
    Admission.objects.using("bulk").create(**here, case_id=f"A{person.pk}", started_on=day, admitted_at=now)
    HeldInjury.objects.using("bulk").create(
        **here, key=f"h{person.pk}", told_cause="演示", request={}, total_cost=5, held_at=now
    )
    OfflineBill.objects.using("bulk").create(**here, key=f"o{person.pk}", request={}, accepted_at=now, received_at=now)
    Settlement.objects.using("bulk").create(
        **here, number=str(person.pk), key=f"s{person.pk}", content="x", insurance_type="390", care="inpatient",
        level="county", place="community", referral="none", started_on=day, ended_on=day, settled_on=day,
        year=day.year, release="x", settled_at=now, deductible_of_stay=0,
        **(dict.fromkeys(AMOUNTS, 0) | {"total_cost": 5, "in_policy": 5, "base": 5, "cash": 5}),
    )  # fmt: skip
    entry = EntryDraft(
        f"test/{person.pk}", place, day, "payment", Text("演示", "x"), f"test:{person.pk}",
        (PostingDraft("1002", Decimal("5.00")), PostingDraft("1101.01", Decimal("-5.00"))), resident_id=person.pk,
    )  # fmt: skip
    post(NOBODY, [entry], now, using="bulk")


@pytest.fixture
def pair(resident, county, account):
    """Two residents, each with a row in every table about residents."""
    physician = account("physician", "H1")
    own, other = resident("V1", "演示甲", phone="13800138000"), resident("V1", "演示乙", phone="13800138001")
    for person in (own, other):
        fill(person, county, physician)
    return own, other


def counts(using, person):
    """How many rows about the resident a connection sees, by table."""
    with connections[using].cursor() as cursor:
        found = {}
        for table, column in TABLES.items():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [person.pk])
            found[table] = cursor.fetchone()[0]
    return found


def test_every_table_about_residents_is_filled_so_that_the_proof_means_something(pair):
    empty = {table for person in pair for table, number in counts("bulk", person).items() if not number}
    assert empty <= set(NOT_FILLED)


def test_a_resident_sees_no_row_of_another_in_any_table(pair):
    own, other = pair
    with scope(Actor(0, "", "", resident_id=own.pk)):
        seen = {table: number for table, number in counts("default", other).items() if number}
    assert seen == {}


def test_a_resident_sees_the_own_rows_in_every_table_that_is_theirs_to_read(pair):
    own, _other = pair
    with scope(Actor(0, "", "", resident_id=own.pk)):
        unseen = {table for table, number in counts("default", own).items() if not number}
    assert unseen == (set(SEEN_BY_NOBODY) | set(NOT_FILLED)) & set(TABLES)


def test_a_scope_of_nobody_sees_no_resident_at_all(pair):
    with scope(Actor(0, "", "")):
        assert {table: n for person in pair for table, n in counts("default", person).items() if n} == {}


def test_no_page_of_a_resident_names_another(pair):
    own, other = pair
    Resident.objects.using("bulk").filter(pk=other.pk).update(name="演示乙不可见")
    client = browser_of(own)
    places = (
        "", "record/", "results/", "reports/", "stays/", "immunisations/", "documents/", "bills/", "looks/",
        "consents/", "messages/", "more/", "results/one?code=http://loinc.org|14771-0",
    )  # fmt: skip
    said = {place: client.get(f"/resident_services/{place}").content.decode() for place in places}
    assert [place for place, page in said.items() if "演示乙" in page or f"lab-1-{other.pk}" in page] == []


def test_another_residents_report_is_not_there(pair):
    own, other = pair
    client = browser_of(own)
    assert client.get(f"/resident_services/reports/one?id=lab-1-{own.pk}").status_code == 200
    assert client.get(f"/resident_services/reports/one?id=lab-1-{other.pk}").status_code == 404


def test_a_residents_trail_lines_are_not_another_residents_to_read(pair):
    """Both have the account 0: that must never make their lines each other's."""
    from yigongti.kernel.trail.models import TrailEntry
    from yigongti.kernel.trail.public import record

    own, other = pair
    with scope(Actor(0, "", "", resident_id=other.pk)):
        record(Actor(0, "", "", resident_id=other.pk), "people.consent_given", at=timezone.now())
    with scope(Actor(0, "", "", resident_id=own.pk)):
        assert TrailEntry.objects.count() == 0


def test_a_resident_changes_no_registration_and_gives_no_consent_for_another(pair, county):
    from django.db import DatabaseError

    own, other = pair
    with scope(Actor(0, "", "", resident_id=own.pk)):
        assert Resident.objects.update(name="x") == 0
    with pytest.raises(DatabaseError), scope(Actor(0, "", "", resident_id=own.pk)):
        Care.objects.create(
            resident_id=other.pk, institution=county["H2"], kind="consent", valid_from=timezone.localdate(),
            made_at=timezone.now(),
        )  # fmt: skip


def test_the_proof_runs_as_the_role_that_serves(database):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("yigongti_app",)
