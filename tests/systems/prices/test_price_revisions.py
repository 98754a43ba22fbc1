"""A price changes only by a revision that was rehearsed as it stands and signed by a second person."""

from datetime import timedelta
from decimal import Decimal

import pytest

from systems.prices.conftest import AT, FROM
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act
from yigongti.systems.prices import queries
from yigongti.systems.prices.actions.apply_for_item import apply_for_item
from yigongti.systems.prices.actions.set_lines import Wanted, set_lines
from yigongti.systems.prices.models import Application, Price, Rehearsal, Revision
from yigongti.systems.prices.public import ceilings_on


def rehearsed(revision, at=AT):
    return Rehearsal.objects.create(revision=revision, months=["2026-10"], seen_at=revision.changed_at, made_at=at)


def signed(people, revision):
    with scope(people["officer"]):
        rehearsed(revision)
        act(people["officer"], revision.matter_id, "send", at=AT)
    with scope(people["second"]):
        return act(people["second"], revision.matter_id, "sign", at=AT)


def test_from_its_day_on_the_new_price_stands_and_the_old_one_has_ended(people, revision):
    signed(people, revision)
    with scope(people["hospital"]):
        assert ceilings_on(FROM - timedelta(days=1))["D1", "county"] == Decimal("12")
        after = ceilings_on(FROM)
        assert (after["D1", "county"], after["D1", "township"], ("D2", "county") in after) == (15, 10, False)


def test_a_revision_that_was_not_rehearsed_is_not_sent_for_signature(people, revision):
    with scope(people["officer"]), pytest.raises(InvalidInput, match="not_rehearsed"):
        act(people["officer"], revision.matter_id, "send", at=AT)


def test_lines_that_changed_after_the_rehearsal_need_another_one(people, revision):
    with scope(people["officer"]):
        rehearsed(revision)
        later = AT + timedelta(minutes=1)
        set_lines(people["officer"], revision, [Wanted("D1", "township", Decimal("9"))], at=later)
        with pytest.raises(InvalidInput, match="not_rehearsed"):
            act(people["officer"], revision.matter_id, "send", at=later)


def test_who_sent_it_does_not_sign_it(people, revision):
    with scope(people["officer"]):
        rehearsed(revision)
        act(people["officer"], revision.matter_id, "send", at=AT)
        with pytest.raises(NotPermitted, match="second"):
            act(people["officer"], revision.matter_id, "sign", at=AT)


def test_a_day_that_has_passed_is_not_signed(people, revision):
    with scope(people["officer"]):
        rehearsed(revision)
        act(people["officer"], revision.matter_id, "send", at=AT)
    with scope(people["second"]), pytest.raises(InvalidInput, match="day_past"):
        act(people["second"], revision.matter_id, "sign", at=AT + timedelta(days=40))


def test_a_price_that_changed_meanwhile_stops_the_signature(people, revision):
    with scope(people["officer"]):
        rehearsed(revision)
        act(people["officer"], revision.matter_id, "send", at=AT)
    Price.objects.using("bulk").filter(item__code="D1", level="county").update(price=13)
    with scope(people["second"]), pytest.raises(Conflict, match="changed_meanwhile"):
        act(people["second"], revision.matter_id, "sign", at=AT)


def test_a_draft_is_seen_by_its_office_alone(people, revision):
    with scope(people["hospital"]):
        assert not Revision.objects.exists()
        with pytest.raises(NotFound):
            queries.the_revision(revision.pk)


def test_nobody_writes_a_price_past_the_signature(people, revision):
    with scope(people["officer"]):
        assert Price.objects.update(price=1) == 0


def test_a_line_that_changes_nothing_is_refused_and_leaves_the_others_unwritten(people, revision):
    with scope(people["officer"]):
        with pytest.raises(InvalidInput, match="nothing_changes"):
            set_lines(
                people["officer"], revision,
                [Wanted("D1", "township", Decimal("11")), Wanted("D1", "county", Decimal("12"))], at=AT,
            )  # fmt: skip
        assert not revision.lines.filter(level="township").exists()


def asked(people, county):
    with scope(people["hospital"]):
        return apply_for_item(
            people["hospital"], county["H1"], county["C"], name="新项目", unit="次", content="含材料", why="临床需要",
            cost="人工 20 元", price=Decimal("40"), at=AT,
        )  # fmt: skip


def test_an_application_that_is_accepted_becomes_a_line_of_a_draft(people, county, revision):
    application = asked(people, county)
    with scope(people["officer"]):
        given = Given(words="同意", data={"code": "D9", "revision_number": str(revision.pk)})
        act(people["officer"], application.matter_id, "accept", at=AT, given=given)
        assert revision.lines.get(code="D9").after == 40
        assert Application.objects.get().state == "accepted"


def test_an_application_is_not_another_hospitals_to_see(people, county, revision):
    asked(people, county)
    with scope(people["other"]):
        assert not Application.objects.exists()


def test_pages_of_the_bureau_and_the_hospital_open(signed_in, people, revision):
    bureau = signed_in("insurance_bureau_officer", "C", username="clerk")
    for address in ("/prices/", "/prices/revisions/", f"/prices/revisions/{revision.pk}", "/prices/items/D1",
                    "/prices/applications/", "/prices/revisions/new"):  # fmt: skip
        assert bureau.get(address).status_code == 200, address


def test_the_public_list_needs_no_sign_in(database, catalogue, client):
    answer = client.get("/prices/public/")
    assert (answer.status_code, "D1" in answer.content.decode()) == (200, True)
