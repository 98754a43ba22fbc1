"""A campaign: institutions chosen, checklists filled on site, orders issued, those ordered inspected again."""

import json
import uuid
from datetime import date, timedelta

import pytest

from systems.supervision.conftest import AT
from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted, Text
from yigongti.kernel.access.scope import scope
from yigongti.systems.supervision import campaign_figures as figures
from yigongti.systems.supervision.models import Campaign, Case, Inspection

TODAY = date(2026, 11, 9)
FAILING = "consulting_room"


def made(office, shifts=0, form="village_clinic_inspection", days=10):
    from yigongti.systems.supervision.actions.make_campaign import make_campaign

    officer = office.people["officer"]
    with scope(officer):
        from yigongti.kernel.organisations.models import Institution

        return make_campaign(
            officer, Institution.objects.get(code="C"), title=Text("村卫生室检查", "Village clinics"), form=form,
            starts_on=TODAY, ends_on=TODAY + timedelta(days=days), shifts=shifts, at=AT,
        )  # fmt: skip


def chosen(office, campaign, *codes):
    from yigongti.kernel.access.models import Account
    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.supervision.actions.make_campaign import choose_institutions

    officer = office.people["officer"]
    with scope(officer):
        places = list(Institution.objects.filter(code__in=codes))
        inspectors = list(Account.objects.filter(username="inspector"))
        return choose_institutions(officer, campaign, places, inspectors, at=AT)


def answer(item, failing):
    """A valid answer of an item, in FHIR; the failing one is answered with its failing code."""
    if item.type == "choice":
        codes = [option.code for option in item.options]
        code = "no" if item.id == failing else "yes" if "yes" in codes else codes[0]
        return {"valueCoding": {"code": code}}
    if item.type in ("integer", "decimal"):
        number = max(float(item.low or 0), 100.0 if item.id == "area" else 0.0)
        return {"valueDecimal": number} if item.type == "decimal" else {"valueInteger": int(number)}
    return {
        "date": {"valueDate": "2026-11-09"},
        "boolean": {"valueBoolean": False},
        "time": {"valueTime": "08:00:00"},
    }.get(item.type, {"valueString": "演示"})


def answered_items(items, failing):
    told = []
    for item in items:
        if item.is_group:
            told.append({"linkId": item.id, "item": answered_items(item.items, failing)})
        elif item.required and not item.calculated:
            told.append({"linkId": item.id, "answer": [answer(item, failing)]})
    return told


def filled(office, inspection, failing="", who="inspector", at=AT + timedelta(days=1)):
    """The inspector fills the checklist and it arrives."""
    from yigongti.kernel.forms.actions.take_answer import take_answer
    from yigongti.kernel.forms.arrived import read_arrived
    from yigongti.kernel.forms.public import Assignment, version_named

    actor = office.people[who]
    with scope(actor):
        assignment = Assignment.objects.get(pk=inspection.assignment_id)
        version = version_named(assignment.form_id, assignment.form_version)
        sent = {
            "client_id": str(uuid.uuid4()), "assignment": assignment.pk, "account": actor.account_id,
            "form": assignment.form_id, "version": assignment.form_version,
            "items": answered_items(version.items, failing),
        }  # fmt: skip
        take_answer(actor, read_arrived(json.dumps(sent)), {}, at=at)
        return Inspection.objects.get(pk=inspection.pk)


def ordered(office, inspection):
    from yigongti.systems.supervision.actions.order_from_inspection import order_from_inspection

    with scope(office.people["officer"]):
        return order_from_inspection(office.people["officer"], inspection.pk, at=AT + timedelta(days=2))


@pytest.fixture
def inspection(office):
    """One village clinic chosen for a campaign, with its checklist in the inspector's hands."""
    campaign = made(office)
    assert chosen(office, campaign, "V1") == 1
    with scope(office.people["inspector"]):
        return Inspection.objects.get()


def test_chosen_again_the_same_institutions_are_there_once(office):
    campaign = made(office)
    assert chosen(office, campaign, "V1", "T1") == 2
    assert chosen(office, campaign, "V1", "T1") == 0


def test_a_patrol_has_an_inspection_for_each_day_and_shift(office):
    campaign = made(office, shifts=3, form="hygiene_patrol", days=1)
    assert chosen(office, campaign, "H1") == 6


def test_only_who_runs_campaigns_makes_one(office):
    from yigongti.systems.supervision.actions.make_campaign import make_campaign

    inspector = office.people["inspector"]
    with scope(inspector), pytest.raises(NotPermitted):
        make_campaign(
            inspector, office.county["C"], title=Text("检查", "Check"), form="village_clinic_inspection",
            starts_on=TODAY, ends_on=TODAY, at=AT,
        )  # fmt: skip


def test_a_filled_checklist_tells_how_each_item_came_out(office, inspection):
    done = filled(office, inspection, failing=FAILING)
    assert (done.state, done.failed, done.results[FAILING]) == ("done", 1, "failed")
    assert set(done.results.values()) <= {"met", "failed", "not_applicable"}


def test_the_clinic_sees_neither_inspection_nor_answer_before_it_is_inspected(office, inspection):
    with scope(office.people["village"]):
        assert (Inspection.objects.count(), Campaign.objects.count()) == (0, 0)


def test_another_community_never_sees_the_inspection(office, inspection):
    filled(office, inspection, failing=FAILING)
    with scope(office.people["other"]):
        assert Inspection.objects.count() == 0


def test_what_failed_becomes_an_order_that_the_clinic_answers(office, inspection):
    case = ordered(office, filled(office, inspection, failing=FAILING))
    assert (case.source, case.state) == ("inspection", "order")
    with scope(office.people["village"]):
        assert [finding.said_zh for finding in Case.objects.get().findings.all()] == ["诊室未独立设置"]
    office.at = AT + timedelta(days=3)
    office.take("village", case, "answer", "已隔开", attachments=(1,))
    office.take("officer", case, "confirm_corrected", "照片可见已整改")
    assert office.again(case).outcome == "corrected"


def test_an_order_is_issued_once(office, inspection):
    done = filled(office, inspection, failing=FAILING)
    assert ordered(office, done).pk == ordered(office, done).pk


def test_nothing_failed_gives_no_order(office, inspection):
    with pytest.raises(InvalidInput, match="nothing_failed"):
        ordered(office, filled(office, inspection))


def test_who_only_inspects_issues_no_order(office, inspection):
    from yigongti.systems.supervision.actions.order_from_inspection import order_from_inspection

    done = filled(office, inspection, failing=FAILING)
    with scope(office.people["inspector"]), pytest.raises(NotPermitted):
        order_from_inspection(office.people["inspector"], done.pk, at=AT)


def test_those_ordered_are_inspected_again_and_nobody_else(office):
    from yigongti.kernel.access.models import Account
    from yigongti.systems.supervision.actions.order_from_inspection import inspect_again

    campaign = made(office)
    chosen(office, campaign, "V1", "T1")
    with scope(office.people["inspector"]):
        rows = {row.institution.code: row for row in Inspection.objects.select_related("institution")}
    ordered(office, filled(office, rows["V1"], failing=FAILING))
    filled(office, rows["T1"])
    officer = office.people["officer"]
    with scope(officer):
        inspectors = list(Account.objects.filter(username="inspector"))
        assert inspect_again(officer, campaign, inspectors, due_on=TODAY + timedelta(days=30), at=AT) == 1
        with pytest.raises(Conflict, match="inspect_again"):
            inspect_again(officer, campaign, inspectors, due_on=TODAY + timedelta(days=30), at=AT)
        second = Inspection.objects.get(round=2)
    assert filled(office, second, at=AT + timedelta(days=5)).failed == 0


def test_a_place_that_was_not_reached_says_why_and_its_checklist_is_taken_back(office, inspection):
    from yigongti.kernel.forms.public import Assignment
    from yigongti.systems.supervision.actions.take_inspection import not_reached

    inspector = office.people["inspector"]
    with scope(inspector):
        not_reached(inspector, inspection.pk, reason="道路中断", at=AT)
        assert Assignment.objects.get(pk=inspection.assignment_id).state == "cancelled"
        with pytest.raises(Conflict):
            not_reached(inspector, inspection.pk, reason="再次", at=AT)


def test_orders_in_the_background_go_on_where_they_stopped(office):
    from yigongti.systems.supervision.actions.order_from_inspection import order_all

    campaign = made(office)
    chosen(office, campaign, "V1", "T1")
    with scope(office.people["inspector"]):
        rows = list(Inspection.objects.all())
    for row in rows:
        filled(office, row, failing=FAILING)
    officer, at = office.people["officer"], AT + timedelta(days=2)
    next(order_all(officer, campaign.pk, at=at))
    assert len(list(order_all(officer, campaign.pk, at=at))) == 1
    with scope(officer):
        assert Case.objects.count() == 2


def test_the_table_of_results_gives_the_share_that_failed_each_item(office):
    campaign = made(office)
    chosen(office, campaign, "V1", "T1")
    with scope(office.people["inspector"]):
        first, second = Inspection.objects.order_by("id")
    filled(office, first, failing=FAILING)
    filled(office, second)
    with scope(office.people["officer"]):
        told = {row["item"]: row for row in figures.by_item(campaign, figures.rows_of(campaign))}
    assert (told[FAILING]["judged"], told[FAILING]["failed"], str(told[FAILING]["share"])) == (2, 1, "0.5")


def test_of_211_institutions_75_are_corrected_and_7_not_reached(office):
    """The printed figures of S07: 211 supervised, 75 corrected, 7 closed."""
    from yigongti.kernel.organisations.models import Institution

    place = Institution(pk=1, name="演示", kind="village_clinic")
    closed = Case(state=Case.State.CLOSED, outcome=Case.Outcome.CORRECTED)
    rows = [Inspection(state="done", failed=1, case=closed, due_on=TODAY) for _n in range(75)]
    rows += [Inspection(state="done", failed=0, due_on=TODAY) for _n in range(129)]
    rows += [Inspection(state="not_reached", due_on=TODAY, reason="已停业") for _n in range(7)]
    for row in rows:
        row.institution = place
    told = figures.progress_of(rows, TODAY)
    assert (told.total, told.corrected, told.not_reached) == (211, 75, 7)


def test_the_pages_of_a_campaign_answer(office, inspection):
    from django.test import Client

    done = filled(office, inspection, failing=FAILING)
    browser = Client()
    browser.post("/accounts/sign-in", {"username": "officer", "password": "right-password-1"})
    page = browser.get(f"/supervision/campaigns/{done.campaign_id}/").content.decode()
    assert "1/1" in page
    assert "<svg" in page
    assert "下达 1 份整改通知" in page
    results = browser.get(f"/supervision/campaigns/{done.campaign_id}/results").content.decode()
    assert "诊室独立设置" in results
    assert browser.get("/supervision/campaigns/").status_code == 200
    assert browser.get("/supervision/campaigns/new").status_code == 200
    answered = browser.post(f"/supervision/campaigns/{done.campaign_id}/orders/{done.pk}")
    assert answered.status_code == 302


def test_all_clinics_are_chosen_in_one_click(office):
    from django.test import Client

    campaign = made(office)
    browser = Client()
    browser.post("/accounts/sign-in", {"username": "officer", "password": "right-password-1"})
    with scope(office.people["officer"]):
        from yigongti.kernel.access.models import Account

        inspector = Account.objects.get(username="inspector").pk
    sent = {"kind": "village_clinic", "inspector": inspector}
    assert browser.post(f"/supervision/campaigns/{campaign.pk}/choose", sent).status_code == 302
    with scope(office.people["officer"]):
        assert Inspection.objects.count() == 1
