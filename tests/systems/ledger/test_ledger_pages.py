"""The pages of the books: an answer in words, then the rows; what one may not read is not shown."""

import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from beancount import loader
from beancount.core import realization

from systems.ledger.conftest import AT
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.causes import CauseLink, _resolvers, register_cause
from yigongti.kernel.ledger.models import Entry
from yigongti.kernel.ledger.posting import post
from yigongti.kernel.ledger.public import balance

MONTHS = "from=2026-10&to=2026-11"


@pytest.fixture
def books(clerk, settlement, resident):
    """Two settlements, the second about a person; one in September that is brought forward."""
    with scope(clerk):
        post(clerk, settlement("S0", on=date(2026, 9, 30), pool="50.00"), AT)
        post(clerk, [*settlement("S1"), *settlement("S2", pool="100.00", resident=resident().pk)], AT)


@pytest.fixture
def accountant(books, signed_in):
    return signed_in("fund_accountant", "C")


@pytest.fixture
def director(books, signed_in):
    return signed_in("county_director", "C")


def read(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_first_line_says_whether_the_books_balance(accountant):
    page = read(accountant, f"/ledger/?institution=H1&{MONTHS}")
    assert "示范县人民医院，2026年10月至2026年11月：借贷相等，各 2,000.00 元；收入 2,000.00 元" in page
    assert "1101.01" in page
    assert "850.00" in page


def test_several_books_are_shown_as_one_with_what_was_eliminated(accountant):
    page = read(accountant, f"/ledger/?institution=C&with=below&{MONTHS}")
    assert "合并抵销" in page
    assert "-850.00" in page
    assert "一致" in page


def test_a_book_that_nobody_posted_to_says_what_comes_there(accountant):
    assert "分录由窗口结算、月结和基金拨付自动产生" in read(accountant, f"/ledger/?institution=H2&{MONTHS}")


def test_where_no_book_is_kept_the_books_below_are_shown_together(accountant):
    together = 'value="below" selected'
    assert together in read(accountant, f"/ledger/?institution=T1&{MONTHS}"), "T1 has a clinic below, and no entry"
    assert together not in read(accountant, f"/ledger/?institution=T1&with=own&{MONTHS}")
    assert together not in read(accountant, f"/ledger/?institution=H1&{MONTHS}"), "H1 keeps a book"


def test_an_account_leads_to_its_entries_and_an_entry_to_its_cause(accountant, monkeypatch):
    monkeypatch.delitem(_resolvers, "settlement", raising=False)
    register_cause("settlement", lambda address: CauseLink(f"结算单 {address}", f"/elsewhere/{address}"))
    page = read(accountant, f"/ledger/accounts/1101?institution=H1&{MONTHS}")
    assert "期初 50.00，期末 850.00" in page
    entry = Entry.objects.using("bulk").get(key="settlement/H1/S1/institution")
    assert f"/ledger/entries/{entry.pk}" in page
    page = read(accountant, f"/ledger/entries/{entry.pk}")
    assert '<a href="/elsewhere/H1/S1">结算单 H1/S1</a>' in page
    assert "700.00" in page
    assert "settlement_clerk-H1" in page
    assert "另有 1 笔分录" in page
    page = read(accountant, "/ledger/causes/?of=settlement:H1/S1")
    assert "2 笔分录" in page


def test_a_cause_that_nobody_registered_is_shown_as_text(accountant, monkeypatch):
    monkeypatch.delitem(_resolvers, "settlement", raising=False)
    entry = Entry.objects.using("bulk").get(key="settlement/H1/S1/institution")
    assert "<dd>settlement:H1/S1" in read(accountant, f"/ledger/entries/{entry.pk}")


def test_who_may_not_see_whom_it_is_about_sees_the_amount_and_no_more(director):
    page = read(director, f"/ledger/accounts/5001?institution=C&{MONTHS}")
    assert "期末 850.00" in page
    assert "个人结算" in page
    assert "S1" in page
    assert "S2" not in page
    entry = Entry.objects.using("bulk").get(key="settlement/H1/S2/fund")
    read(director, f"/ledger/entries/{entry.pk}", status=404)


def test_the_books_of_another_hospital_are_not_opened(books, signed_in):
    ours = signed_in("hospital_insurance_office", "H2")
    read(ours, f"/ledger/?institution=H1&{MONTHS}", status=404)
    entry = Entry.objects.using("bulk").get(key="settlement/H1/S1/institution")
    read(ours, f"/ledger/entries/{entry.pk}", status=404)
    assert "0 笔分录" in read(ours, "/ledger/causes/?of=settlement:H1/S1")


def test_months_in_the_wrong_order_are_told(accountant):
    read(accountant, "/ledger/?institution=H1&from=2026-11&to=2026-10", status=400)
    read(accountant, "/ledger/?institution=H1&from=november", status=400)


def test_an_account_that_there_is_not_is_told(accountant):
    read(accountant, "/ledger/accounts/9999?institution=H1", status=404)


def test_a_month_is_closed_and_asked_to_be_reopened_on_the_page(accountant, signed_in):
    page = read(accountant, "/ledger/periods/?institution=C")
    assert "示范县的账簿尚无已结账的月份" in page
    done = accountant.post("/ledger/periods/close", {"book": "C", "month": "2026-09"})
    assert done.status_code == 302
    assert "示范县的账簿已结账至2026年9月" in read(accountant, done.headers["Location"])
    again = accountant.post("/ledger/periods/close", {"book": "C", "month": "2026-09"})
    assert again.status_code == 400
    assert "2026年9月已结账" in again.content.decode()
    asked = accountant.post("/ledger/periods/reopen", {"book": "C", "month": "2026-09", "reason": "漏记"})
    assert asked.status_code == 302
    matter = read(accountant, asked.headers["Location"])
    assert "示范县 2026年9月反结账" in matter
    assert "已申请反结账" in read(accountant, "/ledger/periods/?institution=C")
    second = signed_in("fund_accountant", "C", username="second")
    number = asked.headers["Location"].strip("/").split("/")[-1]
    done = second.post(f"/matters/{number}/approve", {"words": "同意", "version": 1})
    assert done.status_code in (200, 302), done.content.decode()[:2000]
    page = read(accountant, "/ledger/periods/?institution=C")
    assert "示范县的账簿已结账至2026年8月" in page  # what lies before stays closed
    assert "漏记" in page


def test_who_only_looks_is_offered_nothing_to_close(director):
    assert "/ledger/periods/close" not in read(director, "/ledger/periods/?institution=C")
    assert director.post("/ledger/periods/close", {"book": "C", "month": "2026-09"}).status_code == 403


def whole(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_workbook_holds_every_posting(accountant):
    book = ZipFile(io.BytesIO(whole(accountant.get(f"/ledger/export?institution=H1&{MONTHS}&format=xlsx"))))
    names = book.read("xl/workbook.xml").decode()
    assert "试算平衡表" in names
    assert book.read("xl/worksheets/sheet3.xml").decode().count("<row ") == 1 + 6


def test_beancount_reads_the_plain_text_and_finds_our_balances(accountant, county):
    text = whole(accountant.get(f"/ledger/export?institution=C&with=below&{MONTHS}&format=beancount")).decode()
    found, errors, _options = loader.load_string(text)
    assert errors == []
    accounts = realization.realize(found)
    for book, name, code in (("H1", "Assets:BH1:A1101:A01", "1101.01"), ("C", "Liabilities:BC:A2001", "2001")):
        theirs = realization.get(accounts, name).balance.get_currency_units("CNY").number
        assert theirs == balance(county[book].pk, code, using="bulk"), name


@pytest.fixture
def command_line(books, database, monkeypatch):
    """The command line in this database (a server of its own is not started a second time)."""
    from contextlib import contextmanager

    from click.testing import CliRunner

    from yigongti.interfaces.cli import project
    from yigongti.interfaces.cli.main import cli

    @contextmanager
    def opened():
        yield

    monkeypatch.setattr(project, "opened", opened)
    return lambda *arguments: CliRunner().invoke(cli, ["ledger", *arguments])


def test_the_command_line_exports_and_prints_the_same(command_line, tmp_path):
    months = ["--from", "2026-01", "--to", "2026-12"]
    for name in ("books.beancount", "books.xlsx"):
        done = command_line("export", "--book", "C", "--with-below", *months, "-o", str(tmp_path / name))
        assert done.exit_code == 0, done.output
    _found, errors, _options = loader.load_file(str(tmp_path / "books.beancount"))
    assert errors == []
    assert ZipFile(Path(tmp_path / "books.xlsx")).testzip() is None
    done = command_line("trial-balance", "--book", "H1", *months)
    assert "850.00" in done.output
    assert command_line("verify").output.strip().endswith("whole")
    assert command_line("export", "--book", "X9", *months, "-o", str(tmp_path / "x.xlsx")).exit_code != 0
