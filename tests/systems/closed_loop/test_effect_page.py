"""Whether an order helped, on a page: a made-up county of four township hospitals and eleven months."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yigongti.foundation.period import Month
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.scope import scope
from yigongti.processes.closed_loop.effects import effects_of_orders

CHECK = "duplicate_charge"
ORDERED = datetime(2026, 6, 11, 2, 0, tzinfo=UTC)
PAGE = "/closed_loop/effect/?institution=C&month=2026-10"
BEFORE = {
    "T1": [31, 30, 32, 33, 29],
    "T2": [28, 30, 29, 31, 27],
    "T3": [30, 29, 28, 30, 31],
    "T4": [28, 29, 30, 27, 29],
}
AFTER = {"T1": [8, 9, 7, 8, 10], "T2": [27, 28, 26, 29, 27], "T3": [28, 29, 27, 27, 28], "T4": [26, 27, 28, 25, 27]}
LINES = 10_000


@pytest.fixture
def townships(county):
    """T2 to T4 beside T1, each with months of findings before and after June 2026."""
    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.claim_checks.models import CheckSum, InstitutionVolume

    for code in ("T2", "T3", "T4"):
        county[code] = Institution.objects.using("bulk").create(
            code=code, name=f"演示{code}卫生院", name_en=f"{code} Township Hospital",
            kind=Institution.Kind.TOWNSHIP_HOSPITAL, parent_id=county["H2"].pk, valid_from=date(2026, 1, 1),
        )  # fmt: skip
    for code in BEFORE:
        for number, findings in enumerate([*BEFORE[code], 20, *AFTER[code]], start=1):
            own = {"institution_id": county[code].pk, "month": f"2026-{number:02d}"}
            InstitutionVolume.objects.using("bulk").create(**own, bills=900, lines=LINES, claimed=Decimal(500_000))
            CheckSum.objects.using("bulk").create(
                **own, check_id=CHECK, strength="violation", findings=findings, bills=findings,
                amount=Decimal(findings * 20), counted=Decimal(findings * 10),
            )  # fmt: skip
    return county


def order(county, code, at=ORDERED, key="1", **fields):
    from yigongti.systems.supervision.models import Case

    return Case.objects.using("bulk").create(
        institution=county[code], office=county["C"], source="claim_finding", source_key=f"made up/{code}/{key}",
        subject="演示", title_zh="演示重复收费", title_en="Made-up duplicate charge", month="2026-05",
        check_ids=[CHECK], state="order", shown=True, amount_claimed=Decimal(100), opened_at=at, ordered_at=at,
        **fields,
    )  # fmt: skip


def effects(who, county, codes=("T1", "T2", "T3", "T4"), **more):
    with scope(who):
        asked = {"since": "order", "unit": "lines", "policy": policy(), "today": date(2026, 12, 1)} | more
        return effects_of_orders(who, [county[code].pk for code in codes], **asked)


@pytest.fixture
def officer(townships, actor):
    return actor("insurance_bureau_officer", "C")


def test_the_effect_is_the_fall_beyond_that_of_the_peers(officer, townships):
    order(townships, "T1")
    (one,) = effects(officer, townships).ordered
    assert (one.effect.before, one.effect.after) == (Decimal("3.1000"), Decimal("0.8400"))
    assert one.effect.peers == ("T2", "T3", "T4")
    # the peers change by −0.16, −0.18 and −0.20
    assert (one.effect.peers_change, one.effect.effect) == (Decimal("-0.1800"), Decimal("-2.0800"))
    assert one.effect.interval.high < 0


def test_the_effect_may_be_told_in_yuan(officer, townships):
    order(townships, "T1")
    (one,) = effects(officer, townships, unit="yuan").ordered
    assert one.effect.before == Decimal("6.2000"), "310 yuan a month on 500,000 claimed"


def test_whoever_was_ordered_too_is_no_peer(officer, townships):
    order(townships, "T1")
    order(townships, "T2", at=datetime(2026, 8, 3, 2, 0, tzinfo=UTC))
    found = {one.institution.code: one for one in effects(officer, townships).ordered}
    assert found["T1"].effect.peers == found["T2"].effect.peers == ("T3", "T4")


def test_several_orders_after_each_other_are_one_event_with_all_their_cases(officer, townships):
    order(townships, "T1")
    order(townships, "T1", at=datetime(2026, 7, 20, 2, 0, tzinfo=UTC), key="2")
    (one,) = effects(officer, townships).ordered
    assert (one.event, len(one.cases)) == (date(2026, 6, 11), 2)


def test_a_month_before_the_check_began_is_not_a_month_without_findings(officer, townships):
    from yigongti.systems.claim_checks.public import monthly_counts

    with scope(officer):
        early, late = Month(2023, 1), Month(2026, 12)
        counts = monthly_counts(officer, "supervision.see", [CHECK], early, late)
    from yigongti.systems.claim_checks.checks_in_force import own_checks

    begins = min(v.valid_from for c in own_checks(policy()) if c.id == CHECK for v in c.versions)
    assert counts and min(count.month for count in counts) >= Month.of(begins)


def test_the_page_says_it_in_a_sentence_and_shows_the_months_the_case_and_the_way_to_the_check(townships, signed_in):
    case = order(townships, "T1")
    page = signed_in("insurance_bureau_officer", "C", username="effect").get(PAGE).content.decode()
    assert "每千行疑点由 3.1 到 0.84" in page and "差中差 −2.1" in page
    assert f"/supervision/cases/{case.pk}/" in page
    assert f"/claim_checks/checks/{CHECK}/change" in page
    assert f"/claim_checks/findings/?institution=T1&amp;month=2026-07&amp;where_check_id={CHECK}" in page
    assert page.count('<th scope="row">2026-') == 11


@pytest.mark.parametrize("more", ["&since=ruling", "&per=yuan", "&check=nothing&at=nobody", "&export=csv", "&since=x"])
def test_the_page_answers_whatever_is_chosen(townships, signed_in, more):
    order(townships, "T1", ruled_at=datetime(2026, 7, 1, 2, 0, tzinfo=UTC))
    assert signed_in("insurance_bureau_officer", "C", username="effect").get(PAGE + more).status_code == 200


def test_before_any_order_the_page_says_that_there_is_nothing_to_tell(townships, signed_in):
    page = signed_in("insurance_bureau_officer", "C", username="effect").get(PAGE).content.decode()
    assert "尚未就费用审核发出整改通知" in page


def test_soon_after_an_order_the_page_says_that_it_is_too_early(townships, signed_in):
    order(townships, "T1", at=datetime(2026, 10, 20, 2, 0, tzinfo=UTC))
    page = signed_in("insurance_bureau_officer", "C", username="effect").get(PAGE).content.decode()
    assert "尚不能说：事件之后有费用数据的月份不足" in page


def test_an_institution_sees_its_own_months_and_no_peer(townships, actor, signed_in):
    order(townships, "T1")
    order(townships, "T2")
    (one,) = effects(actor("township_clerk", "T1"), townships).ordered
    assert (one.institution.code, one.effect.effect, one.effect.cannot) == ("T1", None, ("few_peers",))
    assert one.effect.before == Decimal("3.1000")
    page = signed_in("township_clerk", "T1", username="own").get("/closed_loop/effect/").content.decode()
    assert "演示T2卫生院" not in page and "可比的同级机构不足" in page


def test_who_may_not_see_supervision_is_refused(townships, signed_in):
    assert signed_in("coder", "H1", username="coder").get("/closed_loop/effect/").status_code == 403


def test_an_officer_of_supervision_without_the_claim_checks_sees_the_effect_and_no_dead_links(townships, signed_in):
    order(townships, "T1")
    page = signed_in("supervision_officer", "C", username="law").get(PAGE).content.decode()
    assert "差中差 −2.1" in page and "/claim_checks/findings/" not in page
