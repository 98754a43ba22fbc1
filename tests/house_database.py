"""The database of the tests: an embedded server of their own, migrated as the owner, used as the app.

A folder of tests that needs it imports these fixtures in its conftest.py.

    def test_something(database, actor_of_role): ...

`database` opens the database to a test and empties every table afterwards.
"""

import shutil
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from prepared import copy, once

DAY = date(2026, 1, 1)


@pytest.fixture(scope="session")
def migrated(django_db_blocker):
    """The folder of a database with all migrations run and nothing in it, made once for the whole run (prepared.py)."""
    from django.db import connections

    from yigongti.config.embedded_postgres import EmbeddedPostgres
    from yigongti.kernel.access.database import prepare
    from yigongti.kernel.access.migrating import migrate

    def make(draft):
        server = EmbeddedPostgres(Path(settings.DATA_FOLDER), durable=False)
        with server.running(), django_db_blocker.unblock():
            prepare(server.url("postgres", "postgres"), database="yigongti")
            migrate()
            connections.close_all()
        copy(server.cluster, draft / "postgres")
        shutil.rmtree(server.cluster)

    return once("migrated", make)


@pytest.fixture(scope="session")
def database_server(migrated, django_db_blocker):
    """The server, up for the whole session."""
    from django.db import connections

    from yigongti.config.embedded_postgres import EmbeddedPostgres

    install(migrated, Path(settings.DATA_FOLDER))
    server = EmbeddedPostgres(Path(settings.DATA_FOLDER), durable=False)
    server.start()
    try:
        with django_db_blocker.unblock():
            yield server
            connections.close_all()
    finally:
        server.stop()


def install(migrated, folder):
    """Make the data folder that of an installation without rows, as `yigongti database migrate` would leave it."""
    copy(migrated / "postgres", folder / "postgres")
    if folder != Path(settings.DATA_FOLDER):
        shutil.copyfile(Path(settings.DATA_FOLDER) / "secret_key", folder / "secret_key")


LARGE = 512 * 1024  # bytes; below, deleting rows is quicker than giving a table and its indexes new files


@contextmanager
def emptied(server):
    """Afterwards every table is empty again and counts from 1 (as superuser: the app may not delete the trail)."""
    import psycopg
    from django.db import connections

    try:
        yield
    finally:
        connections.close_all()
        with psycopg.connect(server.url("postgres")) as connection:
            tables = connection.execute(
                "SELECT quote_ident(relname), pg_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations'"
                " AND pg_relation_size(oid) > 0"
            ).fetchall()
            connection.execute("SET session_replication_role = replica")  # the trail refuses to be emptied
            large = [name for name, size in tables if size > LARGE]
            if large:
                connection.execute(f"TRUNCATE {', '.join(large)} CASCADE")
            connection.execute("; ".join(f"DELETE FROM {name}" for name, size in tables if size <= LARGE) or "SELECT 1")
            connection.execute(
                "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
                " FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
            )


@pytest.fixture
def database(database_server, django_db_blocker):
    """The database, open to the test and emptied afterwards."""
    with django_db_blocker.unblock(), emptied(database_server):
        yield database_server


@pytest.fixture
def county(database):
    """A small county: two hospitals with a department each, a township hospital, a village clinic; by code."""
    from yigongti.kernel.organisations.models import Department, Institution

    kinds = Institution.Kind
    tree = [
        ("C", "示范县", "Demo County", kinds.COUNTY, None),
        ("H1", "示范县人民医院", "County People's Hospital", kinds.COUNTY_HOSPITAL, "C"),
        ("T1", "城关镇卫生院", "Chengguan Township Hospital", kinds.TOWNSHIP_HOSPITAL, "H1"),
        ("V1", "东村卫生室", "East Village Clinic", kinds.VILLAGE_CLINIC, "T1"),
        ("H2", "示范县中医医院", "County TCM Hospital", kinds.TCM_HOSPITAL, "C"),
    ]
    made: dict[str, Institution] = {}
    for code, name, name_en, kind, parent in tree:
        made[code] = Institution.objects.using("bulk").create(
            code=code, name=name, name_en=name_en, kind=kind, parent_id=made[parent].pk if parent else None,
            valid_from=DAY,
        )  # fmt: skip
    for code in ("H1", "H2"):
        Department.objects.using("bulk").create(
            institution_id=made[code].pk, code="0301", name="骨科", name_en="Orthopaedics"
        )
    return made


@pytest.fixture
def account(county):
    """Makes an account with one post: account("coder", "H1") → Account; the password is “right-password-1”."""
    from yigongti.kernel.access.models import Account, Post

    def make(role, institution="C", username=None, department="", **fields):
        made = Account(username=username or f"{role}-{institution}", display_name=f"演示·{role}", **fields)
        made.set_password("right-password-1")
        made.save(using="bulk")
        if role:
            Post.objects.using("bulk").create(
                account_id=made.pk, institution_id=county[institution].pk, role_id=role, department_code=department,
                valid_from=DAY,
            )  # fmt: skip
        return made

    return make


@pytest.fixture
def actor(account):
    """The actor of a role at an institution: actor("coder", "H1") → Actor"""
    from django.utils import timezone

    from yigongti.kernel.access.queries import actor_by_username

    return lambda role, institution="C", **fields: actor_by_username(
        account(role, institution, **fields).username, timezone.localdate()
    )


@pytest.fixture
def signed_in(account):
    """A browser signed in as a role at an institution: signed_in("coder", "H1").get("/")"""
    from django.test import Client

    def make(role, institution="C", **fields):
        made = account(role, institution, **fields)
        client = Client()
        answer = client.post("/accounts/sign-in", {"username": made.username, "password": "right-password-1"})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return make


@pytest.fixture
def resident(county):
    """Registers an invented resident: resident("V1", "甲一", born=date(1950, 1, 2), sex="2") → Resident, in the care of
    that institution; care=False leaves the care out. The number belongs to no province (609921)."""
    from django.utils import timezone

    from yigongti.foundation.identifiers import resident_check_place
    from yigongti.kernel.people.details import Details, columns, tidied
    from yigongti.kernel.people.models import FOREVER, Care, Resident

    made = iter(range(1, 500))

    def make(institution="V1", name="演示甲", born=date(1970, 5, 6), sex="1", *, number=None, care=True, **fields):
        if number is None:
            seventeen = f"609921{born:%Y%m%d}{next(made) * 2 - (sex == '1'):03d}"
            number = seventeen + resident_check_place(seventeen)
        told = tidied(Details(name=name, sex=sex, birth_date=born, number=number, **fields))
        keeper, now = county[institution].pk, timezone.now()
        row = Resident.objects.using("bulk").create(institution_id=keeper, registered_at=now, **columns(told))
        if care:
            Care.objects.using("bulk").create(
                resident=row, institution_id=keeper, kind=Care.Kind.REGISTRATION, valid_from=DAY, valid_to=FOREVER,
                made_at=now,
            )  # fmt: skip
        return row

    return make
