"""The proof: every table about residents × every role × institution × relation, asked of the database itself."""

import csv
import io
import os

import pytest
from django.db import connection
from proof_relations import HERE, PLACES, RELATIONS, Asker, nobody, record, registration

from yigongti.kernel.access.matrix import MATRIX, proved
from yigongti.kernel.access.roles import ROLES
from yigongti.kernel.access.scope import scope

pytestmark = pytest.mark.slow


def care(asker, relation):
    """The relation itself: seen on the side of the institution or the team that has it, live or over."""
    whose, _live = RELATIONS[relation]
    sides = ("people.register", "records.see_public_health")
    at_home = asker.place == HERE and asker.holds("records.see")
    at_home = at_home or (HERE in PLACES[asker.place] and any(asker.holds(side) for side in sides))
    has_row = whose in (HERE, "a team of H1")
    return has_row and (at_home or (whose != HERE and asker.in_team))


def opening(asker, relation):
    """To whom a record was opened: that account. (The privacy officer's view has a test of its own.)"""
    whose, _live = RELATIONS[relation]
    return whose == "account"


def matching(asker, relation):
    """Doubtful pairs and merges: those who decide them, of residents whose registration they see."""
    return asker.holds("people.match") and registration(asker, relation)


def guarded(asker, relation):
    """Who looked, and how rows about people changed: the privacy officer of the institution (H1)."""
    return HERE in PLACES[asker.place] and asker.holds("trail.see_views")


def settled(asker, relation):
    """Settlements, approvals and what waits at the counter: by the institution (H1), whoever settles there itself and
    whoever oversees it; no care relation is asked."""
    oversees = HERE in PLACES[asker.place] and asker.holds("benefits.see")
    return oversees or (asker.place == HERE and asker.holds("benefits.settle"))


def enrolled(asker, relation):
    """The register of the insured: the bureau that keeps it (H1 here) and whoever oversees it. The counter reads it by
    number in a scope of its own."""
    return HERE in PLACES[asker.place] and asker.holds("benefits.see")
    """Entries about somebody in the book of H1: those who see its settlements, and its own counter; no relation is
    asked, and none lets anybody in."""
    return (HERE in PLACES[asker.place] and asker.holds("benefits.see")) or (
        asker.place == HERE and asker.holds("benefits.settle")
    )


LAWS = {
    "people_resident": registration,
    "people_identifier": registration,
    "people_residentgroup": registration,
    "people_care": care,
    "people_opening": opening,
    "people_usedcode": nobody,
    "people_doubtfulpair": matching,
    "people_merge": matching,
    "people_movedrow": matching,
    "records_resource": record,
    "records_version": record,
    "records_token": record,
    "records_string": record,
    "records_date": record,
    "records_reference": record,
    "records_quantity": record,
    "records_uri": record,
    "trail_view": guarded,
    "trail_rowchange": guarded,
    "messages_message": guarded,
    "messages_notice": guarded,
    "resident_services_objection": guarded,
    "ledger_entry": settled,
    "resident_services_signincode": nobody,
    "benefits_settlement": settled,
    "benefits_admission": settled,
    "benefits_approval": settled,
    "benefits_heldinjury": settled,
    "benefits_offlinebill": settled,
    "benefits_enrolment": enrolled,
    "benefits_benefityear": nobody,
}
"""Table → its law. A new table about residents fails until it is given one."""

ABOUT_NOBODY = {"trail_block": "its columns resource and merge are none: blocks hold counts and digests"}

INDEXED = ("token", "string", "date", "reference", "quantity", "uri")

WHOSE = {"people_resident": "id", "people_doubtfulpair": "first_id", "people_merge": "survivor_id",
         **dict.fromkeys([f"records_{kind}" for kind in INDEXED], "whose"),
         "people_movedrow": "(SELECT m.survivor_id FROM people_merge m WHERE m.id = t.merge_id)"}  # fmt: skip


def seen_by(actor, table):
    """Ids of the residents about whom the actor sees a row of the table."""
    column = WHOSE.get(table, "resident_id")
    with scope(actor), connection.cursor() as cursor:
        cursor.execute(f'SELECT {column} FROM "{table}" t')
        return {row[0] for row in cursor.fetchall()}


def test_every_table_about_residents_has_its_law(world):
    assert world.tables - set(ABOUT_NOBODY) == set(LAWS)


def test_the_database_shows_each_post_exactly_what_the_law_says(world, capsys):
    relation_of = {resident: relation for relation, resident in world.residents.items()}
    wrong, asked = [], 0
    for asker, actor in world.askers.items():
        for table, law in LAWS.items():
            seen = {relation_of[resident] for resident in seen_by(actor, table) if resident in relation_of}
            expected = {relation for relation in RELATIONS if law(asker, relation)}
            asked += len(RELATIONS)
            if seen != expected:
                wrong.append((table, asker, "too much", sorted(seen - expected), "too little", sorted(expected - seen)))
    with capsys.disabled():
        places, roles = len(PLACES), len({asker.role_id for asker in world.askers})
        print(f"\n{len(LAWS)} tables x {roles} roles x {places} places x {len(RELATIONS)} relations: {asked} answers")
    assert wrong == []


def test_a_resident_sees_the_own_rows_and_no_others(world):
    from yigongti.kernel.access.actor import Actor

    for relation in ("none", "encounter"):
        me = Actor(account_id=0, username="", display_name="", resident_id=world.residents[relation])
        for table in sorted(set(LAWS) - {"people_doubtfulpair", "people_merge", "people_movedrow"}):
            assert seen_by(me, table) <= {world.residents[relation]}, table
        assert seen_by(me, "people_resident") == {world.residents[relation]}


def test_outside_of_a_scope_nothing_is_seen(world):
    with connection.cursor() as cursor:
        for table in LAWS:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone()[0] == 0, table


def matrix_text():
    """The laws as the product shows them: law, tables, role, place, relations that let in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["law", "tables", "role", "place", "relations"])
    by_law = {}
    for table, law in LAWS.items():
        by_law.setdefault(law, []).append(table)
    for law, tables in by_law.items():
        named = [law.__name__, " ".join(sorted(tables))]
        rows = [
            [*named, role, place, "|".join(lets_in)]
            for role in ROLES
            for place in PLACES
            if (lets_in := [relation for relation in RELATIONS if law(Asker(role, place), relation)])
        ]
        writer.writerows(rows or [[*named, "", "", ""]])
    return out.getvalue()


def test_the_matrix_that_the_product_shows_is_the_proved_one():
    """YIGONGTI_WRITE_MATRIX=1 writes it anew, after the proof above has passed."""
    if os.environ.get("YIGONGTI_WRITE_MATRIX"):
        MATRIX.write_text(matrix_text(), encoding="utf-8")
    assert MATRIX.read_text(encoding="utf-8") == matrix_text()
    assert {table for law in proved() for table in law.tables} == set(LAWS)
