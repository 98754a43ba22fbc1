"""Working days of China: what counts, where years meet, and a policy's years checked whole."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy import Policy
from yigongti.foundation.working_days import WorkingCalendar

BY_THE_PACKAGE = WorkingCalendar(frozenset(), frozenset(), {})
SOURCE = "id: notice\ntitle: {zh: 放假通知, en: Notice}\nchecked: no\n"
NEW_YEAR = "year: 2028\nsource: notice\ncomplete: yes\nholidays: [2028-01-03]\nworked: [2028-01-08]\n"


def calendar(root: Path, **files: str) -> WorkingCalendar:
    (root / "sources").mkdir(exist_ok=True)
    (root / "sources" / "notice.yaml").write_text(SOURCE, encoding="utf-8")
    (root / "calendar").mkdir(exist_ok=True)
    for name, text in files.items():
        (root / "calendar" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return WorkingCalendar.of(Policy.load(root))


@pytest.mark.parametrize(
    "saturday_or_sunday",
    [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)],
)
def test_a_weekend_day_worked_in_exchange_counts(saturday_or_sunday):
    assert BY_THE_PACKAGE.is_worked(saturday_or_sunday) == (True, True)


@pytest.mark.parametrize("holiday", [date(2026, 1, 1), date(2026, 2, 17), date(2026, 10, 1), date(2026, 10, 7)])
def test_a_public_holiday_does_not_count(holiday):
    assert BY_THE_PACKAGE.is_worked(holiday) == (False, True)


def test_the_first_day_is_not_counted():
    assert BY_THE_PACKAGE.due(date(2026, 11, 2), 1).day == date(2026, 11, 3)


def test_what_begins_on_a_holiday_is_counted_from_the_first_working_day_after_it():
    assert BY_THE_PACKAGE.due(date(2026, 10, 1), 1).day == date(2026, 10, 8)
    assert BY_THE_PACKAGE.due(date(2026, 10, 3), 3).day == date(2026, 10, 10)  # a Saturday that is worked


def test_what_begins_before_a_holiday_is_due_after_it():
    assert BY_THE_PACKAGE.due(date(2026, 9, 30), 1).day == date(2026, 10, 8)


def test_no_days_at_all_is_the_same_day_or_the_next_working_one():
    assert BY_THE_PACKAGE.due(date(2026, 11, 3), 0).day == date(2026, 11, 3)
    assert BY_THE_PACKAGE.due(date(2026, 10, 1), 0).day == date(2026, 10, 8)


def test_days_before_nothing_are_refused():
    with pytest.raises(InvalidInput):
        BY_THE_PACKAGE.due(date(2026, 11, 3), -1)


def test_a_deadline_crosses_the_end_of_a_year_whose_holidays_are_known():
    due = BY_THE_PACKAGE.due(date(2025, 12, 30), 2)
    assert (due.day, due.holidays_known) == (date(2026, 1, 4), True)  # 1 to 3 January free, Sunday 4 worked


def test_a_deadline_that_reaches_an_unknown_year_says_so():
    known, unknown = BY_THE_PACKAGE.due(date(2030, 12, 30), 1), BY_THE_PACKAGE.due(date(2031, 1, 2), 1)
    assert not known.holidays_known and not unknown.holidays_known
    assert unknown.day == date(2031, 1, 3)


def test_the_policys_year_stands_above_the_days_of_the_week(tmp_path):
    found = calendar(tmp_path, y2028=NEW_YEAR)
    assert found.is_worked(date(2028, 1, 3)) == (False, True)
    assert found.is_worked(date(2028, 1, 8)) == (True, True)
    assert found.is_worked(date(2028, 1, 9)) == (False, True)


def test_a_year_whose_notice_is_not_out_is_counted_and_told(tmp_path):
    found = calendar(tmp_path, y2028=NEW_YEAR.replace("complete: yes", "complete: no"))
    due = found.due(date(2027, 12, 31), 1)
    assert (due.day, due.holidays_known) == (date(2028, 1, 4), False)


def test_the_products_own_years_can_be_read_and_2027_waits_for_its_notice(policy_root):
    found = WorkingCalendar.of(Policy.load(policy_root))
    assert found.is_worked(date(2027, 10, 1)) == (False, False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year: 2028", "year: next", "not a year"),
        ("complete: yes", "complete: maybe", "yes or no"),
        ("complete: yes\n", "", "yes or no"),
        ("source: notice", "source: rumour", "source is unknown"),
        ("[2028-01-03]", "[2028-13-03]", "not a date"),
        ("[2028-01-03]", "[2027-12-31]", "not a day of 2028"),
        ("[2028-01-03]", "[2028-01-03, 2028-01-03]", "stands twice"),
        ("[2028-01-03]", "2028-01-03", "must be a list"),
        ("[2028-01-08]", "[2028-01-05]", "no weekend day"),
        ("holidays: [2028-01-03]", "holidays: [2028-01-08]", "both a holiday and worked"),
    ],
)
def test_a_year_that_is_wrong_is_refused_whole(tmp_path, old, new, said):
    with pytest.raises(PolicyError, match=said):
        calendar(tmp_path, y2028=NEW_YEAR.replace(old, new))


def test_a_year_in_two_files_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="two files"):
        calendar(tmp_path, y2028=NEW_YEAR, again=NEW_YEAR)


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="empty"):
        calendar(tmp_path, y2028="")


@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(1, 60))
def test_so_many_working_days_lie_up_to_the_day_on_which_it_is_due(start, days):
    due = BY_THE_PACKAGE.due(start, days).day
    assert BY_THE_PACKAGE.working_days_until(start, due) == days
    assert BY_THE_PACKAGE.working_days_until(due, start) == -days
    assert BY_THE_PACKAGE.is_worked(due)[0]
