"""A month's quality, from the county's rate down to one page with its defects beside the fields."""

import json

import pytest
from submitted_files import a_row

PLACES = ("quality/", "defects/", "pages/", "lists/", "rules/", "quality/?by=physician", "lists/?list=level_four")


@pytest.fixture
def judged(house, signed_in, committed, close):
    """Three pages of H1 (one whose sex is missing, one of another department) and one of H2, judged and published."""
    from yigongti.kernel.organisations.models import Department

    Department.objects.using("bulk").create(institution_id=house.county["H1"].pk, code="0302", name="呼吸内科")
    clerk = signed_in("record_room_clerk", "H1", username="clerk-of-h1")
    committed(clerk, [a_row(1), a_row(2, sex=""), a_row(3, discharge_department_code="0302", procedures="51.2300")])
    other = signed_in("record_room_clerk", "H2", username="clerk-of-h2")
    committed(other, [a_row(4, institution_code="H2", name="演示·别院")], institution="H2")
    return close()


@pytest.fixture
def page_of():
    """page_of(client, case) is the text of one page's page."""
    return lambda client, case, more="": client.get(
        f"/front_pages/pages/H1/{case}?month=2026-10{more}"
    ).content.decode()


def test_every_page_answers_in_both_languages(judged, signed_in):
    client = signed_in("coder", "H1")
    for language, heading in (("zh-hans", "病案质量"), ("en", "Record quality")):
        client.post("/language", {"language": language, "next": "/"})
        assert f"<h1>{heading}</h1>" in client.get("/front_pages/quality/?month=2026-10").content.decode()
        for place in PLACES:
            sign = "&" if "?" in place else "?"
            answer = client.get(f"/front_pages/{place}{sign}month=2026-10")
            assert answer.status_code == 200 and 'id="sentence"' in answer.content.decode(), place


def test_before_the_first_close_the_page_says_what_to_do_first(house, signed_in):
    page = signed_in("coder", "H1").get("/front_pages/quality/?month=2026-10").content.decode()
    assert "尚未质控" in page and "再运行月结" in page


def test_the_county_adds_its_hospitals_up(judged, signed_in):
    client = signed_in("health_bureau_clerk", "C")
    told = json.loads(client.get("/front_pages/api/quality?month=2026-10").content)
    assert told["sums"]["pages"] == "4" and told["release"] and told["snapshot"]
    assert judged.pages == 4


def test_a_missing_item_stands_beside_its_field_and_costs_its_points(judged, signed_in, page_of):
    page = page_of(signed_in("coder", "H1"), "C002")
    row = page[page.index('id="field-sex"') :].partition("</tr>")[0]
    assert "✗" in row and 'class="broken"' in page
    told = json.loads(signed_in("coder", "H1", username="again").get(
        "/front_pages/api/pages/H1/C002?month=2026-10").content)  # fmt: skip
    lost = {defect["item"]: defect["deducts"] for defect in told["defects"] if defect["column"] == "sex"}
    assert lost and all(float(points) > 0 for points in lost.values())


def test_the_sheet_comes_to_the_published_score(judged, signed_in, page_of):
    for case in ("C001", "C002", "C003"):
        assert "评分表有变更" not in page_of(signed_in("coder", "H1", username=f"u-{case}"), case)


def test_the_score_sheet_counts_an_item_once_and_a_part_never_below_nothing(policy_root):
    from decimal import Decimal

    from submitted_files import MONTH

    from yigongti.engines.record_quality.public import load_rulebook
    from yigongti.foundation.policy import Policy
    from yigongti.systems.front_pages.models import Defect
    from yigongti.systems.front_pages.whole_page import Fault, score_sheet

    book = load_rulebook(Policy.load(policy_root), MONTH.last_day)
    faults = [
        Fault(Defect(rule=rule.id, column=rule.column, item=rule.item, deducts=book.card.deducts(rule)), rule, ())
        for rule in book.rules
        if book.card.deducts(rule)
    ]  # fmt: skip
    sheet = score_sheet(faults, book)
    assert all(part.left >= 0 for part in sheet)
    lost = sum((part.lost for part in sheet), Decimal(0))
    assert book.card.full_score - lost == book.card.score([fault.rule for fault in faults])


def test_whose_page_it_is_stays_masked_until_one_who_corrects_asks(judged, signed_in, page_of):
    from yigongti.kernel.trail.models import TrailEntry

    coder = signed_in("coder", "H1")
    assert "演示·某某" not in page_of(coder, "C001")
    assert not TrailEntry.objects.using("bulk").filter(verb="front_pages.identity_seen").exists()
    assert "演示·某某" in page_of(coder, "C001", "&identity=shown")
    assert TrailEntry.objects.using("bulk").get(verb="front_pages.identity_seen").subject == "2026-10 C001"


@pytest.mark.parametrize("role", ["county_director", "insurance_bureau_officer", "health_bureau_clerk"])
def test_offices_that_correct_nothing_never_see_the_name(judged, signed_in, page_of, role):
    page = page_of(signed_in(role, "C"), "C001", "&identity=shown")
    assert "演示·某某" not in page and "患者身份信息已隐去" in page


def test_another_hospital_sees_neither_page_nor_defect(judged, signed_in):
    stranger = signed_in("coder", "H2")
    assert stranger.get("/front_pages/pages/H1/C002?month=2026-10").status_code == 404
    for place in ("pages/", "defects/", "quality/"):
        text = stranger.get(f"/front_pages/{place}?month=2026-10").content.decode()
        assert "C002" not in text and "示范县人民医院" not in text


def test_a_head_of_department_sees_the_own_departments_pages_only(judged, signed_in):
    head = signed_in("department_head", "H1", department="0302")
    text = head.get("/front_pages/pages/?month=2026-10").content.decode()
    assert "C003" in text and "C001" not in text
    assert head.get("/front_pages/pages/H1/C001?month=2026-10").status_code == 404
    assert "1 份" in head.get("/front_pages/quality/?month=2026-10").content.decode()


def test_the_list_of_defects_is_filtered_and_exported_whole(judged, signed_in):
    client = signed_in("coder", "H1")
    rows = client.get("/front_pages/defects/?month=2026-10&export=csv")
    text = b"".join(rows.streaming_content).decode() if rows.streaming else rows.content.decode()
    assert text.count("C002") >= 1
    nothing = client.get("/front_pages/defects/?month=2026-10&where_department_code=0399").content.decode()
    assert "C002" not in nothing and "没有符合筛选条件的行" in nothing


@pytest.mark.parametrize("wanted", ["where_passes=xx", "where_institution_id=abc", "where_score=abc", "sort=nothing"])
def test_an_address_typed_by_hand_never_breaks_a_list(judged, signed_in, wanted):
    client = signed_in("health_bureau_clerk", "C")
    client.raise_request_exception = False
    assert client.get(f"/front_pages/pages/?month=2026-10&{wanted}").status_code in (200, 400)


def test_the_catalogue_tells_a_rules_words_source_and_hits(judged, signed_in):
    client = signed_in("coder", "H1")
    page = client.get("/front_pages/rules/?month=2026-10&open=newborn.birth_weight_range").content.decode()
    assert "出生体重不在 200 至 9999 克之间" in page and "核对单位" in page and "文字未与原文核对" in page
    assert client.get("/front_pages/rules/?open=no.such_rule").status_code == 404


def test_a_case_on_a_central_list_is_found_there(judged, signed_in):
    client = signed_in("coder", "H1")
    page = client.get("/front_pages/lists/?month=2026-10&list=minimally_invasive").content.decode()
    assert "C003" in page and "C001" not in page
    assert client.get("/front_pages/lists/?list=nothing").status_code == 404


def test_closing_again_replaces_the_month(judged, signed_in, committed, close):
    from yigongti.systems.front_pages.models import FrontPage, JudgedMonth

    before = JudgedMonth.objects.using("bulk").get()
    clerk = signed_in("record_room_clerk", "H1", username="later")
    committed(clerk, [a_row(1)])
    assert close().pages == 2
    after = JudgedMonth.objects.using("bulk").get()
    assert after.snapshot_digest != before.snapshot_digest
    assert set(FrontPage.objects.using("bulk").values_list("case_id", flat=True)) == {"C001", "C004"}


def test_a_page_is_shown_as_it_was_judged_although_a_newer_file_landed(judged, signed_in, committed, page_of):
    clerk = signed_in("record_room_clerk", "H1", username="newer")
    committed(clerk, [a_row(1, occupation="70")])
    page = page_of(clerk, "C001")
    row = page[page.index('id="field-occupation"') :].partition("</tr>")[0]
    assert "27" in row and "70" not in row


LINES = ("case_id", "line_number", "item_code", "charged_on", "amount", "care_setting")


def fee_lines(*rows):
    return [dict(zip(LINES, row, strict=True)) for row in rows]


@pytest.fixture
def rules_broken(signed_in):
    """rules_broken(case) → the rules that the case's page breaks."""

    def of(case):
        client = signed_in("coder", "H1", username=f"reads-{case}")
        told = json.loads(client.get(f"/front_pages/api/pages/H1/{case}?month=2026-10").content)
        return {defect["rule"] for defect in told["defects"]}

    return of


def test_the_lines_of_a_visit_are_not_added_to_a_stay_of_the_same_number(
    house, signed_in, committed, close, rules_broken
):
    clerk = signed_in("record_room_clerk", "H1", username="clerk-of-h1")
    committed(clerk, [a_row(1)])
    lines = fee_lines(("C001", 1, "A", "2026-10-05", "6000.00", ""), ("C001", 2, "B", "2026-10-05", "50.00", "1"))
    committed(clerk, lines, kind="fee_lines")
    close()
    assert not {rule for rule in rules_broken("C001") if "fee_lines" in rule}


def test_where_only_visits_have_lines_no_stay_is_blamed_for_missing_ones(
    house, signed_in, committed, close, rules_broken
):
    clerk = signed_in("record_room_clerk", "H1", username="clerk-of-h1")
    committed(clerk, [a_row(1)])
    committed(clerk, fee_lines(("V001", 1, "B", "2026-10-05", "50.00", "1")), kind="fee_lines")
    close()
    assert not {rule for rule in rules_broken("C001") if "fee_lines" in rule}


def test_a_kind_without_amounts_is_told_in_rows_alone(house, signed_in, committed, upload):
    clerk = signed_in("record_room_clerk", "H1", username="clerk-of-h1")
    move = {"move_number": "m1", "item_code": "A", "moved_on": "2026-10-05", "kind": "purchase", "quantity": "5"}
    receipt = committed(clerk, [move], kind="stock_moves").content.decode()
    assert "共 1 行。" in receipt and "receipt-amount" not in receipt
