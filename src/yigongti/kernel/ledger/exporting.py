"""Books as files: a workbook for the office, a plain-text journal for an outside tool. Whole, or refused; never cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice
from typing import Any, BinaryIO

import xlsxwriter
from django.db.models import Sum

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.period import Month
from yigongti.kernel.ledger.beancount_text import JournalEntry, JournalLine, journal
from yigongti.kernel.ledger.chart import KINDS, chart
from yigongti.kernel.ledger.drafts import CNY
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.kernel.ledger.reading import TrialBalance, of_books, stated, trial_balance
from yigongti.kernel.organisations.models import Institution

SHEET_ROWS = 1_048_575
BATCH = 2000
WORDS = ("key", "kind", "said_zh", "said_en", "cause")
PERSONAL = Text("个人结算", "a person's settlement")
"""What stands for the words of an entry about somebody whom the reader may not see."""
_HEADS = {
    "trial": (
        Text("科目编码", "Account"), Text("科目名称", "Name"), Text("期初余额", "Opening"), Text("借方", "Debit"),
        Text("贷方", "Credit"), Text("期末余额", "Closing"),
    ),
    "journal": (
        Text("日期", "Day"), Text("账簿", "Book"), Text("分录号", "Entry"), Text("摘要", "What happened"),
        Text("科目编码", "Account"), Text("科目名称", "Name"), Text("借方", "Debit"), Text("贷方", "Credit"),
        Text("计量单位", "Unit"), Text("往来对方", "Partner"), Text("来源", "Cause"), Text("业务键", "Key"),
    ),
}  # fmt: skip


def journal_lines(
    book_ids: Sequence[int], first: Month, last: Month, *, using: str = "default"
) -> Iterator[dict[str, Any]]:
    """All postings of the months with what their entries say, in the order of the journal (day, entry, line).

    Entries are read apart from their postings: one that the reader may not see leaves its words empty, and its amounts
    stand all the same.
    """
    rows = Posting.objects.using(using).filter(of_books(book_ids), on__gte=first.first_day, on__lte=last.last_day)
    columns = (
        "entry_id", "line", "on", "account", "unit", "amount", "book__code", "book__name", "partner__code",
        "partner__name",
    )  # fmt: skip
    lines = rows.order_by("on", "entry_id", "line").values(*columns).iterator(chunk_size=BATCH)
    while batch := list(islice(lines, BATCH)):
        yield from with_entries(batch, using=using)


def with_entries(rows: list[dict[str, Any]], *, using: str = "default") -> list[dict[str, Any]]:
    """The rows (each with entry_id) with what their entries say, as far as the reader may see it."""
    wanted = {row["entry_id"] for row in rows}
    seen = Entry.objects.using(using).filter(pk__in=wanted)
    told = {row["id"]: row for row in seen.values("id", *WORDS, "reverses__key")}
    nothing = dict.fromkeys((*WORDS, "reverses__key"), "")
    return [{**row, **told.get(row["entry_id"], nothing), "seen": row["entry_id"] in told} for row in rows]


def beancount(
    books: Sequence[Institution], first: Month, last: Month, language: str = "zh-hans", *, using: str = "default"
) -> Iterator[str]:
    """The journal of the months as Beancount text. What earlier months brought forward is one entry for each book on
    the first day, so that the tool finds our balances. An entry that the reader may not see has no words."""
    told = {book.code: book.name for book in books}
    title = "、".join(book.name for book in books[:3]) + ("…" if len(books) > 3 else "")
    rows = journal_lines([book.pk for book in books], first, last, using=using)
    entries = chain(_brought_forward(books, first, language, using), _entries(rows, language))
    return journal(entries, chart(), told, f"{title} {first}—{last}", first.first_day)


def _brought_forward(books: Sequence[Institution], first: Month, language: str, using: str) -> Iterator[JournalEntry]:
    codes = {book.pk: book.code for book in books}
    rows = Posting.objects.using(using).filter(of_books(codes), on__lt=first.first_day)
    sums = (
        rows.order_by("book_id", "account", "unit").values("book_id", "account", "unit").annotate(found=Sum("amount"))
    )
    for book_id, group in groupby(sums.iterator(), key=lambda row: row["book_id"]):
        lines = [JournalLine(row["account"], row["unit"], row["found"]) for row in group if row["found"]]
        if lines:
            said = Text("期初余额", "Brought forward").in_language(language)
            key = f"opening/{codes[book_id]}/{first}"
            yield JournalEntry(key, codes[book_id], first.first_day, "opening", said, "", lines)


def _entries(rows: Iterator[dict[str, Any]], language: str) -> Iterator[JournalEntry]:
    english = language.startswith("en")
    for number, group in groupby(rows, key=lambda row: row["entry_id"]):
        lines = list(group)
        head = lines[0]
        said = head["said_en"] if english else head["said_zh"]
        yield JournalEntry(
            key=head["key"] or str(number),
            book=head["book__code"],
            on=head["on"],
            kind=head["kind"] or "",
            said=said or PERSONAL.in_language(language),
            cause=head["cause"] or "",
            lines=[
                JournalLine(line["account"], line["unit"], line["amount"], line["partner__code"] or "")
                for line in lines
            ],
            reverses=head["reverses__key"] or "",
        )


def write_workbook(
    file: BinaryIO, books: Sequence[Institution], first: Month, last: Month, language: str = "zh-hans", *,
    using: str = "default",
) -> None:  # fmt: skip
    """A sheet with the trial balance, one with the statement, one with every posting of the months. Raises InvalidInput
    when there are more postings than a sheet holds."""
    ids = [book.pk for book in books]
    within = Posting.objects.using(using).filter(of_books(ids), on__gte=first.first_day, on__lte=last.last_day)
    if within.count() > SHEET_ROWS:
        raise InvalidInput(
            "ledger.too_many_for_a_sheet",
            zh=f"分录超过 {SHEET_ROWS:,} 行，请缩短期间或导出文本日记账",
            en=f"more than {SHEET_ROWS:,} postings: choose fewer months, or export the plain-text journal",
        )
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    looks = {
        "head": book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "goods": book.add_format({"num_format": "#,##0.0000"}),
    }
    trial = trial_balance(ids, first, last, using=using)
    _trial_sheet(book, trial, language, looks)
    _statement_sheet(book, trial, language, looks)
    _journal_sheet(book, journal_lines(ids, first, last, using=using), language, looks)
    book.close()


def _sheet(book: Any, name: Text, heads: Sequence[Text], language: str, looks: dict[str, Any]) -> Any:
    sheet = book.add_worksheet(name.in_language(language))
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head.in_language(language), looks["head"])
        sheet.set_column(place, place, 16)
    sheet.freeze_panes(1, 0)
    return sheet


def _trial_sheet(book: Any, trial: TrialBalance, language: str, looks: dict[str, Any]) -> None:
    sheet = _sheet(book, Text("试算平衡表", "Trial balance"), _HEADS["trial"], language, looks)
    row = 0
    for row, line in enumerate(trial.lines, start=1):
        sheet.write_string(row, 0, line.account.code)
        sheet.write_string(row, 1, "　" * line.account.depth + line.account.label.in_language(language))
        for place, name in enumerate(("opening", "debit", "credit", "closing"), start=2):
            sheet.write_number(row, place, float(getattr(line, name)), looks["money"])
    sheet.write_string(row + 1, 1, Text("合计", "Total").in_language(language), looks["head"])
    for place, name in enumerate(("opening", "debit", "credit", "closing"), start=2):
        sheet.write_number(row + 1, place, float(trial.total(name)), looks["money"])


def _statement_sheet(book: Any, trial: TrialBalance, language: str, looks: dict[str, Any]) -> None:
    heads = (Text("类别", "Kind"), Text("科目编码", "Account"), Text("科目名称", "Name"), Text("金额", "Amount"))
    sheet, told, row = _sheet(book, Text("报表", "Statement"), heads, language, looks), stated(trial), 1
    for kind, lines in told.lines.items():
        for account, amount in lines:
            sheet.write_string(row, 0, KINDS[kind].in_language(language))
            sheet.write_string(row, 1, account.code)
            sheet.write_string(row, 2, "　" * account.depth + account.label.in_language(language))
            sheet.write_number(row, 3, float(amount), looks["money"])
            row += 1
    for label, amount in (
        (Text("本期结余", "Result"), told.result),
        (Text("累计结余", "Accumulated"), told.accumulated),
    ):
        sheet.write_string(row, 2, label.in_language(language), looks["head"])
        sheet.write_number(row, 3, float(amount), looks["money"])
        row += 1


def _journal_sheet(book: Any, rows: Iterator[dict[str, Any]], language: str, looks: dict[str, Any]) -> None:
    sheet = _sheet(book, Text("日记账", "Journal"), _HEADS["journal"], language, looks)
    accounts, english = chart().accounts, language.startswith("en")
    for number, row in enumerate(rows, start=1):
        known, look = accounts.get(row["account"]), looks["money" if row["unit"] == CNY else "goods"]
        said = row["said_en"] if english else row["said_zh"]
        sheet.write_datetime(number, 0, row["on"])
        texts = {
            1: row["book__name"], 2: str(row["entry_id"]), 3: said or PERSONAL.in_language(language), 4: row["account"],
            5: known.label.in_language(language) if known else "", 8: row["unit"], 9: row["partner__name"] or "",
            10: row["cause"] or "", 11: row["key"] or "",
        }  # fmt: skip
        for place, text in texts.items():
            sheet.write_string(number, place, text)
        sheet.write_number(number, 6 if row["amount"] > 0 else 7, float(abs(row["amount"])), look)
