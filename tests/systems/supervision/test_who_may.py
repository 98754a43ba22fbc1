"""Who may not: the accused do not rule, inspectors do not close, nobody decides what they themselves proposed."""

from decimal import Decimal

import pytest

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.systems.supervision.models import Case, Finding, Publication

ARTICLE = "fund-supervision-735#第三十八条"


def propose(office, case, who="panel", amount="1200.00"):
    office.take(who, case, "propose", "责令退回", amount=Decimal(amount), articles=(ARTICLE,))


def test_the_accused_cannot_rule(office, actor):
    case = office.to_ruling(office.opened())
    office.people["accused"] = actor("ruling_member", "H1", username="accused")
    with pytest.raises((NotPermitted, NotFound)):
        propose(office, case, "accused")


def test_a_member_of_the_panel_with_a_post_at_the_institution_cannot_rule(office, account, county):
    from django.utils import timezone

    from yigongti.kernel.access.models import Post
    from yigongti.kernel.access.queries import actor_by_username

    case = office.to_ruling(office.opened())
    made = account("ruling_member", "C", username="both")
    Post.objects.using("bulk").create(
        account_id=made.pk, institution_id=county["H1"].pk, role_id="physician", valid_from="2026-01-01"
    )
    office.people["both"] = actor_by_username("both", timezone.localdate())
    with pytest.raises(NotPermitted, match="of_the_institution"):
        propose(office, case, "both")


def test_who_proposes_does_not_confirm(office):
    case = office.to_ruling(office.opened())
    propose(office, case)
    with pytest.raises(NotPermitted, match="second person"):
        office.take("panel", case, "confirm")


def test_who_checked_on_site_does_not_rule(office, account, county):
    from django.utils import timezone

    from yigongti.kernel.access.models import Post
    from yigongti.kernel.access.queries import actor_by_username

    case = office.to_ruling(office.opened())
    inspector = office.people["inspector"]
    Post.objects.using("bulk").create(
        account_id=inspector.account_id, institution_id=county["C"].pk, role_id="ruling_member", valid_from="2026-01-01"
    )
    office.people["inspector"] = actor_by_username("inspector", timezone.localdate())
    with pytest.raises(NotPermitted, match="inspector_cannot_rule"):
        propose(office, case, "inspector")


@pytest.mark.parametrize("step", ["accept", "clear"])
def test_the_inspector_cannot_close(office, step):
    case = office.opened()
    office.take("officer", case, "check_first")
    office.take("officer", case, "assign", data={"inspectors": "inspector inspector2"})
    office.take("inspector", case, "report", "清单与医嘱不符", attachments=(2,))
    with pytest.raises(NotPermitted):
        office.take("inspector", case, step, "已核实")


def test_an_inspector_who_is_also_an_officer_cannot_close_the_own_check(office, county):
    from django.utils import timezone

    from yigongti.kernel.access.models import Post
    from yigongti.kernel.access.queries import actor_by_username

    Post.objects.using("bulk").create(
        account_id=office.people["inspector"].account_id, institution_id=county["C"].pk, role_id="supervision_officer",
        valid_from="2026-01-01",
    )  # fmt: skip
    office.people["inspector"] = actor_by_username("inspector", timezone.localdate())
    case = office.opened()
    office.take("officer", case, "check_first")
    office.take("officer", case, "assign", data={"inspectors": "inspector inspector2"})
    office.take("inspector", case, "report", "清单与医嘱不符", attachments=(2,))
    with pytest.raises(NotPermitted, match="second person"):
        office.take("inspector", case, "clear", "未发现问题")


def test_who_was_not_sent_cannot_report(office, actor):
    office.people["third"] = actor("supervision_inspector", "C", username="third")
    case = office.opened()
    office.take("officer", case, "check_first")
    office.take("officer", case, "assign", data={"inspectors": "inspector inspector2"})
    with pytest.raises(NotPermitted, match="in_other_hands"):
        office.take("third", case, "report", "清单与医嘱不符", attachments=(2,))


def test_one_inspector_alone_is_not_sent(office):
    case = office.opened()
    office.take("officer", case, "check_first")
    with pytest.raises(InvalidInput, match="too_few"):
        office.take("officer", case, "assign", data={"inspectors": "inspector"})


def test_who_gave_the_order_does_not_review_the_appeal_against_it(office):
    case = office.opened()
    office.take("officer", case, "take_up")
    office.take("officer", case, "issue", "请整改")
    office.take("hospital", case, "appeal", "两次为不同部位")
    with pytest.raises(NotPermitted, match="own_order"):
        office.take("officer", case, "uphold", "申诉属实")


def test_a_large_ruling_needs_a_third_signature(office):
    case = office.to_ruling(office.opened(amount="80000.00"))
    propose(office, case, amount="80000.00")
    with pytest.raises(Conflict, match="third_signature"):
        office.take("panel2", case, "confirm")
    office.take("panel2", case, "pass_on")
    with pytest.raises(NotPermitted, match="second person"):
        office.take("panel2", case, "sign")
    office.take("panel3", case, "sign")
    assert office.again(case).amount_ruled == Decimal("80000.00")


def test_no_more_is_ruled_than_was_found(office):
    case = office.to_ruling(office.opened())
    with pytest.raises(InvalidInput, match="more_than_found"):
        propose(office, case, amount="1200.01")


def test_who_confirms_does_not_change_the_amount(office):
    case = office.to_ruling(office.opened())
    propose(office, case)
    with pytest.raises(InvalidInput, match="amount_not_here"):
        office.take("panel2", case, "confirm", amount=Decimal("9.99"))


def test_a_ruling_rests_on_a_source_of_the_policy(office):
    case = office.to_ruling(office.opened())
    with pytest.raises(InvalidInput, match="article_unknown"):
        office.take("panel", case, "propose", "责令退回", amount=Decimal("1.00"), articles=("no-such-law#1",))


def test_the_order_cannot_be_found_late_before_its_day(office):
    case = office.opened()
    office.take("officer", case, "take_up")
    office.take("officer", case, "issue", "请整改")
    with pytest.raises(Conflict, match="not_late_yet"):
        office.take("officer", case, "find_late")


def test_the_institution_sees_nothing_before_it_is_ordered(office):
    case = office.opened()
    with scope(office.people["hospital"]):
        assert not Case.objects.filter(pk=case.pk).exists()


def test_the_institution_sees_its_own_case_once_it_is_ordered(office):
    case = office.opened()
    office.take("officer", case, "take_up")
    office.take("officer", case, "issue", "请整改")
    with scope(office.people["hospital"]):
        assert [finding.case_id for finding in Finding.objects.all()] == [case.pk]


def test_a_reviewer_of_one_community_does_not_see_anothers_findings(office):
    office.to_accountability(office.opened())
    with scope(office.people["other"]):
        assert (Case.objects.count(), Finding.objects.count()) == (0, 0)


def test_the_database_shows_another_community_no_row_of_any_table(office):
    from django.db import connection

    case = office.to_accountability(office.opened())
    office.take("officer", case, "order_recovery", amount=Decimal("1200.00"), data={"month": "2026-12"})
    office.take("officer", case, "mark_institution", data={"rule": "institution/fraud"})
    tables = ("case", "finding", "casestep", "recovery", "points", "ethicsentry", "campaign", "inspection")
    with scope(office.people["other"]), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM supervision_{table}")
            assert cursor.fetchone() == (0,), table


def test_the_institution_writes_no_row_of_its_case(office):
    from django.db import connection

    case = office.to_accountability(office.opened())
    with scope(office.people["hospital"]), connection.cursor() as cursor:
        cursor.execute("UPDATE supervision_case SET amount_ruled = 0 WHERE id = %s", [case.pk])
        assert cursor.rowcount == 0


def test_points_are_never_changed_at_the_database(office):
    from django.db import ProgrammingError, connection

    case = office.to_accountability(office.opened())
    office.take("officer", case, "mark_institution", data={"rule": "institution/fraud"})
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        scope(office.people["officer"]),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE supervision_points SET score = 1")


def test_somebody_without_a_session_reads_only_what_is_published(office):
    case = office.to_accountability(office.opened())
    office.take("officer2", case, "publish", "同日重复收取同一项目费用")
    assert (Publication.objects.count(), Case.objects.count()) == (1, 0)


def test_a_publication_that_names_a_person_is_refused(office, county):
    from yigongti.kernel.organisations.models import StaffMember

    StaffMember.objects.using("bulk").create(institution_id=county["H1"].pk, code="D01", name="演示某医师")
    case = office.to_accountability(office.opened())
    with pytest.raises(InvalidInput, match="person"):
        office.take("officer2", case, "publish", "演示某医师重复收费")
