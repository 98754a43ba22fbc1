"""A village doctor, a registration desk, a ward physician and the master index clerk at their work. In a browser."""

import pytest

from browser_site import fixtures_of, served, signed_in, wider_than

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_house = fixtures_of("house_database.py")
_health = fixtures_of("systems/health_records/conftest.py")
database_server, database = _house.database_server, _house.database
county, account, resident = _house.county, _house.account, _house.resident
person = _health.person


@pytest.fixture
def site(person):
    """The product with one invented person in it."""
    with served() as address:
        yield address


def test_a_village_doctor_finds_a_resident_by_pinyin_and_reads_the_page(site, browser, account, person):
    page = signed_in(browser, site, account("village_doctor", "V1"))
    page.goto(f"{site}/health_records/")
    assert page.evaluate("document.activeElement.name") == "q", "the scan box takes the focus"
    page.keyboard.type("yanshiwang")
    page.keyboard.press("Enter")
    page.click("tbody tr:first-child a")
    page.wait_for_selector("#pressure svg")
    assert page.inner_text("#sentence").startswith("演示王，男，67 岁，高血压、2 型糖尿病")
    assert "青霉素" in page.inner_text(".alerts")
    assert page.locator(".courses svg").count() == 4
    page.click("#timeline .chips a:has-text('住院')")
    page.wait_for_url("**kind=admission**")
    page.wait_for_selector("#timeline .chips a[aria-current]:has-text('住院')")
    assert page.locator("#timeline li[class^=event-]").count() == 1
    page.go_back()
    page.wait_for_selector("#timeline li.event-visit")
    page.click(".results tbody tr:first-child a")
    page.wait_for_selector("details pre.fhir", state="attached")
    assert "来源" in page.inner_text("#page")


def test_a_desk_types_and_is_warned_before_registering_twice(site, browser, account, person):
    page = signed_in(browser, site, account("registration_desk", "H2"))
    page.goto(f"{site}/health_records/people/new")
    page.fill("input[name=number]", "60992119700506009X")
    page.wait_for_selector("#field-birth_date[value='1970-05-06']")
    assert page.input_value("#field-sex") == "1", "the number fills sex and birth date"
    page.goto(f"{site}/health_records/people/new")
    page.fill("input[name=name]", "演示王")
    page.fill("input[name=phone]", "19900001234")
    page.wait_for_selector("#alike .candidate")
    assert "演**" in page.inner_text("#alike")
    page.click("#alike .candidate a")
    page.click("main form button.primary")
    page.wait_for_url("**/health_records/people/**")
    assert "只能看到登记信息" in page.inner_text("#page")


def test_a_ward_opens_a_record_in_an_emergency_and_ends_it(site, browser, account, person):
    from yigongti.kernel.people.sealing import ring

    page = signed_in(browser, site, account("physician", "H2"))
    page.goto(f"{site}/health_records/")
    page.fill("main input[name=q]", ring().open(person.resident.number_sealed, "number"))
    page.keyboard.press("Enter")
    page.click(".candidate a.danger")
    page.fill("textarea[name=reason]", "昏迷送来，须知用药史")
    page.click("main form button.danger")
    page.wait_for_selector(".emergency-banner")
    assert "紧急访问，至" in page.inner_text(".emergency-banner")
    page.click(".emergency-banner button")
    page.wait_for_url("**/health_records/?**")
    assert page.goto(f"{site}{person.address}").status == 404


def test_a_clerk_decides_pairs_by_keyboard_alone(site, browser, account, resident):
    from datetime import date

    from django.utils import timezone

    from yigongti.kernel.people.models import DoubtfulPair

    for n, weight in enumerate((9.0, 5.0, 2.0)):
        first = resident("V1", f"演示张{n}", born=date(1960, 3, 2))
        second = resident("T1", f"演示章{n}", born=date(1960, 3, 2), number="")
        DoubtfulPair.objects.using("bulk").create(
            first=first, second=second, weight=weight, probability=0.9, found_at=timezone.now()
        )
    page = signed_in(browser, site, account("master_index_clerk", "C"))
    page.goto(f"{site}/health_records/pairs/")
    page.click("a.primary")
    page.wait_for_selector("#decision")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("text=演示张1")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("text=演示张0")
    page.keyboard.press("s")
    page.wait_for_url("**done=same**")
    page.keyboard.press("d")
    page.wait_for_url("**done=different**")
    states = DoubtfulPair.objects.using("bulk").order_by("-weight").values_list("state", flat=True)
    assert list(states) == ["same", "different", "open"]


def test_the_pages_fit_a_phone(site, browser, account, person):
    page = signed_in(browser, site, account("village_doctor", "V1"))
    page.set_viewport_size({"width": 390, "height": 844})
    for place in ("/health_records/", person.address, f"{person.address}/lists/results", "/health_records/people/new"):
        page.goto(site + place)
        page.wait_for_load_state("networkidle")
        assert wider_than(page) <= 1, f"{place} is wider than the phone"
        small = page.evaluate(
            "[...document.querySelectorAll('main button, main a.button')].filter(b => b.offsetParent"
            " && b.getBoundingClientRect().height < 43).map(b => b.innerText)"
        )
        assert small == [], f"{place} has targets that are too small: {small}"


def test_a_printed_page_masks_the_number_and_leaves_the_controls_out(site, browser, account, person):
    page = signed_in(browser, site, account("village_doctor", "V1"))
    page.goto(site + person.address)
    page.wait_for_selector("#pressure svg")
    page.emulate_media(media="print")
    assert "**********" in page.inner_text(".person-identity")
    assert "19900001234" not in page.inner_text("#page")
    assert [name for name in ("nav.rail", ".chips", ".person-head .actions") if page.is_visible(name)] == []
    assert page.is_visible(".print-footer")
    assert page.pdf(format="A4").startswith(b"%PDF")
