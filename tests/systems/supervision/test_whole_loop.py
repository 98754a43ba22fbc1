"""From a lead to the end of its case: order, answer, check on site, ruling, recovery, points, publication."""

from decimal import Decimal

from yigongti.kernel.access.scope import scope
from yigongti.systems.supervision.models import Case, Points, Publication, Recovery


def test_a_lead_goes_all_the_way_to_a_recovery_and_the_case_is_closed(office, county):
    from yigongti.kernel.organisations.models import StaffMember
    from yigongti.systems.supervision.public import mark_deducted, recoveries_due

    StaffMember.objects.using("bulk").create(institution_id=county["H1"].pk, code="D01", name="演示·某医师")
    case = office.opened()
    assert case.state == Case.State.FINDING
    office.to_accountability(case)
    now = office.again(case)
    assert (now.state, now.amount_ruled, now.shown) == ("accountability", Decimal("1200.00"), True)
    office.take("officer", case, "order_recovery", amount=Decimal("1200.00"), data={"month": "2026-12"})
    [due] = recoveries_due("2026-12")
    mark_deducted(due.key, month="2026-12", reference="clearing/2026-12", at=office.at)
    office.take("officer", case, "mark_institution", data={"rule": "institution/duplicate_or_over_charge"})
    office.take("officer", case, "mark_practitioner", data={"rule": "practitioner/lighter", "staff_code": "D01"})
    office.take("officer", case, "enter_ethics", "多次重复计费，已谈话", data={"staff_code": "D01"})
    office.take("officer2", case, "publish", "同日重复收取同一项目费用，已责令退回")
    office.take("officer", case, "close")
    done = office.again(case)
    assert (done.state, done.outcome) == ("closed", "ruled")
    with scope(office.people["officer"]):
        steps = [link.kind.partition(".")[2] for link in done.steps.all()]
        assert steps == ["finding", "order", "appeal", "site_check", "ruling", "accountability"]
        assert Recovery.objects.get().state == "deducted"
        assert [row.score for row in Points.objects.order_by("id")] == [Decimal("2.0"), Decimal("2.0")]
        assert Publication.objects.get().amount == Decimal("1200.00")


def test_the_same_source_opens_one_case(office):
    assert office.opened().pk == office.opened().pk


def test_a_lead_that_is_dismissed_needs_a_reason_and_ends_the_case(office):
    case = office.opened()
    office.take("officer", case, "dismiss", "与事实不符")
    assert office.again(case).outcome == "dismissed"


def test_an_appeal_that_is_upheld_ends_the_case_without_money(office):
    case = office.opened()
    office.take("officer", case, "take_up")
    office.take("officer", case, "issue", "请整改")
    office.take("hospital", case, "appeal", "两次为不同部位，见病程记录")
    office.take("officer2", case, "uphold", "申诉属实")
    now = office.again(case)
    assert (now.outcome, now.amount_ruled) == ("withdrawn", None)


def test_a_case_without_money_is_closed_when_it_is_corrected(office):
    case = office.opened(place="V1", amount="0.00", key="campaign/1/V1", begins_with="supervision.order")
    office.take("officer", case, "issue", "补齐消毒登记")
    office.take("village", case, "answer", "已补齐", attachments=(3,))
    office.take("officer", case, "confirm_corrected", "照片可见已整改")
    assert office.again(case).outcome == "corrected"


def test_each_letter_is_due_in_the_transaction_of_its_step(office):
    from yigongti.kernel.matters.public import Letter

    case = office.to_accountability(office.opened())
    office.take("officer", case, "order_recovery", amount=Decimal("1200.00"), data={"month": "2026-12"})
    with scope(office.people["officer"]):
        assert [letter.kind for letter in Letter.objects.order_by("id")] == [
            "supervision_order", "supervision_appeal_reply", "supervision_site_check", "supervision_ruling",
            "supervision_recovery",
        ]  # fmt: skip
