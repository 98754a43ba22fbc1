"""The pages of rehearsal: from an empty list to a published change, and the papers that go with it."""

import io
import zipfile

import pytest

from systems.rehearsal.conftest import refreshed, step
from yigongti.kernel.access.limits import policy

FORM = {"title": "提高县级起付线", "reason": "基金压力", "effective_on": "2027-01-01", "first_month": "2026-07",
        "last_month": "2026-09"}  # fmt: skip
DEDUCTIBLE = "/parameters/benefit.deductible"


@pytest.fixture
def browser(ran, people):
    return signed_in_as("officer")


def signed_in_as(username):
    from django.test import Client

    client = Client()
    answer = client.post("/accounts/sign-in", {"username": username, "password": "right-password-1"})
    assert answer.status_code == 302
    return client


def text_of(answer):
    return answer.content.decode()


def test_the_first_line_says_what_it_would_have_cost_and_whom_it_touches(browser, ran):
    page = text_of(browser.get(f"/rehearsal/{ran.pk}"))
    print(page[page.index('id="sentence"') :][:900])
    assert "若住院起付线（居民医保、县级）由 600 元 改为 900 元" in page
    assert "0 人负担减轻，2 人加重" in page
    assert "不受影响的环节（所依据的规则均未改动，结果相同）：病组付费" in page


def test_every_dimension_has_its_table(browser, ran):
    for by in ("institution", "level", "department", "disease", "group", "care", "scheme", "month"):
        answer = browser.get(f"/rehearsal/{ran.pk}?by={by}")
        assert answer.status_code == 200, by
    assert "低保对象" in text_of(browser.get(f"/rehearsal/{ran.pk}?by=group"))


def test_english_is_complete(browser, ran):
    browser.post("/language", {"language": "en"})
    page = text_of(browser.get(f"/rehearsal/{ran.pk}"))
    assert "goes from 600 yuan to 900 yuan" in page
    assert "0 persons would have borne less, 2 more." in page


def test_a_rehearsal_is_begun_and_a_value_typed_without_seeing_yaml(browser, now):
    begun = browser.post("/rehearsal/new", FORM)
    assert begun.status_code == 302, text_of(begun)
    number = begun["Location"].split("/")[2]
    found = text_of(browser.get(f"/rehearsal/{number}/parameters?q=起付线"))
    assert "benefit.deductible" in found
    form = browser.get(f"/rehearsal/{number}{DEDUCTIBLE}")
    given = {field["name"]: field["value"] for field in form.context["fields"]}
    sent = browser.post(
        f"/rehearsal/{number}{DEDUCTIBLE}",
        {**given, "value:390/county": "700", "source": "", "document_title": "关于起付线的通知"},
    )
    assert sent.status_code == 302, text_of(sent)
    page = text_of(browser.get(f"/rehearsal/{number}"))
    assert "parameters/benefit/deductible.yaml" in page
    assert "sources/county-20270101-" in page


def test_what_cannot_be_read_is_said_beside_the_field(browser, ran):
    form = browser.get(f"/rehearsal/{ran.pk}{DEDUCTIBLE}")
    given = {field["name"]: field["value"] for field in form.context["fields"]}
    answer = browser.post(f"/rehearsal/{ran.pk}{DEDUCTIBLE}", {**given, "value:390/county": "七百"})
    assert answer.status_code == 400
    wrong = [field["name"] for field in answer.context["fields"] if field["problem"]]
    assert wrong == ["value:390/county"]


def test_a_day_that_has_begun_is_refused_at_its_field(browser, now):
    answer = browser.post("/rehearsal/new", {**FORM, "effective_on": "2026-11-02"})
    assert (answer.status_code, answer.context["problem"].where) == (400, "effective_on")


def test_a_folder_as_zip_is_read_whole_and_a_wrong_file_keeps_nothing(browser, ran, policy_root, people):
    path = "parameters/benefit/outpatient_cap.yaml"
    text = (policy_root / path).read_text("utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(f"change/{path}", text)
        made.writestr("change/parameters/benefit/yearly_cap.yaml", "id: benefit.yearly_cap\nvalues: []\n")
    packed.seek(0)
    packed.name = "change.zip"
    answer = browser.post(f"/rehearsal/{ran.pk}/upload", {"file": packed})
    assert answer.status_code == 400
    assert "yearly_cap.yaml" in text_of(answer)
    assert refreshed(people["officer"], ran).files_digest == ran.files_digest


def test_the_second_person_signs_on_the_page_and_publishes(browser, ran, people):
    assert browser.post(f"/rehearsal/{ran.pk}/steps/send").status_code == 302
    own = text_of(browser.get(f"/rehearsal/{ran.pk}"))
    assert "须由另一人签署" in own
    second = signed_in_as("second")
    page = text_of(second.get(f"/rehearsal/{ran.pk}"))
    assert ran.result_digest[:12] in page
    signed = second.post(f"/rehearsal/{ran.pk}/steps/sign", {"digest": ran.result_digest[:12]})
    assert signed.status_code == 302, text_of(signed)
    published = second.post(f"/rehearsal/{ran.pk}/steps/publish")
    assert published.status_code == 302, text_of(published)
    assert str(policy().value("benefit.deductible", on=ran.effective_on, insurance_type="390", level="county")) == "900"
    assert "撤回公布" in text_of(second.get(f"/rehearsal/{ran.pk}"))
    assert second.post(f"/rehearsal/{ran.pk}/withdraw", {"why": "另行发文"}).status_code == 302
    assert "另行发文" in text_of(second.get("/rehearsal/" + str(ran.pk)))


def test_the_workbook_and_the_documents_say_the_same_and_are_the_same_bytes_again(browser, ran):
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"/rehearsal/{ran.pk}/workbook").content))
    assert book.sheet_names[0] == "推演结果"
    assert {"待遇支付 按机构", "待遇支付 按人群"} <= set(book.sheet_names)
    first, second = (browser.get(f"/rehearsal/{ran.pk}/document").content for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as document:
        assert ran.result_digest in document.read("word/document.xml").decode()


def test_the_page_to_be_printed_is_a_pdf(browser, ran):
    from yigongti.kernel.presentation.printing import can_print

    if not can_print():
        pytest.skip("this machine cannot draw pages")
    assert browser.get(f"/rehearsal/{ran.pk}/paper").content.startswith(b"%PDF")


def test_a_hospital_finds_no_rehearsal(ran, people):
    hospital = signed_in_as(people["hospital"].username)
    assert hospital.get("/rehearsal/").status_code == 403
    assert hospital.get(f"/rehearsal/{ran.pk}").status_code == 403


def test_the_list_says_how_many_wait_for_the_second_person(browser, ran, people):
    step(people["officer"], ran, "send")
    assert "1 项待复核签署" in text_of(browser.get("/rehearsal/"))
