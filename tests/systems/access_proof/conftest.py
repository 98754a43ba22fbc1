"""The world of the proof: a post of every role at four institutions, and a resident for every relation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from proof_relations import PLACES, RELATIONS, Asker
from proof_rows import make_row, tables_about_residents

from yigongti.kernel.access.roles import ROLES

KINDS = {
    "registration": "registration", "encounter": "encounter", "encounter that is over": "encounter",
    "contract with the institution": "contract", "contract with a team": "contract", "referral": "referral",
    "consultation": "consultation", "consent": "consent", "consent withdrawn": "consent",
}  # fmt: skip
LINKED = {"people_care", "people_opening", "people_resident"}
"""Made by hand: they are the relations themselves."""
OF_ITS_OWN = {"messages_message": {"state": "waiting"}, "messages_notice": {"account_id": 0, "permission": ""}}
"""What a table's own constraints ask of a row, or its policy of one that is meant for an institution."""


@dataclass
class World:
    """askers: post → actor; residents: relation → id; tables: everything that holds rows about them."""

    askers: dict[Asker, Any]
    residents: dict[str, int]
    tables: set[str]
    county: dict[str, Any]
    server: Any


@pytest.fixture
def world(county, account, database):
    """One resident for each relation with a row in every table; every role at every place."""
    import psycopg

    team = _team(county)
    posts = {Asker(role, place): account(role, place) for role in ROLES for place in PLACES}
    member = Asker("village_doctor", "T1", in_team=True)
    posts[member] = account("village_doctor", "T1", username="team-doctor")
    _join(team, posts[member])
    with psycopg.connect(database.url("postgres"), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        residents = {relation: _resident(connection, relation, county, team, posts) for relation in RELATIONS}
        tables = tables_about_residents(connection)
        for resident in residents.values():
            _rows(connection, tables, resident, county["H1"].pk)
    yield World({asker: _actor(made) for asker, made in posts.items()}, residents, tables, county, database)


def _team(county: Any) -> Any:
    from yigongti.kernel.organisations.models import Team

    return Team.objects.using("bulk").create(institution=county["H1"], code="T", name="演示·团队")


def _join(team: Any, made: Any) -> None:
    from yigongti.kernel.access.models import TeamMember

    TeamMember.objects.using("bulk").create(team=team, account=made, valid_from="2026-01-01")


def _actor(made: Any) -> Any:
    from django.utils import timezone

    from yigongti.kernel.access.queries import actor_by_username

    return actor_by_username(made.username, timezone.localdate())


def _resident(connection: Any, relation: str, county: Any, team: Any, posts: dict[Asker, Any]) -> int:
    from django.utils import timezone

    now, today = timezone.now(), timezone.localdate()
    # kept by another institution than those that ask, so that nothing but the relation lets anybody in
    resident = make_row(
        connection, "people_resident", {"institution_id": county["V1"].pk, "name": "演示", "state": "active"}
    )
    care = {"resident_id": resident, "institution_id": county["H1"].pk, "valid_from": today - timedelta(days=30)}
    if relation in KINDS:
        over = relation in ("encounter that is over", "consent withdrawn")
        care |= {"kind": KINDS[relation], "valid_to": today + timedelta(days=-1 if over else 30)}
        care |= {"team_id": team.pk} if relation == "contract with a team" else {}
        make_row(connection, "people_care", care)
    if RELATIONS[relation][0] == "account":
        for made in posts.values():
            _opening(connection, relation, resident, made, county["V1"].pk, now)
    return int(resident)


def _opening(connection: Any, relation: str, resident: int, made: Any, institution: int, now: Any) -> None:
    matter = relation == "opened for a matter"
    over = relation == "emergency that is over"
    make_row(connection, "people_opening", {
        "resident_id": resident, "account_id": made.pk, "institution_id": institution, "reason": "演示的理由",
        "kind": "matter" if matter else "emergency", "opened_by_id": made.pk + 1_000 if matter else made.pk,
        "started_at": now - timedelta(hours=3), "ends_at": now + timedelta(hours=-1 if over else 4),
        "closed_at": now - timedelta(hours=1) if relation == "opening that was closed" else None,
    })  # fmt: skip


def _rows(connection: Any, tables: set[str], resident: int, institution: int) -> None:
    """A row about the resident in every table; rows that hang on another row come after it."""
    whose = {
        "resident_id": resident,
        "whose": resident,
        "institution_id": institution,
        "about_residents": True,
        "book_id": institution,
    }
    made: dict[str, Any] = {}
    for table in sorted(tables - LINKED, key=lambda name: (name in ("people_movedrow",), name)):
        given = whose | {
            "survivor_id": resident,
            "retired_id": resident + 100_000,
            "merge_id": made.get("people_merge", 0),
        }
        given |= {"first_id": resident, "second_id": resident + 100_000, "state": "open", "category": "clinical"}
        given |= {"resource_id": made.get("records_resource", 0)}
        made[table] = make_row(connection, table, given | OF_ITS_OWN.get(table, {}))
