"""Merging and un-merging: everything about a resident moves, nothing is deleted, and everything comes back."""

import threading
from datetime import date

import pytest
from django.db import connection, connections
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.decide_pair import decide_different, decide_same, merge_certain
from yigongti.kernel.people.actions.merge import merge
from yigongti.kernel.people.actions.unmerge import unmerge
from yigongti.kernel.people.models import (
    Care,
    DoubtfulPair,
    Identifier,
    Merge,
    MovedRow,
    Resident,
    ResidentGroup,
    UsedCode,
)
from yigongti.kernel.people.moving import places
from yigongti.kernel.people.standing import standing

NOW = timezone.now()


@pytest.fixture
def clerk(actor):
    return actor("master_index_clerk", "C")


@pytest.fixture
def people(resident, county):
    """Three registrations of one person, each with rows of its own: a code, a group, a care relation, a used code."""
    made = []
    for place, name in (("H1", "演示甲"), ("H2", "演示乙"), ("V1", "演示丙")):
        row = resident(place, name)
        Identifier.objects.using("bulk").create(
            resident=row, institution=county[place], kind=Identifier.Kind.RECORD, value=f"R-{place}"
        )
        ResidentGroup.objects.using("bulk").create(resident=row, group="elder", valid_from=date(2020, 1, 1))
        UsedCode.objects.using("bulk").create(
            resident=row, nonce=f"n-{place}", institution=county[place], account_id=1, used_at=NOW
        )
        made.append(row)
    return made


def merged(clerk, survivor, retired):
    return merge(clerk, survivor.public_id, retired.public_id, reason="同一人", at=NOW)


def undone(clerk, made):
    return unmerge(clerk, made.pk, reason="误合并", at=NOW)


def everything():
    """Which resident each row of each table about residents names."""
    return {
        place.table: sorted(place.model.objects.using("bulk").values_list("pk", place.field.attname))
        for place in places()
    }


def states():
    return list(Resident.objects.using("bulk").order_by("pk").values_list("state", "merged_into_id"))


def test_every_table_that_names_residents_is_known(database):
    assert {place.table for place in places()} >= {
        "people_care", "people_identifier", "people_opening", "people_residentgroup", "people_usedcode",
    }  # fmt: skip


def test_every_table_that_names_residents_lets_a_merge_see_and_move_its_rows(database):
    with connection.cursor() as cursor:
        for place in places():
            cursor.execute(
                "SELECT polcmd, pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = %s::regclass"
                " AND polcmd IN ('r', 'w')",
                [place.table],
            )
            told = cursor.fetchall()
            for command in ("r", "w"):
                assert any(c == command and "'merging'" in text for c, text in told), (place.table, command)
            cursor.execute("SELECT has_table_privilege('yigongti_app', %s::regclass, 'UPDATE')", [place.table])
            assert cursor.fetchone() == (True,), place.table


def test_all_rows_of_the_retired_one_are_the_survivors_and_it_names_the_survivor(clerk, people):
    stays, goes, _other = people
    merged(clerk, stays, goes)
    assert not Care.objects.using("bulk").filter(resident=goes).exists()
    assert Identifier.objects.using("bulk").get(value="R-H2").resident_id == stays.pk
    gone = Resident.objects.using("bulk").get(pk=goes.pk)
    assert (gone.state, gone.merged_into_id) == (Resident.State.MERGED, stays.pk)


def test_nothing_is_deleted(clerk, people):
    before = {table: len(rows) for table, rows in everything().items()}
    merged(clerk, people[0], people[1])
    assert {table: len(rows) for table, rows in everything().items()} == before


def test_a_row_that_the_survivor_has_already_stays_and_is_noted(clerk, people):
    stays, goes, _other = people
    made = merged(clerk, stays, goes)
    assert made.stayed == {"people_residentgroup.resident_id": 1}
    assert ResidentGroup.objects.using("bulk").filter(resident=goes).count() == 1


def test_unmerging_returns_everything_to_where_it_was(clerk, people):
    before, stood = everything(), states()
    made = merged(clerk, people[0], people[1])
    assert everything() != before
    undone(clerk, made)
    assert everything() == before
    assert states() == stood


def test_what_was_written_for_the_survivor_since_stays_there(clerk, people, county):
    stays, goes, _other = people
    made = merged(clerk, stays, goes)
    Identifier.objects.using("bulk").create(resident=stays, institution=county["T1"], kind="record", value="later")
    undone(clerk, made)
    assert Identifier.objects.using("bulk").get(value="later").resident_id == stays.pk
    assert Identifier.objects.using("bulk").get(value="R-H2").resident_id == goes.pk


@pytest.mark.parametrize("first", [0, 1])
def test_a_chain_of_merges_is_taken_back_in_either_order(clerk, people, first):
    a, b, c = people
    before, stood = everything(), states()
    made = [merged(clerk, b, a), merged(clerk, c, b)]
    undone(clerk, made[first])
    undone(clerk, made[1 - first])
    assert everything() == before
    assert states() == stood


def test_after_the_first_of_a_chain_is_taken_back_only_its_rows_left(clerk, people):
    a, b, c = people
    first, _second = merged(clerk, b, a), merged(clerk, c, b)
    undone(clerk, first)
    at = dict(Identifier.objects.using("bulk").values_list("value", "resident_id"))
    assert at == {"R-H1": a.pk, "R-H2": c.pk, "R-V1": c.pk}


def test_a_row_merged_anew_is_not_sent_to_where_an_older_chain_had_it(clerk, people):
    a, b, c = people
    first, second = merged(clerk, b, a), merged(clerk, c, b)
    undone(clerk, first)
    third = merged(clerk, c, a)
    undone(clerk, second)
    at = dict(Identifier.objects.using("bulk").values_list("value", "resident_id"))
    assert at == {"R-H1": c.pk, "R-H2": b.pk, "R-V1": c.pk}
    undone(clerk, third)
    assert Identifier.objects.using("bulk").get(value="R-H1").resident_id == a.pk


def test_a_merged_registration_leads_to_the_one_that_stands_for_it(clerk, people):
    a, b, c = people
    merged(clerk, b, a)
    merged(clerk, c, b)
    with scope(clerk, purpose="matching"):
        assert standing(a.public_id).pk == c.pk


def test_a_registration_is_merged_once_only(clerk, people):
    a, b, c = people
    merged(clerk, b, a)
    with pytest.raises(Conflict, match="merged_already"):
        merged(clerk, c, a)


def test_a_merge_is_taken_back_once_only(clerk, people):
    made = merged(clerk, people[0], people[1])
    undone(clerk, made)
    with pytest.raises(Conflict, match="unmerged_already"):
        undone(clerk, made)


def test_nobody_is_merged_with_himself(clerk, people):
    with pytest.raises(InvalidInput, match="merge_with_itself"):
        merged(clerk, people[0], people[0])


def test_an_unknown_registration_is_not_found(clerk, people):
    with pytest.raises(NotFound):
        merge(clerk, people[0].public_id, "00000000-0000-0000-0000-000000000000", reason="同一人", at=NOW)


def test_a_merge_needs_a_reason(clerk, people):
    with pytest.raises(InvalidInput, match="reason"):
        merge(clerk, people[0].public_id, people[1].public_id, reason=" ", at=NOW)


@pytest.mark.parametrize("role", ["registration_desk", "physician", "privacy_officer"])
def test_only_who_matches_merges(role, actor, people):
    with pytest.raises(NotPermitted):
        merged(actor(role, "C"), people[0], people[1])


def test_who_matches_for_one_hospital_merges_nothing_of_another(actor, people):
    with pytest.raises(NotPermitted):
        merged(actor("master_index_clerk", "H1"), people[0], people[1])
    assert Merge.objects.using("bulk").count() == 0


def together(*acts):
    """Runs the acts at the same time, each on a connection of its own; how each ended."""
    ended, start = [], threading.Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            act()
            ended.append("done")
        except Conflict as error:
            ended.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_two_clerks_who_merge_one_pair_at_once_make_one_merge(clerk, people, django_db_blocker):
    a, b, _c = people
    ended = together(lambda: merged(clerk, a, b), lambda: merged(clerk, b, a))
    assert ended == ["done", "people.merged_already"]
    assert Merge.objects.using("bulk").count() == 1


def test_two_clerks_who_take_one_merge_back_at_once_do_it_once(clerk, people):
    before = everything()
    made = merged(clerk, people[0], people[1])
    ended = together(lambda: undone(clerk, made), lambda: undone(clerk, made))
    assert ended == ["done", "people.unmerged_already"]
    assert everything() == before


@pytest.fixture
def pair(people):
    return DoubtfulPair.objects.using("bulk").create(
        first=people[0], second=people[1], weight=30.0, probability=0.99999, certain=True, found_at=NOW
    )


def test_a_pair_found_to_be_one_person_is_merged(clerk, people, pair):
    made = decide_same(clerk, pair.pk, reason="本人确认", at=NOW)
    assert (made.survivor_id, made.retired_id) == (people[0].pk, people[1].pk)
    assert DoubtfulPair.objects.using("bulk").get().state == DoubtfulPair.State.SAME


def test_the_registration_with_a_number_stays(clerk, people, pair):
    Resident.objects.using("bulk").filter(pk=people[0].pk).update(number_index="", number_sealed="")
    assert decide_same(clerk, pair.pk, reason="本人确认", at=NOW).survivor_id == people[1].pk


def test_a_pair_is_decided_once(clerk, pair):
    decide_different(clerk, pair.pk, reason="双胞胎", at=NOW)
    with pytest.raises(Conflict, match="pair_decided"):
        decide_same(clerk, pair.pk, reason="本人确认", at=NOW)


def test_taking_a_merge_back_says_that_they_are_two_persons(clerk, people, pair):
    undone(clerk, decide_same(clerk, pair.pk, reason="本人确认", at=NOW))
    assert DoubtfulPair.objects.using("bulk").get().state == DoubtfulPair.State.DIFFERENT


def test_certain_pairs_are_merged_in_bulk_and_doubtful_ones_are_left(clerk, people, pair):
    DoubtfulPair.objects.using("bulk").create(
        first=people[1], second=people[2], weight=30.0, probability=0.99999, certain=False, found_at=NOW
    )
    assert merge_certain(clerk, reason="批量合并", at=NOW) == (1, 0)
    assert MovedRow.objects.using("bulk").exists()
    assert DoubtfulPair.objects.using("bulk").filter(state=DoubtfulPair.State.OPEN).count() == 1


def test_a_merge_is_in_the_trail(clerk, people):
    from yigongti.kernel.trail.models import TrailEntry

    merged(clerk, people[0], people[1])
    assert TrailEntry.objects.using("bulk").get(verb="people.merge").detail["moved"] == 3
