"""A published workbook becomes knowledge: read, compared, signed by a second person, in force from a day, withdrawn."""

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from systems.claim_checks.conftest import CHECKED_AT, MONTH
from yigongti.engines.claim_checks.public import load_layouts
from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act
from yigongti.systems.claim_checks.actions.propose_knowledge import propose_knowledge, propose_withdrawal
from yigongti.systems.claim_checks.actions.read_knowledge import NotReadable, Published, read_knowledge
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.models import KnowledgeBatch

HEADINGS = ["序号", "药品通用名", "国标代码", "限定类型", "限定对象"]
ROWS = [
    [1, "演示甲药", "XF009AAA001A010100001", "限定性别对象", "女性"],
    [2, "演示乙药", "XF008AAA001A010100001", "限定性别对象", "男性"],
]


def a_workbook(rows=ROWS, headings=HEADINGS):
    """An invented workbook with the published headings."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, row in enumerate([headings, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def told(**changes):
    given = {
        "title": "演示批次", "url": "", "published_on": date(2026, 9, 1), "valid_from": date(2026, 10, 1),
        "whole": False, "file_name": "demo.xlsx",
    }  # fmt: skip
    return Published(**{**given, **changes})


@pytest.fixture
def maker(bureau, actor):
    return actor("insurance_bureau_officer", "C", username="maker")


@pytest.fixture
def checker(bureau, actor):
    return actor("insurance_bureau_officer", "C", username="checker")


def read(bureau, who, content=None, **changes):
    with scope(who):
        checks = in_force(bureau.policy, MONTH)
        return read_knowledge(
            who, content or a_workbook(), told(**changes), checks, load_layouts(bureau.policy), at=CHECKED_AT
        )


def sign(who, matter, words=""):
    with scope(who):
        return act(who, matter.pk, "sign", at=CHECKED_AT + timedelta(hours=1), given=Given(words=words))


def taken_over(bureau, maker, checker, **changes):
    (draft,) = read(bureau, maker, **changes)
    with scope(maker):
        matter = propose_knowledge(maker, draft.pk, at=CHECKED_AT)
    sign(checker, matter)
    return draft


def codes(bureau, who, day):
    with scope(who):
        check = in_force(bureau.policy, Month.of(day)).check("sex_limited_medicine")
    return {row["item_code"] for row in check.knowledge.rows if row.in_force(day)}


def test_a_draft_says_what_it_would_change_and_holds_nothing(bureau, maker):
    (draft,) = read(bureau, maker)
    assert (draft.check_id, draft.added, draft.changed, draft.ended) == ("sex_limited_medicine", 2, 0, 0)
    assert codes(bureau, maker, date(2026, 10, 9)) == {"F001"}


def test_the_day_of_the_service_chooses_what_is_known(bureau, maker, checker):
    taken_over(bureau, maker, checker)
    assert codes(bureau, maker, date(2026, 9, 30)) == {"F001"}
    assert codes(bureau, maker, date(2026, 10, 1)) == {"F001", ROWS[0][2], ROWS[1][2]}


def test_a_complete_list_ends_what_it_lacks_the_day_before(bureau, maker, checker):
    taken_over(bureau, maker, checker, whole=True)
    assert codes(bureau, maker, date(2026, 9, 30)) == {"F001"}
    assert codes(bureau, maker, date(2026, 10, 1)) == {ROWS[0][2], ROWS[1][2]}


def test_who_made_it_cannot_sign_it(bureau, maker):
    (draft,) = read(bureau, maker)
    with scope(maker):
        matter = propose_knowledge(maker, draft.pk, at=CHECKED_AT)
    with pytest.raises(NotPermitted, match="second person"):
        sign(maker, matter)
    assert codes(bureau, maker, date(2026, 10, 9)) == {"F001"}


def test_a_batch_is_withdrawn_by_two_persons_and_is_as_if_it_had_never_been(bureau, maker, checker):
    batch = taken_over(bureau, maker, checker, whole=True)
    with scope(checker):
        matter = propose_withdrawal(checker, batch.pk, "演示", at=CHECKED_AT)
    sign(maker, matter)
    assert codes(bureau, maker, date(2026, 10, 9)) == {"F001"}
    assert KnowledgeBatch.objects.using("bulk").get().state == "withdrawn"


def test_a_batch_is_put_before_the_second_person_once(bureau, maker):
    (draft,) = read(bureau, maker)
    with scope(maker):
        propose_knowledge(maker, draft.pk, at=CHECKED_AT)
        with pytest.raises(Conflict):
            propose_knowledge(maker, draft.pk, at=CHECKED_AT)


def test_headings_that_nobody_has_seen_are_answered_with_themselves(bureau, maker):
    with pytest.raises(NotReadable) as raised:
        read(bureau, maker, content=a_workbook(headings=["甲", "乙", "丙", "丁", "戊"]))
    assert raised.value.reading.kind is None
    assert "乙" in raised.value.reading.headings[0][1]


def test_what_is_no_workbook_is_refused(bureau, maker):
    with pytest.raises(InvalidInput):
        read(bureau, maker, content=b"MZ a program")


def test_knowledge_taken_over_makes_the_month_another_computation(bureau, maker, checker):
    from yigongti.systems.claim_checks.public import key_of_month

    before = key_of_month(MONTH, bureau.lake, bureau.snapshot(), bureau.policy)
    taken_over(bureau, maker, checker)
    assert key_of_month(MONTH, bureau.lake, bureau.snapshot(), bureau.policy) != before


def test_only_who_keeps_knowledge_writes_it_also_past_the_code(bureau, maker, actor):
    from django.db import DatabaseError

    read(bureau, maker)
    office = actor("hospital_insurance_office", "H1")
    with scope(office):
        assert KnowledgeBatch.objects.count() == 1, "everybody may read it"
        assert KnowledgeBatch.objects.update(state="declined") == 0
    with pytest.raises(DatabaseError), scope(office):
        KnowledgeBatch.objects.create(
            upload="x", check_id="x", title="x", published_on=MONTH.first_day, valid_from=MONTH.first_day,
            file_name="x", file_digest="x", rows=0, added=0, changed=0, ended=0, unchanged=0, made_by_id=1,
            made_by_name="x", made_at=CHECKED_AT,
        )  # fmt: skip


def test_the_pages_take_a_workbook_and_show_the_difference(bureau, signed_in):
    browser = signed_in("insurance_bureau_officer", "C", username="maker")
    form = {"title": "演示批次", "published_on": "2026-09-01", "valid_from": "2026-10-01"}
    answer = browser.post(
        "/claim_checks/knowledge/new", {**form, "file": SimpleUploadedFile("demo.xlsx", a_workbook())}
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "演示甲药" in browser.get(answer.url).content.decode()
    assert browser.post(answer.url + "/propose", {"do": "take"}).status_code == 302
    assert KnowledgeBatch.objects.using("bulk").get().state == "proposed"
    assert browser.get("/claim_checks/knowledge/?on=2026-10-09").status_code == 200
    wrong = browser.post("/claim_checks/knowledge/new", {**form, "file": SimpleUploadedFile("x.xlsx", b"MZ")})
    assert wrong.status_code == 400
