"""yigongti benefit: what insurance pays of one bill, explained; a year of bills at once. Needs no server."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yigongti.foundation.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from yigongti.engines.benefit.public import Settlement
    from yigongti.foundation.policy import Policy

_POLICY = click.option(
    "--policy",
    "layers",
    multiple=True,
    type=click.Path(path_type=Path),
    help="政策目录，可多层，由宽到近；默认产品自带 · Policy folders, from the widest to the nearest",
)


@click.group(help="待遇试算 · Work out what insurance pays of a bill")
def benefit() -> None:
    pass


@benefit.command(
    help="一张账单的分项与步骤 · One bill, every part and step.\n\nBILL：JSON 文件 · a JSON file"
    "（字段 · fields: engines/benefit/reading_bills.py）"
)
@click.argument("bill", type=click.Path(path_type=Path))
@click.option("--on", default=None, help="出院日，账单未写时用 · Day of discharge where the bill names none")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · Write JSON")
@_POLICY
def quote(bill: Path, on: str | None, as_json: bool, layers: tuple[Path, ...]) -> None:
    from yigongti.engines.benefit.public import read_asked, rules_of, settle

    asked = read_asked(_read_json(bill), _day(on) if on else None)
    rules = rules_of(_policy(layers), asked.bill.insurance_type, asked.bill.ended_on)
    settled = settle(asked.bill, asked.person, asked.used, rules)
    if as_json:
        click.echo(json.dumps(_as_data(settled), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_explained(settled)))


@benefit.command(
    help="一年的账单 · A year of bills.\n\nSETTLEMENTS：事实表 settlements 的 Parquet"
    " · Parquet of the fact table settlements"
)
@click.argument("settlements", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="输出 .parquet · Where to write")
@click.option("--memory", default="4GB", show_default=True, help="DuckDB 内存上限 · Memory limit of DuckDB")
@click.option("--threads", type=int, default=None, help="DuckDB 线程数 · Threads of DuckDB")
@_POLICY
def table(settlements: Path, out: Path, memory: str, threads: int | None, layers: tuple[Path, ...]) -> None:
    from yigongti.interfaces.cli.benefit_files import settle_file

    started = time.monotonic()
    rows, refused = settle_file(settlements, out, _policy(layers), memory=memory, threads=threads)
    seconds = time.monotonic() - started
    _say(
        f"{rows:,} 笔，结算 {rows - sum(refused.values()):,} 笔，用时 {seconds:.1f} 秒 → {out}",
        f"{rows:,} bills, {rows - sum(refused.values()):,} settled, {seconds:.1f} s → {out}",
    )
    for code, number in refused.items():
        _say(f"  未结算 {number:,} 笔：{code}", f"  not settled {number:,}: {code}")


def _english() -> bool:
    from yigongti.interfaces.cli.main import terminal_language

    return terminal_language().startswith("en")


def _say(zh: str, en: str) -> None:
    click.echo(en if _english() else zh, err=True)


def _policy(layers: Sequence[Path]) -> Policy:
    from yigongti.foundation.policy import Policy

    if layers:
        return Policy.load(list(layers))
    from yigongti.config.paths import policy_folder

    return Policy.load(policy_folder())


def _read_json(path: Path) -> Any:
    if not path.is_file():
        raise NotFound("benefit.file_not_found", zh="文件不存在", en="There is no such file", where=str(path))
    try:
        return json.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            "benefit.file_unreadable", zh="文件不是有效的 JSON", en="The file is not valid JSON", where=path.name
        ) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            "benefit.day_unreadable",
            zh=f"“{text}”不是日期，请写成 2026-01-31",
            en=f"“{text}” is not a date; write 2026-01-31",
            where="--on",
        ) from error


def _as_data(settled: Settlement) -> dict[str, Any]:
    from yigongti.engines.benefit.public import AMOUNTS

    steps = [
        {
            "code": step.code,
            "label": {"zh": step.label.zh, "en": step.label.en},
            "sum": {"zh": step.sum.zh, "en": step.sum.en},
            "amount": str(step.amount),
            "payer": step.payer,
            "parameter": step.parameter,
            "source": step.source,
        }
        for step in settled.steps
    ]
    amounts = {name: str(getattr(settled, name)) for name in ("total", *AMOUNTS)}
    return {**amounts, "deductible_of_stay": str(settled.deductible_of_stay), "steps": steps}


def _explained(settled: Settlement) -> list[str]:
    language = "en" if _english() else "zh-hans"
    lines = []
    for step in settled.steps:
        told = step.sum.in_language(language)
        cited = f"  [{step.parameter} · {step.source}]" if step.parameter else ""
        lines.append(f"{step.amount:>16,}  {step.label.in_language(language)}：{told}{cited}")
    return lines
