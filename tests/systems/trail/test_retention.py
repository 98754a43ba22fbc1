"""Months of views are dropped whole, after their time, and only when an anchor outside covers them."""

from datetime import date

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict
from yigongti.kernel.trail import anchors
from yigongti.kernel.trail.models import Block, Keeping
from yigongti.kernel.trail.retention import kept_since, make_months, retire
from yigongti.kernel.trail.sealing import seal
from yigongti.kernel.trail.verifying import verify

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def old_views(look, resident, superuser):
    """Three views of January 2020 in their partition, and two of today."""
    superuser.execute(
        "INSERT INTO trail_view (recorded_at, happened_at, account_id, by_resident_id, client, viewer, institution_id,"
        " resident_id, what, why, request_id) SELECT '2020-01-15 12:00+08', '2020-01-15 12:00+08', 1, 0, '', '演示', 1,"
        " 1, 'page', '', 'x' FROM generate_series(1, 3)"
    )
    make_months()
    look(*[resident().pk] * 2)
    yield
    superuser.execute("DROP TABLE IF EXISTS trail_view_2020_01")


def test_a_block_holds_lines_of_one_month_only(old_views):
    assert seal(at=timezone.now()) == 5
    assert [(block.month, block.row_count) for block in Block.objects.using("bulk").order_by("number")] == [
        (LONG_AGO, 3),
        (timezone.localdate().replace(day=1), 2),
    ]


def test_a_month_whose_views_are_not_sealed_is_kept(old_views):
    with pytest.raises(Conflict, match=r"trail\.not_sealed"):
        retire(at=timezone.now())


def test_a_month_without_an_anchor_is_kept(old_views):
    seal(at=timezone.now())
    with pytest.raises(Conflict, match=r"trail\.not_anchored"):
        retire(at=timezone.now())
    assert verify().lines == 5


def test_after_the_anchor_the_month_goes_and_the_chain_still_holds(old_views):
    seal(at=timezone.now())
    anchor = anchors.export(at=timezone.now())
    assert retire(at=timezone.now()) == [LONG_AGO]
    verdict = verify()
    anchors.hold_to_anchor(verdict, anchor)
    assert (verdict.blocks, verdict.lines, verdict.retired, verdict.faults) == (2, 2, [LONG_AGO], [])
    kept = Keeping.objects.using("bulk").get(kind="retired")
    assert (kept.month, kept.block_number, kept.detail) == (LONG_AGO, 1, {"views": 3})


def test_a_month_that_was_dropped_without_being_retired_is_missed(old_views, superuser):
    seal(at=timezone.now())
    superuser.execute("DROP TABLE trail_view_2020_01")
    assert [fault.en for fault in verify().faults] == [f"view {n} of block 1 was removed" for n in (1, 2, 3)]


def test_months_within_their_time_are_never_dropped(look, resident):
    look(resident().pk)
    seal(at=timezone.now())
    anchors.export(at=timezone.now())
    assert retire(at=timezone.now()) == []


def test_the_law_sets_the_least(policy_root, monkeypatch):
    from yigongti.kernel.trail import retention

    known = {"trail.months_kept": 1, "trail.months_kept_at_least": 6}
    monkeypatch.setattr(retention, "limit", known.__getitem__)
    assert kept_since(date(2026, 11, 24)) == date(2026, 5, 1)
