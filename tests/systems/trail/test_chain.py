"""The view log is sealed in blocks: whatever is done to it afterwards, verification says what, and where."""

import contextlib
import json
import threading
import time

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.scope import scope
from yigongti.kernel.trail import anchors
from yigongti.kernel.trail.models import Block, Keeping, View
from yigongti.kernel.trail.public import viewed
from yigongti.kernel.trail.sealing import multirange, seal, seal_one
from yigongti.kernel.trail.verifying import _ids, keep, verify


def sealed(**options):
    return seal(at=timezone.now(), **options)


def said(verdict):
    return [fault.en for fault in verdict.faults]


@pytest.fixture
def chain(look, resident):
    """Three blocks of four views each."""
    whom = resident().pk
    look(*[whom] * 12)
    assert sealed(most_lines=4) == 12
    return list(Block.objects.using("bulk").order_by("number"))


# ---- sealing


def test_blocks_hold_every_line_once_and_follow_each_other(chain):
    assert [(block.number, block.first_id, block.last_id, block.row_count) for block in chain] == [
        (1, 1, 4, 4),
        (2, 5, 8, 4),
        (3, 9, 12, 4),
    ]
    assert [block.previous for block in chain] == ["0" * 64, chain[0].digest, chain[1].digest]
    verdict = verify()
    assert (verdict.blocks, verdict.lines, verdict.unsealed, said(verdict)) == (3, 12, 0, [])


def test_nothing_new_makes_no_block(chain):
    assert sealed() == 0


def test_a_line_that_commits_late_comes_into_a_later_block(actor, resident, database, county):
    """Its id lies before those of a sealed block: it is neither lost nor taken for one that was put in."""
    me, whom = actor("physician", "H1"), resident()
    columns = (
        "happened_at, account_id, by_resident_id, client, viewer, institution_id, resident_id, what, why, request_id"
    )
    with psycopg.connect(database.url("yigongti_bulk")) as late:
        late.execute(
            f"INSERT INTO trail_view ({columns}) VALUES (now(), 1, 0, '', '演示', %s, %s, 'late', '', 'x')",
            [county["H1"].pk, whom.pk],
        )
        for what in ("second", "third"):
            with scope(me):
                viewed(me, whom.pk, what=what, at=timezone.now())
            assert sealed() == 1
        assert said(verify()) == []
        late.commit()
    assert sealed() == 1
    held = [block.first_id for block in Block.objects.using("bulk").order_by("number")]
    assert held == [2, 3, 1]
    assert (verify().lines, said(verify())) == (3, [])


def test_the_floor_waits_for_every_transaction_that_ran_beside_a_sealing(look, resident, database, county):
    """Two have numbers when a block is sealed; the first ends, and the second still has its line to commit."""
    whom = resident()
    look(whom.pk)
    with (
        psycopg.connect(database.url("yigongti_bulk")) as first,
        psycopg.connect(database.url("yigongti_bulk")) as second,
    ):
        first.execute("SELECT pg_current_xact_id()")
        second.execute(
            "INSERT INTO trail_view (happened_at, account_id, by_resident_id, client, viewer, institution_id,"
            " resident_id, what, why, request_id) VALUES (now(), 1, 0, '', '演示', %s, %s, 'late', '', 'x')",
            [county["H1"].pk, whom.pk],
        )
        assert sealed() == 1
        first.commit()
        look(whom.pk)
        assert sealed() == 1
        assert Block.objects.using("bulk").get(number=2).floor_id < 2
        second.commit()
    assert sealed() == 1
    assert (verify().lines, said(verify())) == (3, [])


def test_a_line_that_was_taken_back_leaves_a_gap_that_is_no_fault(actor, resident, look):
    me, whom = actor("physician", "H1"), resident()
    with pytest.raises(ZeroDivisionError), scope(me):
        viewed(me, whom.pk, what="page", at=timezone.now())
        raise ZeroDivisionError
    look(whom.pk, at_institution="H2")
    assert sealed() == 1
    assert View.objects.using("bulk").get().pk == 2
    assert said(verify()) == []


def test_two_sealers_at_once_make_one_chain(look, resident):
    look(*[resident().pk] * 30)
    totals, start = [], threading.Barrier(2)

    def run():
        try:
            start.wait(10)
            totals.append(sum(seal_one(at=timezone.now(), most_lines=3) for _ in range(20)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    sealed()
    assert sum(totals) <= 30
    assert (verify().lines, verify().unsealed, said(verify())) == (30, 0, [])


def test_sealing_beside_busy_writers_holds_every_line_once(actor, resident):
    """Transactions of all lengths, some taken back: ids come late and with gaps, and none is lost or held twice."""
    me, whom, over = actor("physician", "H1"), resident().pk, threading.Event()

    def write(number):
        try:
            for turn in range(25):
                with contextlib.suppress(ZeroDivisionError), scope(me):
                    viewed(me, whom, what=f"{number}.{turn}", at=timezone.now())
                    time.sleep(0.001 * ((number * 7 + turn) % 5))
                    viewed(me, whom, what=f"{number}.{turn} again", at=timezone.now())
                    assert turn % 6 != number % 6 or 1 / 0
        finally:
            connections.close_all()

    def keep_sealing():
        try:
            while not over.wait(0.002):
                seal_one(at=timezone.now(), most_lines=7)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    sealer = threading.Thread(target=keep_sealing)
    for thread in [*writers, sealer]:
        thread.start()
    for thread in writers:
        thread.join(60)
    over.set()
    sealer.join(60)
    sealed()
    verdict = verify()
    assert (verdict.lines, verdict.unsealed, said(verdict)) == (View.objects.using("bulk").count(), 0, [])
    assert 100 < verdict.lines < 200


def test_a_run_of_the_sealer_is_bounded(look, resident, monkeypatch):
    from yigongti.kernel.trail import sealing

    monkeypatch.setattr(sealing, "MOST_BLOCKS", 2)
    look(*[resident().pk] * 5)
    assert sealed(most_lines=1) == 2
    assert sealed(most_lines=1) == 2


def test_after_a_restore_into_another_server_sealing_goes_on(chain, look, resident, superuser):
    """There, numbers of transactions begin low again: the floor must not wait for them."""
    superuser.execute("UPDATE trail_block SET seen_transaction = seen_transaction + 1000000000 WHERE number = 3")
    superuser.execute("UPDATE trail_view SET transaction_id = transaction_id + 1000000000")
    look(resident().pk, at_institution="H2")
    assert sealed() == 1
    assert Block.objects.using("bulk").get(number=4).floor_id == 12


def test_a_multirange_is_read_back_as_it_was_written():
    ids = [1, 2, 3, 7, 9, 10]
    assert multirange(ids) == "{[1,4),[7,8),[9,11)}"
    assert list(_ids(multirange(ids))) == ids


# ---- whatever is done to it is named


def test_an_altered_line_is_named(chain, superuser):
    superuser.execute("UPDATE trail_view SET account_id = 999 WHERE id = 6")
    assert said(verify()) == ["view 6 of block 2 was altered"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("viewer", "'演示·另一人'"), ("resident_id", "999"), ("what", "''"), ("why", "''"),
        ("happened_at", "happened_at + interval '1 microsecond'"), ("institution_id", "NULL"),
        ("address", "'10.0.0.1'"), ("client", "'x'"), ("by_resident_id", "3"), ("request_id", "'y'"),
        ("transaction_id", "1"),
    ],
)  # fmt: skip
def test_every_column_of_a_line_is_held(chain, superuser, column, value):
    superuser.execute(f"UPDATE trail_view SET {column} = {value} WHERE id = 11")
    assert said(verify()) == ["view 11 of block 3 was altered"]


def test_a_removed_line_is_named(chain, superuser):
    superuser.execute("DELETE FROM trail_view WHERE id = 8")
    assert said(verify()) == ["view 8 of block 2 was removed"]


COPY = (
    "INSERT INTO trail_view (transaction_id, id, recorded_at, happened_at, account_id, by_resident_id, client, viewer,"
    " institution_id, resident_id, what, why, address, request_id) SELECT transaction_id, {id}, recorded_at {later},"
    " happened_at, 999, by_resident_id, client, viewer, institution_id, resident_id, what, why, address, request_id"
    " FROM trail_view WHERE id = 5"
)


def test_a_line_put_in_where_one_was_taken_back_is_named(look, resident, actor, superuser):
    whom = resident()
    me = actor("physician", "H2")
    look(whom.pk)
    with pytest.raises(ZeroDivisionError), scope(me):
        viewed(me, whom.pk, what="page", at=timezone.now())  # takes id 2
        raise ZeroDivisionError
    look(*[whom.pk] * 3)
    sealed()
    look(whom.pk)
    sealed()
    superuser.execute(COPY.format(id=2, later=""))
    assert said(verify()) == ["view 2 was put in afterwards"]


def test_a_second_line_of_the_same_number_is_named(chain, superuser):
    superuser.execute(COPY.format(id=6, later="+ interval '1 second'"))
    assert said(verify())[0] == "view 6 is there twice: one was put in"


def test_an_altered_block_is_named(chain, superuser):
    superuser.execute("UPDATE trail_block SET row_count = 3 WHERE number = 2")
    assert "block 2 was altered" in said(verify())


def test_a_removed_block_is_named(chain, superuser):
    superuser.execute("DELETE FROM trail_block WHERE number = 2")
    assert said(verify())[0] == "block 2 is missing; 3 follows"


def test_swapped_blocks_are_named(chain, superuser):
    for number, other in ((1, 901), (2, 1), (901, 2)):
        superuser.execute("UPDATE trail_block SET number = %s WHERE number = %s", [other, number])
    found = said(verify())
    assert "block 1 was altered" in found
    assert "block 2 was altered" in found


def test_a_forger_who_computes_a_block_anew_breaks_the_next_one(chain, superuser):
    superuser.execute("UPDATE trail_view SET account_id = 999 WHERE id = 6")
    superuser.execute("DELETE FROM trail_block WHERE number = 2")
    superuser.execute("CREATE TEMP TABLE kept AS SELECT * FROM trail_block WHERE number = 3")
    superuser.execute("DELETE FROM trail_block WHERE number = 3")
    assert sealed() == 8  # block 2 anew, over eight lines
    superuser.execute("INSERT INTO trail_block SELECT * FROM kept")
    assert any("block 3 does not follow from the block before it" in fault for fault in said(verify()))


# ---- the anchor


def rewritten(superuser):
    """A forger who owns the machine alters a line and makes every block anew."""
    superuser.execute("UPDATE trail_view SET account_id = 999 WHERE id = 6")
    superuser.execute("DELETE FROM trail_block")
    assert sealed(most_lines=4) == 12
    verdict = verify()
    assert verdict.is_sound  # without an anchor, nothing is seen
    return verdict


def test_an_anchor_outside_shows_what_a_forger_of_everything_did(chain, superuser):
    anchor = anchors.export(at=timezone.now())
    verdict = rewritten(superuser)
    anchors.hold_to_anchor(verdict, anchor)
    assert said(verdict) == ["block 3 is not that of the anchor: the log was rewritten since it was exported"]


def test_an_anchor_still_holds_when_the_log_has_grown(chain, look, resident):
    anchor = anchors.export(at=timezone.now())
    look(*[resident().pk] * 3, at_institution="H2")
    sealed()
    verdict = verify()
    anchors.hold_to_anchor(verdict, anchor)
    assert (verdict.blocks, said(verdict)) == (4, [])


def test_blocks_cut_off_at_the_end_are_seen_by_the_anchor(chain, superuser):
    anchor = anchors.export(at=timezone.now())
    superuser.execute("DELETE FROM trail_block WHERE number = 3")
    superuser.execute("DELETE FROM trail_view WHERE id > 8")
    verdict = verify()
    assert verdict.is_sound
    anchors.hold_to_anchor(verdict, anchor)
    assert verdict.found == 1


@pytest.mark.parametrize("change", [{"views": 11}, {"block": 2}, {"digest": "0" * 64}, {"signature": "AAAA"}])
def test_an_altered_anchor_is_refused(chain, change):
    anchor = anchors.export(at=timezone.now())
    assert anchors.read(json.dumps(anchor)) == anchor
    with pytest.raises(InvalidInput, match=r"trail\.anchor_not_sound"):
        anchors.read(json.dumps(anchor | change))


def test_an_anchor_of_another_installation_is_refused_unless_its_key_is_trusted(chain, settings):
    settings.SECRET_KEY = "another-installation"
    anchor = anchors.export(at=timezone.now())
    settings.SECRET_KEY = "ours"
    with pytest.raises(InvalidInput, match=r"trail\.anchor_of_another"):
        anchors.read(json.dumps(anchor))
    assert anchors.read(json.dumps(anchor), trusted=anchor["public_key"])["block"] == 3


def test_nothing_sealed_has_no_anchor(county):
    with pytest.raises(Conflict):
        anchors.export(at=timezone.now())


def test_the_verdict_is_kept_with_its_faults(chain, superuser):
    superuser.execute("DELETE FROM trail_view WHERE id = 1")
    keep(verify(), at=timezone.now())
    kept = Keeping.objects.using("bulk").get(kind="verified")
    assert (kept.block_number, kept.detail["found"]) == (3, 1)
    assert kept.detail["faults"][0]["zh"] == "查阅记录 1（区块 1）被删除"
