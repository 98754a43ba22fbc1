"""yigongti close MONTH: the monthly close from the command line, with each step's time and rows."""

from __future__ import annotations

import getpass

import click

from yigongti.foundation.period import Month


@click.command(
    help="月结：质控 → 分组 → 计价 → 科室报表；中断后再运行即可续做 · "
    "Close a month: quality, grouping, pricing, statements; run it again to resume"
)
@click.argument("month", metavar="2026-10")
@click.option("--again", is_flag=True, help="全部重算，并核对结果逐字节一致 · run all again and compare every byte")
@click.option("--as", "account", default="", help="记录为谁运行 · recorded as run by")
@click.option("--memory", default="2GB", show_default=True, help="计算内存上限 · memory limit of the computation")
def close(month: str, again: bool, account: str, memory: str) -> None:
    from yigongti.interfaces.cli.project import opened

    wanted = Month.parse(month)
    with opened():
        run_close(wanted, again=again, requested_by=account or getpass.getuser(), memory=memory)


def run_close(month: Month, *, again: bool, requested_by: str, memory: str = "2GB") -> None:
    """Close the month in this process (the project is open) and tell each step on the terminal."""
    from django.conf import settings
    from django.utils import timezone

    from yigongti.facts.public import Lake
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.kernel.access.limits import policy
    from yigongti.kernel.jobs.progress import TerminalProgress
    from yigongti.processes.monthly_close.public import CloseRequest, close_month

    language = terminal_language()
    click.echo(month.in_language(language))
    run = close_month(
        CloseRequest(month, requested_by, again),
        lake=Lake(settings.LAKE_ROOT),
        policy=policy(),
        now=timezone.now,
        progress=TerminalProgress(language, lambda line: click.echo(f"  {line}")),
        memory_limit=memory,
    )
    click.echo(f"  = {run.seconds:.1f} s  snapshot {run.snapshot[:12]}  release {run.release[:12]}")
