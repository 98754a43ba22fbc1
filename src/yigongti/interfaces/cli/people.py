"""yigongti people: load residents from a file, look for those registered twice."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(help="居民主索引 · The register of residents")
def people() -> None:
    pass


@people.command(help="载入居民文件或其文件夹 · Load residents.parquet or residents.csv, or their folder")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--source", default="", help="编号来源机构代码，默认为县 · whose numbers they are; default: the county")
def load(path: Path, source: str) -> None:
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.kernel.jobs.progress import TerminalProgress
        from yigongti.kernel.people.loading import load_residents

        now = timezone.now()
        told = load_residents(
            path,
            at=now,
            today=timezone.localdate(now),
            source_code=source,
            progress=TerminalProgress(terminal_language(), click.echo),
        )
    click.echo(
        f"{told.rows:,} 行：新登记 {told.registered:,}，更新 {told.updated:,}，合并到已有登记 {told.linked:,}，"
        f"待核对 {told.doubtful:,}，未变 {told.untouched:,} · {told.rows:,} rows: {told.registered:,} registered,"
        f" {told.updated:,} updated, {told.linked:,} linked, {told.doubtful:,} doubtful, {told.untouched:,} untouched"
    )


@people.command(help="查找疑似重复的居民 · Look for residents registered twice")
def match() -> None:
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.kernel.jobs.progress import TerminalProgress
        from yigongti.kernel.people.pairs import find_doubtful_pairs

        now = timezone.now()
        found = find_doubtful_pairs(
            at=now, today=timezone.localdate(now), progress=TerminalProgress(terminal_language(), click.echo)
        )
    click.echo(
        f"{found.registrations:,} 份登记：确定 {found.certain:,} 对，存疑 {found.doubtful:,} 对 ·"
        f" {found.registrations:,} registrations: {found.certain:,} certain pairs, {found.doubtful:,} doubtful"
    )
