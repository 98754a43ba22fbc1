"""Residents to be looked at, and whoever looks."""

import pytest
from django.utils import timezone

from yigongti.kernel.access.actor import Actor


@pytest.fixture
def resident(county):
    """Makes a resident in the care of an institution: resident("演示·甲", "H1") → Resident"""
    from yigongti.kernel.people.models import Care, Resident

    def make(name="演示·甲", cared_for_at="H1", **fields):
        made = Resident.objects.using("bulk").create(
            institution_id=county["H1"].pk, name=name, registered_at=timezone.now(), **fields
        )
        Care.objects.using("bulk").create(
            resident_id=made.pk, institution_id=county[cared_for_at].pk, kind=Care.Kind.ENCOUNTER,
            valid_from="2026-01-01", made_at=timezone.now(),
        )  # fmt: skip
        return made

    return make


@pytest.fixture
def as_resident():
    """The actor that a resident is: as_resident(7) → Actor"""
    return lambda resident_id: Actor(account_id=0, username="", display_name="演示·本人", resident_id=resident_id)


@pytest.fixture
def look(actor):
    """Lets a physician look at records: look(resident_id, …) writes one view each; answers the actor."""
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.trail.public import viewed

    known = {}

    def looked(*resident_ids, at_institution="H1", what="page: record", why="encounter"):
        me = known.setdefault(at_institution, None) or actor("physician", at_institution)
        known[at_institution] = me
        for resident_id in resident_ids:
            with scope(me):
                viewed(me, resident_id, what=what, why=why, at=timezone.now())
        return me

    return looked


@pytest.fixture
def superuser(database):
    """A connection for which nothing is forbidden: what an intruder who owns the machine could do."""
    import psycopg

    with psycopg.connect(database.url("postgres"), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
