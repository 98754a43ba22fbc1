"""The board: complete, on time, late, missing; and the working day on which a month's submitting ends."""

from datetime import date, datetime

import pytest
from submitted_files import a_submission

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.front_pages.deadline import deadline_of

MONTH = Month(2026, 10)
KINDS = ("discharges", "fee_lines", "settlement_lists")


@pytest.fixture
def policy(policy_root):
    return Policy.load(policy_root)


def at(text):
    return datetime.fromisoformat(f"{text}+08:00")


def test_the_tenth_working_day_counts_no_weekends(policy):
    deadline = deadline_of(MONTH, policy)
    assert deadline.day == date(2026, 11, 13) and deadline.holidays_known


def test_a_public_holiday_moves_the_deadline(policy):
    """October 2026 begins with the national holiday of seven days, and Saturday the 10th is worked."""
    assert deadline_of(Month(2026, 9), policy).day == date(2026, 10, 20)


def test_a_year_whose_holidays_are_not_known_counts_weekdays_and_says_so(policy):
    deadline = deadline_of(Month(2031, 10), policy)
    assert not deadline.holidays_known and deadline.day == date(2031, 11, 14)


@pytest.fixture
def rows(county, actor, policy):
    """rows(today) answers the board of the whole county by institution code."""

    def board(today, role="health_bureau_clerk", institution="C"):
        from yigongti.kernel.access.scope import scope
        from yigongti.systems.front_pages.public import submission_board

        ids = [institution.pk for institution in county.values()]
        with scope(actor(role, institution)):
            _deadline, found = submission_board(MONTH, ids, policy, today)
        return {row["code"]: row for row in found}

    return board


def test_complete_on_time_late_part_and_overdue_are_told_apart(county, rows):
    for kind in KINDS:
        a_submission(county["H1"], kind, at("2026-11-13T23:59:00"))
        a_submission(county["H2"], kind, at("2026-11-14T00:01:00" if kind == "fee_lines" else "2026-11-05T08:00:00"))
    a_submission(county["T1"], "discharges", at("2026-11-05T08:00:00"))
    board = rows(date(2026, 11, 13))
    assert {code: row["state"] for code, row in board.items()} == {"H1": "on_time", "H2": "late", "T1": "part"}


def test_after_the_deadline_what_is_missing_is_overdue(county, rows):
    a_submission(county["T1"], "discharges", at("2026-11-05T08:00:00"))
    assert {row["state"] for row in rows(date(2026, 11, 16)).values()} == {"overdue"}


def test_a_checked_file_is_not_a_submitted_one(county, rows):
    for kind in KINDS:
        a_submission(county["H1"], kind, None)
    row = rows(date(2026, 11, 5))["H1"]
    assert row["state"] == "nothing" and row["cells"]["discharges"]["mark"] == "due"


def test_village_clinics_and_the_county_itself_are_not_waited_for(rows):
    assert set(rows(date(2026, 11, 5))) == {"H1", "T1", "H2"}


def test_the_page_says_who_is_missing_and_until_when(county, signed_in):
    for kind in KINDS:
        a_submission(county["H1"], kind, at("2026-11-05T08:00:00"))
    page = signed_in("health_bureau_clerk", "C").get("/front_pages/?month=2026-10").content.decode()
    assert "应报 3 家机构，已报全 1 家" in page and "示范县中医医院" in page and "2026-11-13" in page


def test_a_hospital_sees_only_its_own_line(county, signed_in):
    page = signed_in("coder", "H2").get("/front_pages/?month=2026-10").content.decode()
    assert "应报 1 家机构" in page and "示范县人民医院" not in page


def test_visits_and_stock_are_not_waited_for_from_those_who_never_submitted_them(county, rows):
    for kind in KINDS:
        a_submission(county["H1"], kind, at("2026-11-05T08:00:00"))
    row = rows(date(2026, 11, 16))["H1"]
    assert row["state"] == "on_time"
    assert [row["cells"][kind]["text"] for kind in ("visits", "stock_moves")] == ["—", "—"]


def test_who_submitted_visits_before_is_waited_for_with_them(county, rows):
    a_submission(county["H1"], "visits", at("2026-10-05T08:00:00"), month="2026-09")
    for kind in KINDS:
        a_submission(county["H1"], kind, at("2026-11-05T08:00:00"))
    row = rows(date(2026, 11, 6))["H1"]
    assert (row["state"], row["cells"]["visits"]["text"], row["cells"]["stock_moves"]["text"]) == ("part", "未报", "—")


def test_the_page_shows_every_kind_that_may_be_submitted(county, signed_in):
    page = signed_in("health_bureau_clerk", "C").get("/front_pages/?month=2026-10").content.decode()
    assert "门急诊就诊" in page and "药品耗材进销存" in page
