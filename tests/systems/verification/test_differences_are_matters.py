"""What differs is a matter: opened once, told anew when the difference changes, closed when the check holds again."""

import json
from decimal import Decimal

import pytest

from systems.verification.conftest import LATER
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.models import Matter
from yigongti.processes.verification.models import VerificationResult, VerificationRun

SUBJECT = "2026-10/fund_paid_is_settled/H1"


def matters():
    return Matter.objects.using("bulk").filter(kind="verification.books_differ")


@pytest.fixture
def wrong(posted, post):
    """The fund's book has 12.40 yuan too many for the first hospital: wrong() puts that right."""
    cause = "settlements:2026-10/H1/inpatient"
    post("x", "C", cause, [("5001.01", "12.40", None), ("2001", "-12.40", "H1")])
    return lambda key="y", amount="12.40": post(
        key, "C", cause, [("5001.01", f"-{amount}", None), ("2001", amount, "H1")]
    )


def test_a_difference_is_opened_once_and_closed_when_it_holds_again(county, wrong, verified):
    verified()
    verified(at=LATER)
    (matter,) = matters()
    assert (matter.subject, matter.amount, matter.state) == (SUBJECT, Decimal("12.40"), "found")
    assert (matter.institution_id, matter.owner_id) == (county["H1"].pk, county["C"].pk)
    assert "12.40" in matter.title_zh
    wrong()
    verified(at=LATER)
    (matter,) = matters()
    assert (matter.state, matter.closed_at is not None) == ("holds", True)


def test_another_difference_renews_the_matter(wrong, verified):
    verified()
    wrong(amount="2.40")
    verified(at=LATER)
    (matter,) = matters()
    assert (matter.amount, matter.closed_at, matter.last_step) == (Decimal("10.00"), None, 2)


def test_what_differs_once_more_is_a_new_matter(wrong, verified, post):
    verified()
    wrong()
    verified(at=LATER)
    wrong("z", "3.00")
    verified(at=LATER)
    assert sorted(matters().values_list("state", flat=True)) == ["found", "holds"]


def test_an_institution_reads_its_own_lines_and_no_others(county, wrong, verified, actor):
    verified()
    with scope(actor("hospital_insurance_office", "T1")):
        assert set(VerificationResult.objects.values_list("institution_id", flat=True)) == {county["T1"].pk}
        assert not VerificationRun.objects.exists()
    with scope(actor("county_director", "C")):
        assert VerificationResult.objects.filter(whole=True).count() == 6
        assert VerificationRun.objects.get().differing == 1


def test_the_page_says_it_in_words_and_leads_to_the_place(wrong, verified, signed_in):
    verified()
    browser = signed_in("county_director")
    said = browser.get("/verification/?month=2026-10").content.decode()
    assert "2026 年 10 月：4 项核对中 1 项不符，差 12.40 元" in said.replace("2026年10月", "2026 年 10 月")
    opened = browser.get("/verification/?month=2026-10&check=fund_paid_is_settled").content.decode()
    assert "5001.01" in opened and "712.40" in opened and "/matters/" in opened
    wrong()
    verified(at=LATER)
    assert "4 项核对全部相符" in browser.get("/verification/?month=2026-10").content.decode()


def test_a_month_that_was_not_verified_says_so_and_the_button_starts_it(county, signed_in):
    from yigongti.kernel.jobs.models import Job

    browser = signed_in("insurance_bureau_officer")
    assert "尚未核对" in browser.get("/verification/?month=2026-10").content.decode()
    assert browser.post("/verification/run?month=2026-10").status_code == 302
    assert Job.objects.using("bulk").get().arguments == {"month": "2026-10"}


def test_who_may_not_see_is_refused(county, signed_in):
    browser = signed_in("hospital_insurance_office", "H1")
    assert browser.get("/verification/").status_code == 403
    assert browser.post("/verification/run").status_code == 403


def test_the_command_tells_what_differs_as_text_and_as_json(wrong, verified):
    from yigongti.interfaces.cli import verify as command

    run = verified()
    assert command._told(run)["checks"][0]["institutions"] == [
        {
            "institution": "H1", "left": "880.25", "right": "892.65", "difference": "12.40",
            "places": [["5001.01", "700.00", "712.40"]],
        }
    ]  # fmt: skip
    lines = command._lines(run)
    assert any(line.startswith("  ✗") for line in lines)
    assert "      H1  880.25 ≠ 892.65  Δ 12.40" in lines


@pytest.mark.parametrize("differs", [False, True])
def test_the_commands_exit_code_says_whether_something_differs(county, post, differs, tmp_path, monkeypatch):
    from click.testing import CliRunner
    from django.conf import settings

    from yigongti.interfaces.cli.verify import verify

    monkeypatch.setattr(settings, "LAKE_ROOT", str(tmp_path / "lake"))
    if differs:
        post("x", "C", "settlement:H1/S1", [("5001.01", "10", None), ("2001", "-10", "H1")])
    answer = CliRunner().invoke(verify, ["--month", "2026-10", "--json"])
    told = json.loads(answer.output)
    assert (answer.exit_code, told["differing"]) == ((1, 1) if differs else (0, 0))
