"""The previewer and the list of checklists."""

import json

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire

from yigongti.kernel.forms.library import forms


@pytest.fixture
def bureau(signed_in):
    return signed_in("health_bureau_clerk", "C")


def test_every_form_is_listed_with_its_versions(bureau):
    page = bureau.get("/forms/").content.decode()
    assert all(form.label.zh in page for form in forms().values())
    assert "2026-01-01" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_is_shown_with_its_source_in_both_languages(bureau, language):
    for form in forms().values():
        page = bureau.get(f"/forms/form/{form.id}?language={language}").content.decode()
        assert "文字未与原文核对" in page
        assert f'data-preview="{language}"' in page


def test_a_form_is_taken_as_a_questionnaire(bureau):
    answer = bureau.get("/forms/form/school_canteen/questionnaire?language=en")
    assert answer.headers["Content-Type"] == "application/fhir+json"
    assert Questionnaire.model_validate(json.loads(answer.content)).title == "Inspection of a school canteen"


@pytest.mark.parametrize("address", ["/forms/form/nothing", "/forms/form/school_canteen?version=1999-01-01"])
def test_what_is_not_there_is_said(bureau, address):
    assert bureau.get(address).status_code == 404


def test_a_form_with_two_versions_says_what_changed_and_shows_either(bureau, monkeypatch):
    import copy
    from datetime import date

    from yigongti.foundation.policy import Document
    from yigongti.kernel.access.limits import policy
    from yigongti.kernel.forms import library
    from yigongti.kernel.forms.reading import read_form

    (document,) = [one for one in policy().documents("forms") if one.data["id"] == "school_canteen"]
    told = copy.deepcopy(document.data)
    later = copy.deepcopy(told["versions"][0]) | {"from": "2026-06-01"}
    later["items"][1]["text"] = {"zh": "当日用餐人数", "en": "Meals of the day"}
    told["versions"].append(later)
    form = read_form(Document(document.path, told, ""))
    monkeypatch.setattr(library, "forms", lambda: {"school_canteen": form})
    page = bureau.get("/forms/form/school_canteen").content.decode()
    assert "自 2026-01-01 版以来的变化" in page
    assert "当日用餐人数" in page and "修改" in page
    before = bureau.get("/forms/form/school_canteen?version=2026-01-01").content.decode()
    definition = json.loads(
        before.partition('<script id="definition" type="application/json">')[2].partition("</script>")[0]
    )
    assert definition["items"][1]["text"]["zh"] == "当餐用餐人数"
    assert form.on(date(2026, 5, 31)).name == "2026-01-01"


def test_whoever_only_fills_checklists_sees_no_previewer(signed_in):
    assert signed_in("village_doctor", "V1").get("/forms/").status_code == 403


def test_a_visitor_is_sent_to_sign_in(client, database):
    for address in ("/forms/", "/forms/work/", "/forms/work/session", "/forms/work/checklists"):
        assert client.get(address).status_code == 302


def test_the_list_of_checklists_shows_what_is_open_filled_and_in_conflict(clerk, send, hand_out):
    (browser, device), school = clerk, hand_out("a")
    hand_out("b")
    send(browser, device.answer(school))
    send(browser, device.answer(school, {"meals": 5}))
    page = browser.get("/forms/checklists/").content.decode()
    assert "答卷冲突" in page and "待填写" in page
    assert browser.get("/forms/checklists/?where_state=open&export=csv").status_code == 200
