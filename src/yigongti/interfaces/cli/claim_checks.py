"""yigongti claim-checks: check files of fee lines against a folder of checks. Needs no database and no server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from yigongti.engines.claim_checks.public import Check, ClaimChecks
    from yigongti.interfaces.cli.claim_check_tables import Opened

_HELP = """检查费用明细 · Check fee lines.

FEE_LINES：CSV、XLSX 或 Parquet，列名可用本系统的、病案首页拼音的、国家接口的或中文的（fee_lines 事实表）；
患者与就诊的信息（sex、birth_date、insurance_type、diagnoses、institution_level 等）可写在同一行，或放在 --bills 里。

CSV, XLSX or Parquet with the columns of the fact table fee_lines under any name that a submission may use; what is
known of the bill stands beside the lines or in --bills."""


@click.group("claim-checks", help="费用审核 · Check fee lines against rules and knowledge")
def claim_checks() -> None:
    pass


def _english() -> bool:
    from yigongti.interfaces.cli.main import terminal_language

    return terminal_language().startswith("en")


def _say(zh: str, en: str) -> None:
    click.echo(en if _english() else zh, err=True)


@claim_checks.command(help=_HELP)
@click.argument("fee_lines", type=click.Path(path_type=Path))
@click.option(
    "--knowledge",
    required=True,
    type=click.Path(path_type=Path),
    help="检查文件夹（*.yaml 与 knowledge/*.csv）· Folder of checks",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="疑点写入 .csv、.parquet 或 .xlsx · Where to write")
@click.option("--bills", type=click.Path(path_type=Path), help="就诊文件 · File of bills")
@click.option("--stock", type=click.Path(path_type=Path), help="进销存文件 · File of stock moves")
@click.option("--only", multiple=True, help="只做这些检查 · No other checks than these")
@click.option("--skip-bad-rows", is_flag=True, help="跳过不能判断的行并计数 · Leave bad rows out and count them")
@click.option(
    "--explain", "case", help="说明一次就诊的判断：机构/病例 · Tell how one bill was judged: INSTITUTION/CASE"
)
@click.option("--memory", default="4GB", show_default=True, help="内存上限 · Memory limit")
@click.option("--threads", default=2, show_default=True, help="线程数 · Threads")
def run(
    fee_lines: Path,
    knowledge: Path,
    out: Path | None,
    bills: Path | None,
    stock: Path | None,
    only: tuple[str, ...],
    skip_bad_rows: bool,
    case: str | None,
    memory: str,
    threads: int,
) -> None:
    from yigongti.engines.claim_checks.public import load_checks_from
    from yigongti.interfaces.cli.claim_check_results import check_suffix
    from yigongti.interfaces.cli.claim_check_tables import opened

    if (out is None) == (case is None):
        raise click.UsageError("-o FINDINGS 或 --explain 机构/病例，二选一 · give either -o or --explain")
    if out is not None:
        check_suffix(out)
    started = time.monotonic()
    checks = load_checks_from(knowledge)
    chosen = checks.chosen(only=only or None)
    with opened(fee_lines, bills, stock, skip_bad_rows=skip_bad_rows, memory=memory, threads=threads) as files:
        _say_what_was_read(files)
        judged = _judgeable(files, chosen)
        if case is not None:
            _explain(files, checks, case, [check.id for check in judged])
        elif out is not None:
            _run(files, checks, judged, out)
            _say(f"用时 {time.monotonic() - started:.1f} 秒 → {out}", f"{time.monotonic() - started:.1f} s → {out}")


def _say_what_was_read(files: Opened) -> None:
    for file in files.files:
        skipped = (f"，跳过 {file.skipped:,} 行", f", {file.skipped:,} left out") if file.skipped else ("", "")
        unknown = "、".join(file.unknown)
        said = (f"；不认识的列：{unknown}", f"; unknown columns: {unknown}") if unknown else ("", "")
        _say(
            f"{file.name}：{file.rows:,} 行{skipped[0]}{said[0]}",
            f"{file.name}: {file.rows:,} rows{skipped[1]}{said[1]}",
        )


def _judgeable(files: Opened, chosen: tuple[Check, ...]) -> list[Check]:
    """The checks whose columns are there; the others are named with what they lack."""
    from yigongti.engines.claim_checks.public import handler

    can: list[Check] = []
    for check in chosen:
        lacking = [name for name in handler(check.handler).reads if name not in files.columns]
        if lacking:
            _say(
                f"未判断 {check.id}（{check.label.zh}）：缺少 {'、'.join(lacking)}",
                f"not judged: {check.id} ({check.label.en}) lacks {', '.join(lacking)}",
            )
        else:
            can.append(check)
    return can


def _run(files: Opened, checks: ClaimChecks, judged: list[Check], out: Path) -> None:
    from dataclasses import replace

    from yigongti.engines.claim_checks.public import find_all, keep, knowledge_tables, merge_table
    from yigongti.interfaces.cli.claim_check_results import write_findings

    connection = files.connection
    tables = replace(files.tables, knowledge=knowledge_tables(judged))
    found = keep(find_all(tables, checks, only=[check.id for check in judged], connection=connection), connection)
    merged = keep(merge_table(found, tables, checks), connection)
    write_findings(merged, checks, out, english=_english())
    sums = merged.group_by("check").agg(count=merged.count(), amount=merged.amount.sum(), counted=merged.counted.sum())
    rows = {row["check"]: row for row in connection.to_pyarrow(sums).to_pylist()}
    for check in judged:
        row = rows.get(check.id, {"count": 0, "amount": 0, "counted": 0})
        label = check.label.en if _english() else check.label.zh
        _say(
            f"  {row['count']:>9,} 条 {row['amount']:>16,.2f} 元  {check.id}（{label}）",
            f"  {row['count']:>9,} {row['amount']:>16,.2f} yuan  {check.id} ({label})",
        )
    total, counted = sum(row["count"] for row in rows.values()), sum(row["counted"] for row in rows.values())
    _say(
        f"{len(judged)} 项检查，疑点 {total:,} 条，同一行合并后涉及 {counted:,.2f} 元",
        f"{len(judged)} checks, {total:,} findings, {counted:,.2f} yuan at stake without counting any twice",
    )


def _explain(files: Opened, checks: ClaimChecks, case: str, only: list[str]) -> None:
    from datetime import date

    from yigongti.engines.claim_checks.public import check_bill, sentence
    from yigongti.interfaces.cli.claim_check_bills import read_bill

    bill, history, moves = read_bill(files, case)
    judged = check_bill(bill, history, checks, "after", date.max, stock_moves=moves, only=only)
    for step in judged.trace:
        said = step.said.en if _english() else step.said.zh
        click.echo(said if step.name == "check" else f"  {'!' if step.passed else '·'} {said}")
    for merged in judged.merged:
        words = sentence(merged.finding, checks.check(merged.finding.check))
        click.echo(
            f"→ {merged.finding.row} {words.en if _english() else words.zh}"
            f"  {merged.finding.amount:,.2f} / {merged.counted:,.2f}"
        )
