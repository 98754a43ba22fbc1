"""`yigongti county`: writes an invented county into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from yigongti.demo.county.plan import FORMATS, LAYOUTS
from yigongti.demo.county.public import generate
from yigongti.foundation.errors import YigongtiError
from yigongti.foundation.period import Month


@click.command(
    name="county",
    help="""生成一个虚构的演示县（机构、科室、人员、居民、首页、费用明细、结算清单），
并写下埋入的问题。同样的参数总是生成同样的文件。

Write an invented demo county (institutions, departments, staff, residents, front pages, fee lines, settlement
lists) and what was planted in it. The same arguments always write the same files.""",
)
@click.option("--residents", type=int, default=60_000, show_default=True, help="居民人数 / number of residents")
@click.option("--months", type=int, default=3, show_default=True, help="出院月数 / months of discharges")
@click.option("--last-month", default="2026-10", show_default=True, help="最后一个月 / the last month")
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子 / seed of the random streams")
@click.option(
    "--fee-lines", type=int, default=600, show_default=True, help="平均每例费用明细行数 / mean fee lines of a stay"
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(FORMATS),
    default="parquet",
    show_default=True,
    help="上报文件格式 / format of the submissions",
)
@click.option(
    "--columns",
    "layout",
    type=click.Choice(LAYOUTS),
    default="own",
    show_default=True,
    help="上报文件列名：本产品、拼音列、国家接口列 / column names of the submissions",
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="输出文件夹（须为空） / output folder (must be empty)",
)
def county(
    residents: int, months: int, last_month: str, seed: int, fee_lines: int, file_format: str, layout: str, folder: Path
) -> None:
    """The command; its help is given to click in both languages."""

    def report(step: str, done: int, steps: int) -> None:
        click.echo(f"[{done}/{steps}] {step}", err=True)

    try:
        written = generate(
            folder,
            residents,
            months,
            Month.parse(last_month),
            seed,
            report,
            fee_lines_per_stay=fee_lines,
            file_format=file_format,
            layout=layout,
        )
    except YigongtiError as error:
        click.echo(error.in_language("zh"), err=True)
        click.echo(error.in_language("en"), err=True)
        sys.exit(2)
    pages, lines, settled = written.discharges, written.fee_lines, written.settlement_lists
    click.echo(
        f"病案首页 {pages} 份，费用明细 {lines} 行，结算清单 {settled} 份，埋入首页缺陷 {written.planted_defects} 处"
    )
    click.echo(
        f"{pages} front pages, {lines} fee lines, {settled} settlement lists, "
        f"{written.planted_defects} planted front-page defects: {written.folder}"
    )
