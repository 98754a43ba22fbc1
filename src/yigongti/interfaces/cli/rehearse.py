"""yigongti rehearse FOLDER: what past months would have cost under changed policy files, from the command line.

FOLDER holds the changed files with their paths below the policy folder (FOLDER/parameters/benefit/deductible.yaml).
Nothing is kept and nothing is published: that is done on the page, by two persons.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy


@click.command(
    help="政策推演：改动的政策文件在历史数据上重算一遍，说出差额、谁受益、谁受损；不保存、不公布 · "
    "Rehearse changed policy files over past months: the difference, who gains, who loses; keeps and publishes nothing"
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--from", "first", required=True, metavar="2026-01", help="起始月 · first month")
@click.option("--to", "last", required=True, metavar="2026-12", help="截止月 · last month")
@click.option(
    "--on",
    "effective_on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="2027-01-01",
    help="生效日，默认取新值的日期 · effective day",
)
@click.option("--reason", default="yigongti rehearse", help="调整理由 · why it is changed")
@click.option("--as", "account", default="", help="以谁的身份（年度清算需要）· in whose name (the clearing needs it)")
@click.option("--lake", "lake_root", type=click.Path(path_type=Path), help="数据湖，默认为本安装的 · lake of facts")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="工作簿 .xlsx 或文书 .docx · workbook or document"
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · as JSON")
def rehearse(
    folder: Path, first: str, last: str, effective_on: datetime | None, reason: str, account: str,
    lake_root: Path | None, output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from yigongti.interfaces.cli.project import opened

    months = Month.parse(first), Month.parse(last)
    if output and output.suffix not in (".xlsx", ".docx"):
        raise InvalidInput("rehearsal.output_kind", zh="输出文件应为 .xlsx 或 .docx", en="write .xlsx or .docx")
    with opened():
        _rehearse(folder, months, effective_on, reason, account, lake_root, output, as_json)


def _rehearse(
    folder: Path, months: tuple[Month, Month], effective_on: datetime | None, reason: str, account: str,
    lake_root: Path | None, output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from django.conf import settings
    from django.utils import timezone, translation

    from yigongti.facts.public import Lake
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.kernel.access.limits import policy, policy_layers
    from yigongti.kernel.access.queries import actor_by_username
    from yigongti.kernel.jobs.progress import Progress, TerminalProgress
    from yigongti.processes.rehearsal.public import Question, files_of, unkept, with_reasons
    from yigongti.processes.rehearsal.public import rehearse as answer

    layers, base = policy_layers(), policy()
    files = with_reasons(layers, files_of(folder), reason)
    day = effective_on.date() if effective_on else _day_of(files, layers, base, months[1])
    language = terminal_language()
    told: Progress = Progress() if as_json else TerminalProgress(language, lambda line: click.echo(f"  {line}"))
    result = answer(
        Question(files, day, *months), layers=layers, lake=Lake(lake_root or settings.LAKE_ROOT), progress=told,
        base=base, asker=actor_by_username(account, timezone.localdate()) if account else None,
    )  # fmt: skip
    unnamed = unkept(result, title=folder.name, reason=reason, effective_on=day, months=months, at=timezone.now())
    with translation.override(language):
        if as_json:
            click.echo(json.dumps(unnamed.as_data(), ensure_ascii=False, indent=1, sort_keys=True))
        else:
            for sentence in unnamed.sentences:
                click.echo(sentence)
            click.echo(f"  sha256 {result.digest}")
        if output:
            output.write_bytes(unnamed.workbook() if output.suffix == ".xlsx" else unnamed.document())


def _day_of(files: dict[str, bytes], layers: list[Path], base: Policy, last: Month) -> date:
    """The latest new value's own day; for files without values, the day after the period."""
    from yigongti.processes.rehearsal.public import effective_day, laid_over

    with laid_over(layers, files) as changed:
        return effective_day(base, changed, list(files)) or last.plus(1).first_day
