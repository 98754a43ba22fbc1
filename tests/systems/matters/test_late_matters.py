"""The board of what is late: counted by institution and kind, in working days, with its rows."""

from datetime import timedelta

import pytest

from systems.matters.conftest import AT
from systems.matters.test_matter_pages import asked, text_of  # noqa: F401


@pytest.fixture
def bureau(signed_in):
    return signed_in("health_bureau_clerk", "C")


@pytest.fixture
def later(monkeypatch):
    """The pages think that it is so many days after the matters were asked."""
    from yigongti.kernel.matters.pages import late

    def set_to(days):
        class Clock:
            localdate = staticmethod(lambda *_: (AT + timedelta(days=days)).date())

        monkeypatch.setattr(late, "timezone", Clock)

    return set_to


def test_nothing_is_late_before_the_deadline(bureau, asked, later):  # noqa: F811
    asked(), later(10)
    assert "没有逾期事项" in text_of(bureau.get("/matters/late/"))


def test_what_passed_its_deadline_is_counted_where_it_lies(bureau, asked, later):  # noqa: F811
    asked("2026-09/C001"), asked("2026-09/C002"), asked("2026-09/C003", place="H2"), later(24)
    page = text_of(bureau.get("/matters/late/"))
    assert "共有 3 件逾期，涉及 2 家机构，示范县人民医院最多（2 件）" in page
    rows = text_of(bureau.get("/matters/late/rows?at=H2&of=tried.query"))
    assert "C003" in rows and "C001" not in rows


def test_a_hospital_counts_only_its_own(signed_in, asked, later):  # noqa: F811
    asked("2026-09/C001"), asked("2026-09/C003", place="H2"), later(24)
    page = text_of(signed_in("hospital_insurance_office", "H1").get("/matters/late/"))
    assert "共有 1 件逾期" in page and "中医医院" not in page.partition('id="sentence"')[2]


def test_who_sees_one_desk_only_has_no_board(signed_in, tried):
    assert signed_in("physician", "H1").get("/matters/late/").status_code == 403
