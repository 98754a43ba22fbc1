"""The journal as plain text that an outside double-entry tool reads (Beancount: https://beancount.github.io/docs/).

A book's accounts are named Assets:B510001:A1101:A01 (the kind, the institution's code, the account's code by its
levels), because Beancount wants English kinds and parts that begin with a capital letter. Yuan is CNY; a batch of an
item is a commodity of its own (G and the first places of a digest, with the batch's own name as metadata). Who did what
to whom stays out: an entry about a person carries its key and cause, and no name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yigongti.kernel.ledger.chart import Chart
from yigongti.kernel.ledger.drafts import CNY

KINDS = {"asset": "Assets", "liability": "Liabilities", "equity": "Equity", "income": "Income", "expense": "Expenses"}
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9-]")


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A posting: amount debit positive, in the unit. partner: code of the institution that it is mutual with, or ""."""

    account: str
    unit: str
    amount: Decimal
    partner: str = ""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An entry as it is written out. book: code of the institution. reverses: key of the entry that it takes back."""

    key: str
    book: str
    on: date
    kind: str
    said: str
    cause: str
    lines: Sequence[JournalLine]
    reverses: str = ""


def account_name(chart: Chart, book: str, code: str) -> str:
    """Assets:B510001:A1101:A01 for account 1101.01 of the book 510001. One that the chart lost stands in Equity."""
    known = chart.accounts.get(code)
    kind = KINDS[known.kind] if known else KINDS["equity"]
    levels = [f"A{_NOT_ALLOWED.sub('-', part)}" for part in code.split(".")]
    return ":".join([kind, f"B{_NOT_ALLOWED.sub('-', book)}", *levels])


def commodity(unit: str) -> str:
    """CNY, or a name that Beancount takes for any other unit, always the same for the same unit."""
    return unit if unit == CNY else "G" + hashlib.sha256(unit.encode()).hexdigest()[:16].upper()


def journal(
    entries: Iterable[JournalEntry], chart: Chart, books: Mapping[str, str], title: str, opening: date
) -> Iterator[str]:
    """The file, piece by piece. books: code → name of every book. opening: the day on which accounts are opened, not
    later than the first entry. Every account of the chart is opened in every book: nothing needs to be known ahead."""
    yield f'option "title" "{_quoted(title)}"\noption "operating_currency" "{CNY}"\n\n{opening} commodity {CNY}\n'
    for book, name in books.items():
        yield f"\n* {name.replace(chr(10), ' ')} ({book})\n"
        for account in chart.accounts.values():
            yield (
                f"{opening} open {account_name(chart, book, account.code)}\n"
                f'  name: "{_quoted(account.label.zh)}"\n  code: "{account.code}"\n'
            )
    yield "\n"
    opened: set[str] = set()
    for entry in entries:
        for line in entry.lines:
            if line.unit != CNY and line.unit not in opened:
                opened.add(line.unit)
                yield f'{opening} commodity {commodity(line.unit)}\n  name: "{_quoted(line.unit)}"\n'
            name = account_name(chart, entry.book, line.account)
            if line.account not in chart.accounts and name not in opened:
                opened.add(name)
                yield f"{opening} open {name}\n"
        yield _written(entry, chart)


def _written(entry: JournalEntry, chart: Chart) -> str:
    told = [f'\n{entry.on} * "{_quoted(entry.said)}"', f'  key: "{_quoted(entry.key)}"']
    told += [f'  cause: "{_quoted(entry.cause)}"', f'  kind: "{_quoted(entry.kind)}"']
    if entry.reverses:
        told.append(f'  reverses: "{_quoted(entry.reverses)}"')
    for line in entry.lines:
        amount = f"{line.amount.normalize():f}" if line.unit != CNY else f"{line.amount:.2f}"
        told.append(f"  {account_name(chart, entry.book, line.account)}  {amount} {commodity(line.unit)}")
        if line.partner:
            told.append(f'    partner: "{_quoted(line.partner)}"')
    return "\n".join(told) + "\n"


def _quoted(text: str) -> str:
    """A text within quotes: on one line, quotes and backslashes escaped."""
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
