"""A telephone in a courtyard: the network is cut, checklists are filled with photographs, the page is closed and opened
again, the network comes back, and each answer is found once. Two devices contradict each other; accounts stay apart."""

import importlib.util
import os
import threading
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from yigongti.foundation.errors import Text

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TESTS = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
PASSWORD = "right-password-1"


def _shared(name, place):
    specification = importlib.util.spec_from_file_location(name, place)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


_systems = _shared("systems_fixtures", TESTS / "systems" / "conftest.py")
_files = _shared("attached_files", TESTS / "unit" / "attachments" / "attached_files.py")
database_server, database = _systems.database_server, _systems.database
county, account = _systems.county, _systems.account


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site(county, settings, tmp_path):
    """The product on a free port of this machine."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    settings.DATA_FOLDER = tmp_path / "data"
    server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def device(site):
    """Opens browsers: device("township_clerk-T1") → a page of a new telephone on which that account has signed in."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is absent")
    # the browser's driver runs an event loop in this thread; the database is asked beside it, not within
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def opened(username, context=None):
            context = context or browser.new_context(
                viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai",
                geolocation={"latitude": 30.25, "longitude": 120.15}, permissions=["geolocation"],
            )  # fmt: skip
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: failed.append(str(error)))
            page.goto(f"{site}/accounts/sign-in")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_selector("header.top .account", state="attached")
            return page

        yield opened
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    assert not failed


@pytest.fixture
def hand_out(county):
    """hand_out("甲校", …) → checklists of school canteens, for anybody who fills them at the township hospital."""
    from django.utils import timezone

    from yigongti.kernel.forms.public import assign

    def handed(*names, **more):
        now = timezone.now()
        return [
            assign(
                None, "school_canteen", on=timezone.localdate(), subject=f"trials.School/{name}", at=now,
                title=Text(f"{name}食堂", f"Canteen of {name}"), institution_id=county["V1"].pk,
                owner_institution_id=county["T1"].pk, due_on=timezone.localdate() + timedelta(days=3), **more,
            )
            for name in names
        ]  # fmt: skip

    return handed


def answers():
    from yigongti.kernel.forms.models import Answer

    return list(Answer.objects.using("bulk").order_by("id").select_related("assignment"))


def open_work(page, site):
    page.goto(f"{site}/forms/work/")
    page.wait_for_selector("[data-unsent]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def fill_in(page, checklist, tmp_path, *, meals="320", leave_open=False, raw="yes"):
    page.click(f"[data-checklist='{checklist.pk}'] a")
    page.wait_for_selector("[data-path=school]")
    for path, value in {
        "school": "演示小学", "meals": meals, "workers": "6", "certified": "6", "kitchen/core_temperature": "75.5",
        "kitchen/sample_grams": "130",
    }.items():  # fmt: skip
        page.fill(f"[data-path='{path}'] input", value)
    for path, code in {
        "licence": "yes", "kitchen/raw_cooked": raw, "kitchen/sample_hours": "yes", "kitchen/dishes_disinfected": "yes",
        "kitchen/pests": "na", "kitchen/purchase": "yes",
    }.items():  # fmt: skip
        page.check(f"[data-path='{path}'] input[value={code}]")
    picture = tmp_path / f"后厨{checklist.pk}.png"
    picture.write_bytes(_files.png(60, 40))
    page.set_input_files("[data-path=kitchen_photographs] input[type=file]", picture)
    page.wait_for_selector("[data-path=kitchen_photographs] canvas")
    if not leave_open:
        page.click("[data-finish]")
        page.wait_for_selector("[data-answer]")


def unsent(page):
    return page.get_attribute("[data-unsent]", "data-unsent")


def test_three_checklists_filled_without_a_network_are_found_once_each(site, device, account, hand_out, tmp_path):
    clerk = account("township_clerk", "T1")
    school = hand_out("甲校", "乙校", "丙校")
    page = device(clerk.username)
    open_work(page, site)
    page.wait_for_selector(f"[data-checklist='{school[2].pk}']")

    page.context.set_offline(True)
    fill_in(page, school[0], tmp_path)
    fill_in(page, school[1], tmp_path, leave_open=True)
    page.reload()  # the page itself comes from the device now
    page.wait_for_selector("[data-path=school]")
    assert page.input_value("[data-path=school] input") == "演示小学", "what was typed is still there"
    assert page.locator("[data-path=kitchen_photographs] canvas").count() == 1
    page.click("[data-finish]")
    page.wait_for_selector("[data-answer]")
    fill_in(page, school[2], tmp_path)
    page.wait_for_selector("[data-unsent='3']")
    assert "3 份尚未发送" in page.inner_text("[data-network]")
    assert "在本机" in page.inner_text("[data-answer] >> nth=0")
    page.reload()
    page.wait_for_selector("[data-unsent='3']")
    assert answers() == []

    page.context.set_offline(False)
    page.wait_for_selector("[data-unsent='0']", timeout=30_000)
    came = answers()
    assert sorted(answer.assignment_id for answer in came) == [one.pk for one in school]
    for answer in came:
        (picture,) = [item for item in answer.response["item"] if item["linkId"] == "kitchen_photographs"]
        assert picture["answer"][0]["valueAttachment"]["url"].startswith("/attachments/")
    assert "已收到" in page.inner_text("[data-answer] >> nth=0")
    page.reload()
    page.wait_for_selector("[data-answer]")
    assert len(answers()) == 3, "nothing is sent again"


def test_two_devices_that_contradict_each_other_are_both_kept_and_somebody_decides(
    site, device, account, hand_out, tmp_path
):
    clerk, (school,) = account("township_clerk", "T1"), hand_out("甲校")
    first, second = device(clerk.username), device(clerk.username)
    for page in (first, second):
        open_work(page, site)
        page.wait_for_selector(f"[data-checklist='{school.pk}']")
    second.context.set_offline(True)
    fill_in(second, school, tmp_path, meals="410", raw="no")
    fill_in(first, school, tmp_path, meals="320")
    first.wait_for_selector("[data-answer][data-state=received]")
    second.context.set_offline(False)
    second.wait_for_selector("[data-answer][data-state=conflict]", timeout=30_000)
    assert "待人工处理" in second.inner_text("[data-answer]")
    assert len(answers()) == 2

    first.goto(f"{site}/forms/checklists/{school.pk}")
    said = first.inner_text("main")
    assert "320" in said and "410" in said
    other = answers()[1]
    first.check(f"input[name='field-meals'][value='{other.pk}']")
    first.fill("input[name=reason]", "以现场点数为准")
    first.click("form[action$=decide] button.primary")
    first.wait_for_selector("form[action$=decide]", state="detached")
    merged = answers()[2]
    assert {item["linkId"]: item for item in merged.response["item"]}["meals"]["answer"] == [{"valueInteger": 410}]


def test_another_account_on_the_same_telephone_neither_sees_nor_sends_the_first_ones_answers(
    site, device, account, hand_out, tmp_path
):
    first, second = account("township_clerk", "T1"), account("public_health_worker", "T1")
    (school,) = hand_out("甲校", account_id=first.pk)
    page = device(first.username)
    open_work(page, site)
    page.wait_for_selector(f"[data-checklist='{school.pk}']")
    page.route("**/forms/work/answers", lambda route: route.abort())  # nothing gets through, but the session lives
    fill_in(page, school, tmp_path)
    page.wait_for_selector("[data-unsent='1']")

    page.goto(f"{site}/forms/checklists/")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.click("header.top .account summary")
    page.click("form[data-sign-out] button")
    page.wait_for_selector("input[name=username]")
    assert asked and "1 份答卷尚未发送" in asked[0]
    page.unroute("**/forms/work/answers")

    other = device(second.username, page.context)
    open_work(other, site)
    assert unsent(other) == "0"
    assert other.locator("[data-answer], [data-checklist]").count() == 0
    assert answers() == []

    back = device_again(other, site, first.username)
    back.wait_for_selector("[data-unsent='0']", timeout=30_000)
    assert [answer.account_id for answer in answers()] == [first.pk]


def device_again(page, site, username):
    """The first account signs in again on the same telephone."""
    page.goto(f"{site}/forms/checklists/")
    page.click("header.top .account summary")
    page.click("form[data-sign-out] button")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("header.top .account", state="attached")
    page.goto(f"{site}/forms/work/")
    page.wait_for_selector("[data-unsent]")
    return page


def test_a_session_that_ended_keeps_everything_and_asks_to_sign_in(site, device, account, hand_out, tmp_path):
    clerk, (school,) = account("township_clerk", "T1"), hand_out("甲校")
    page = device(clerk.username)
    open_work(page, site)
    page.wait_for_selector(f"[data-checklist='{school.pk}']")
    page.context.clear_cookies()
    fill_in(page, school, tmp_path)
    page.wait_for_selector("[data-network] a")
    assert "登录后发送" in page.inner_text("[data-network]")
    assert unsent(page) == "1"
    page.click("[data-network] a")
    page.fill("input[name=username]", clerk.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-answer][data-state=received]", timeout=30_000)
    assert len(answers()) == 1


def test_an_old_copy_of_the_page_is_removed_and_nothing_else_is_kept(site, device, account):
    page = device(account("township_clerk", "T1").username)
    page.goto(f"{site}/forms/work/")
    page.evaluate("caches.open('forms-work-older').then(() => true)")
    open_work(page, site)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.unregister())")
    page.reload()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for _ in range(50):
        if "forms-work-older" not in page.evaluate("caches.keys()"):
            break
        page.wait_for_timeout(100)
    assert len(page.evaluate("caches.keys()")) == 1
    kept = page.evaluate(
        "caches.keys().then(async (names) => (await Promise.all(names.map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat())"
    )
    assert "/forms/work/" in kept
    assert [path for path in kept if path != "/forms/work/" and not path.startswith("/static/")] == []


def test_a_checklist_and_its_page_are_no_wider_than_a_telephone(site, device, account, hand_out):
    page = device(account("health_bureau_clerk", "C").username)
    hand_out("甲校")
    wide = []
    for address in (
        "/forms/", "/forms/form/village_clinic_inspection", "/forms/form/hygiene_patrol?language=en", "/forms/work/",
        "/forms/checklists/",
    ):  # fmt: skip
        page.goto(site + address)
        page.wait_for_timeout(300)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    assert wide == []


def test_faults_are_said_at_the_field_and_no_target_is_smaller_than_a_thumb(site, device, account):
    page = device(account("health_bureau_clerk", "C").username)
    page.goto(f"{site}/forms/form/medicine_storage")
    page.wait_for_selector("[data-path='climate/rooms#0/humidity'] input")
    page.fill("[data-path='climate/rooms#0/humidity'] input", "120")
    page.keyboard.press("Tab")
    assert "不得大于 100" in page.inner_text("[data-path='climate/rooms#0/humidity'] .field-error")
    assert page.get_attribute("[data-path='climate/rooms#0/humidity'] input", "aria-invalid") == "true"
    assert page.get_attribute("[data-path='climate/rooms#0/humidity'] input", "inputmode") == "decimal"
    page.check("[data-path='zones/failed_zone'] input[value=no]")
    assert page.is_visible("[data-path='zones/failed_zone_photographs']")
    small = page.evaluate(
        "[...document.querySelectorAll('.sheet input:not([type=radio]):not([type=checkbox]), .sheet select,"
        " .sheet button, .sheet .option')].filter((one) => one.offsetParent && one.offsetHeight < 44)"
        ".map((one) => one.outerHTML)"
    )
    assert small == []


def test_an_answer_whose_receipt_was_lost_is_sent_again_and_found_once(site, device, account, hand_out, tmp_path):
    clerk, (school,) = account("township_clerk", "T1"), hand_out("甲校")
    page = device(clerk.username)
    open_work(page, site)
    page.wait_for_selector(f"[data-checklist='{school.pk}']")

    sent = []

    def lose_the_first_receipt(route):
        sent.append(route.fetch().json())  # it reached the server
        if len(sent) == 1:
            route.abort()  # and the answer never came back: the telephone does not know, and tries again
        else:
            route.fulfill(json=sent[-1])

    page.context.route("**/forms/work/answers", lose_the_first_receipt)
    fill_in(page, school, tmp_path)
    page.wait_for_selector("[data-answer][data-state=waiting]")
    page.wait_for_selector("[data-answer][data-state=received]", timeout=30_000)
    assert [one["already"] for one in sent] == [False, True]
    assert len(answers()) == 1


def test_a_page_closed_while_sending_goes_on_when_it_is_opened_again(site, device, account, hand_out, tmp_path):
    clerk, (school,) = account("township_clerk", "T1"), hand_out("甲校")
    page = device(clerk.username)
    open_work(page, site)
    page.wait_for_selector(f"[data-checklist='{school.pk}']")
    held = []
    page.context.route("**/forms/work/answers", lambda route: held.append(route))
    fill_in(page, school, tmp_path)
    page.wait_for_selector("[data-answer][data-state=sending]")
    assert "正在发送" in page.inner_text("[data-answer]")
    page.context.unroute("**/forms/work/answers")
    page.goto("about:blank")
    page.goto(f"{site}/forms/work/")
    page.wait_for_selector("[data-answer][data-state=received]", timeout=30_000)
    assert len(answers()) == 1


def test_a_full_storage_is_said_in_words_and_nothing_kept_is_lost(site, device, account, hand_out, tmp_path):
    clerk, (school,) = account("township_clerk", "T1"), hand_out("甲校")
    page = device(clerk.username)
    open_work(page, site)
    page.click(f"[data-checklist='{school.pk}'] a")
    page.fill("[data-path=school] input", "演示小学")
    page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') } }"
    )
    page.fill("[data-path=meals] input", "320")
    page.wait_for_selector("[data-news]:not([hidden])")
    assert "存储已满" in page.inner_text("[data-news]")
    page.reload()
    page.wait_for_selector("[data-path=school]")
    assert page.input_value("[data-path=school] input") == "演示小学"


def test_an_answer_that_the_server_refuses_says_why_and_can_be_mended(site, device, account, hand_out, tmp_path):
    from django.utils import timezone

    from yigongti.kernel.forms.public import cancel_assignment

    clerk, school = account("township_clerk", "T1"), hand_out("甲校", "乙校")
    page = device(clerk.username)
    open_work(page, site)
    page.wait_for_selector(f"[data-checklist='{school[0].pk}']")
    page.context.set_offline(True)
    fill_in(page, school[0], tmp_path)
    fill_in(page, school[1], tmp_path)
    cancel_assignment(None, school[0].pk, why="停课", at=timezone.now())
    page.context.set_offline(False)
    page.wait_for_selector("[data-answer][data-state=refused]", timeout=30_000)
    page.wait_for_selector("[data-answer][data-state=received]", timeout=30_000)
    assert "已经取消" in page.inner_text("[data-answer][data-state=refused]")
    assert unsent(page) == "1"
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("[data-answer][data-state=refused] button.danger")
    page.wait_for_selector("[data-unsent='0']")
    assert len(answers()) == 1


def test_a_sheet_prints_with_its_questions_and_boxes_and_without_buttons(site, device, account):
    page = device(account("health_bureau_clerk", "C").username)
    page.goto(f"{site}/forms/form/school_canteen")
    page.wait_for_selector("[data-path=school] input")
    page.emulate_media(media="print")
    assert page.is_visible("[data-path=licence] input[value=yes]")
    assert not page.is_visible("[data-path=kitchen_photographs] input[type=file]")
    assert not page.is_visible("nav.rail") and not page.is_visible("header.top")
