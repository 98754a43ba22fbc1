"""Everyone who is signed in may say what is wrong with the platform, and says whether it was solved."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from systems.matters.test_matter_pages import text_of
from yigongti.kernel.access.roles import ROLES

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest.fixture
def administrator(signed_in):
    return signed_in("system_administrator", "C")


def complained(browser, words="首页打开很慢", page="/front_pages/", **more):
    sent = browser.post("/matters/complaint", {"words": words, "page": page, **more})
    assert sent.status_code == 302, text_of(sent)
    return int(re.search(r"/matters/(\d+)/", sent.url)[1])


@pytest.mark.parametrize("role", [role for role in ROLES if role != "exchange_system"])
def test_every_role_may_complain(signed_in, role):
    browser = signed_in(role, "H1")
    assert "首页打开很慢" in text_of(browser.get(f"/matters/{complained(browser)}/"))


def test_the_administrator_answers_and_whoever_complained_closes(signed_in, administrator):
    browser = signed_in("village_doctor", "V1")
    number = complained(browser)
    assert "首页打开很慢" in text_of(administrator.get("/matters/"))
    assert administrator.post(f"/matters/{number}/answer", {"version": 1, "words": "已处理"}).status_code == 302
    assert "已处理" in text_of(browser.get(f"/matters/?open={number}"))
    sent = browser.post(f"/matters/{number}/close", {"version": 2}, follow=True)
    assert "事项已办结" in text_of(sent)


def test_what_is_not_solved_comes_back_to_the_administrator(signed_in, administrator):
    browser = signed_in("coder", "H1")
    number = complained(browser)
    administrator.post(f"/matters/{number}/answer", {"version": 1, "words": "已处理"})
    browser.post(f"/matters/{number}/reopen", {"version": 2, "words": "仍然很慢"})
    assert "仍然很慢" in text_of(administrator.get(f"/matters/{number}/"))
    assert "首页打开很慢" in text_of(administrator.get("/matters/"))


def test_nobody_else_reads_a_complaint(signed_in):
    number = complained(signed_in("coder", "H1"))
    for role, place in (("record_room_clerk", "H1"), ("insurance_bureau_officer", "C"), ("county_director", "C")):
        assert signed_in(role, place).get(f"/matters/{number}/").status_code == 404


def test_the_administrator_cannot_close_for_whoever_complained(signed_in, administrator):
    number = complained(signed_in("coder", "H1"))
    administrator.post(f"/matters/{number}/answer", {"version": 1, "words": "已处理"})
    assert administrator.post(f"/matters/{number}/close", {"version": 2}).status_code == 403


def test_a_picture_is_kept_and_opened_by_both_sides_only(signed_in, administrator):
    browser = signed_in("coder", "H1")
    number = complained(browser, files=SimpleUploadedFile("慢.png", PNG))
    address = re.search(r"/attachments/\d+", text_of(administrator.get(f"/matters/{number}/")))[0]
    assert administrator.get(address).status_code == 200
    assert browser.get(address).status_code == 200
    assert signed_in("record_room_clerk", "H1").get(address).status_code == 404


def test_a_complaint_without_words_is_told_at_the_field(signed_in):
    answer = signed_in("coder", "H1").post("/matters/complaint", {"words": " "})
    assert answer.status_code == 400 and 'id="wrong-words"' in text_of(answer)


def test_an_address_of_another_site_is_not_kept(signed_in):
    browser = signed_in("coder", "H1")
    number = complained(browser, page="https://example.org/x")
    assert "example.org" not in text_of(browser.get(f"/matters/{number}/"))
