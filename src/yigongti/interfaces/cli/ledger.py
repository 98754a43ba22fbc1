"""yigongti ledger: the books on the command line: export them, print a trial balance, prove the journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from yigongti.foundation.period import Month
    from yigongti.kernel.organisations.models import Institution

_BOOK = click.option("--book", "codes", multiple=True, required=True, help="机构代码，可重复 · code of the institution")
_FROM = click.option("--from", "first", required=True, help="首月 · first month, 2026-01")
_TO = click.option("--to", "last", required=True, help="末月 · last month, 2026-12")
_BELOW = click.option("--with-below", is_flag=True, help="含所有下级机构 · with all institutions below")


@click.group(help="账簿 · The books")
def ledger() -> None:
    pass


@ledger.command(help="导出为文本日记账或工作簿 · Export as Beancount text (.beancount) or workbook (.xlsx)")
@_BOOK
@_BELOW
@_FROM
@_TO
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(codes: tuple[str, ...], with_below: bool, first: str, last: str, output: Path) -> None:
    from yigongti.interfaces.cli.main import terminal_language

    with _opened(codes, with_below, first, last) as (books, start, end):
        from yigongti.kernel.ledger.exporting import beancount, write_workbook

        if output.suffix == ".xlsx":
            with output.open("wb") as file:
                write_workbook(file, books, start, end, terminal_language(), using="bulk")
        elif output.suffix == ".beancount":
            with output.open("w", encoding="utf-8") as text:
                text.writelines(beancount(books, start, end, terminal_language(), using="bulk"))
        else:
            raise click.UsageError("-o 的扩展名须为 .beancount 或 .xlsx · name the file .beancount or .xlsx")
    click.echo(f"{output}  {output.stat().st_size:,} B")


@ledger.command("trial-balance", help="试算平衡表 · The trial balance of books, several of them consolidated")
@_BOOK
@_BELOW
@_FROM
@_TO
def trial_balance(codes: tuple[str, ...], with_below: bool, first: str, last: str) -> None:
    from yigongti.interfaces.cli.main import terminal_language

    language = terminal_language()
    with _opened(codes, with_below, first, last) as (books, start, end):
        from yigongti.kernel.ledger.consolidating import consolidated

        told = consolidated([book.pk for book in books], start, end, using="bulk")
        names = {book.pk: book.in_language(language) for book in books}
    for line in told.trial.lines:
        label = "  " * line.account.depth + line.account.label.in_language(language)
        amounts = "".join(f"{amount:>18,.2f}" for amount in (line.opening, line.debit, line.credit, line.closing))
        click.echo(f"{line.account.code:<10}{amounts}  {label}")
    total = "".join(f"{told.trial.total(name):>18,.2f}" for name in ("opening", "debit", "credit", "closing"))
    click.echo(f"{'':<10}{total}")
    for pair in told.unmatched:
        click.echo(f"! {names[pair.first_id]} / {names[pair.second_id]}: {pair.difference:,.2f}", err=True)


@ledger.command(help="核验日记账未被改动 · Prove that the journal is what was posted")
def verify() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.kernel.ledger.verifying import faults

        found = faults(using="bulk")
    for fault in found:
        click.echo(fault, err=True)
    click.echo(f"✗ {len(found)}" if found else "完好 · whole")
    if found:
        raise SystemExit(1)


@contextmanager
def _opened(
    codes: tuple[str, ...], with_below: bool, first: str, last: str
) -> Iterator[tuple[list[Institution], Month, Month]]:
    """The books and months asked for. Whoever runs the command line reads all books (the connection "bulk")."""
    from yigongti.foundation.errors import InvalidInput, NotFound
    from yigongti.foundation.period import Month
    from yigongti.interfaces.cli.project import opened

    start, end = Month.parse(first), Month.parse(last)
    if end < start:
        raise InvalidInput("ledger.months", zh="末月早于首月", en="the last month lies before the first", where=last)
    with opened():
        from django.utils import timezone

        from yigongti.kernel.organisations.models import Institution
        from yigongti.kernel.organisations.queries import subtrees

        books = list(Institution.objects.using("bulk").filter(code__in=codes))
        missing = set(codes) - {book.code for book in books}
        if missing:
            raise NotFound(
                "ledger.book_unknown",
                zh="没有这家机构",
                en="there is no such institution",
                where=", ".join(sorted(missing)),
            )
        if with_below:
            spans = subtrees([book.pk for book in books], timezone.localdate(), using="bulk").values()
            numbers = {number for ranges in spans for first_id, end_id in ranges for number in range(first_id, end_id)}
            books = list(Institution.objects.using("bulk").filter(pk__in=numbers))
        yield books, start, end
