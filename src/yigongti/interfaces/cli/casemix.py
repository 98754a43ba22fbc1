"""yigongti casemix: group files of discharges, explain a case, check a scheme, compare two. Needs no server."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import click

_SCHEME_HELP = "分组方案：表格文件夹或工作簿 · Scheme: a folder of tables or a workbook"


@click.group(help="病例分组（DRG）· Group cases by a case-mix scheme")
def casemix() -> None:
    pass


def _english() -> bool:
    from yigongti.interfaces.cli.main import terminal_language

    return terminal_language().startswith("en")


def _say(zh: str, en: str) -> None:
    click.echo(en if _english() else zh, err=True)


@casemix.command(
    help="给病例文件分组 · Group a file of cases.\n\nCASES：CSV 或 Parquet，列为 case_id, sex, age_years, age_days, "
    "birth_weight_g, length_of_stay_days, discharge_disposition, diagnoses, procedures（编码以 | 相连，主要的在前）"
    "· CSV or Parquet with these columns, codes joined by |, the principal one first."
)
@click.argument("cases", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="输出 .csv 或 .parquet · Where to write"
)
@click.option("--scheme", required=True, type=click.Path(path_type=Path), help=_SCHEME_HELP)
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="计算引擎 · Engine"
)
@click.option("--memory", default="4GB", show_default=True, help="DuckDB 内存上限 · Memory limit of DuckDB")
@click.option("--threads", type=int, default=None, help="DuckDB 线程数 · Threads of DuckDB")
@click.option("--spark-master", default="", help="spark://…，默认本机 · Spark master, this machine by default")
def group(
    cases: Path, out: Path, scheme: Path, engine: str, memory: str, threads: int | None, spark_master: str
) -> None:
    from yigongti.engines.casemix.public import REASONS, load_scheme
    from yigongti.interfaces.cli.casemix_files import opened_cases, summary_of, write_groups

    started = time.monotonic()
    loaded = load_scheme(scheme)
    with opened_cases(cases, engine, memory=memory, threads=threads, master=spark_master) as opened:
        write_groups(opened, loaded, out)
    total, grouped, reasons = summary_of(out)
    seconds = time.monotonic() - started
    _say(
        f"{total:,} 例，入组 {grouped:,} 例，用时 {seconds:.1f} 秒；方案 {loaded.name}（{loaded.digest[:12]}）→ {out}",
        f"{total:,} cases, {grouped:,} with a group, {seconds:.1f} s; {loaded.name} ({loaded.digest[:12]}) → {out}",
    )
    for reason, count in reasons:
        _say(f"  {count:,} 例 {reason}：{REASONS[reason].zh}", f"  {count:,} {reason}: {REASONS[reason].en}")


@casemix.command(help="说明一个病例为何入此组 · Tell why a case came to its group")
@click.argument("cases", type=click.Path(path_type=Path))
@click.argument("case_id")
@click.option("--scheme", required=True, type=click.Path(path_type=Path), help=_SCHEME_HELP)
def explain(cases: Path, case_id: str, scheme: Path) -> None:
    from yigongti.engines.casemix.public import group_case, load_scheme
    from yigongti.interfaces.cli.casemix_files import find_case, opened_cases

    loaded = load_scheme(scheme)
    with opened_cases(cases) as opened:
        case = find_case(opened, case_id)
    grouping = group_case(case, loaded)
    name = loaded.drg_names.get(grouping.drg, "")
    click.echo(
        f"{grouping.case_id}: {grouping.mdc} {grouping.adrg} {grouping.drg} {name} {grouping.complication}".rstrip()
    )
    for step in grouping.trace:
        said = step.said.en if _english() else step.said.zh
        click.echo(f"{'·' if step.passed else '×'} {said}")
        if step.evidence:
            click.echo(f"    {'; '.join(step.evidence)}")


@casemix.command(help="检查分组方案，有错误时退出码为 1 · Check a scheme; exit code 1 when it has errors")
@click.argument("scheme", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="列出全部，不限每类 20 条 · List all, not 20 of a kind")
def lint(scheme: Path, everything: bool) -> None:
    from yigongti.engines.casemix.public import lint_scheme

    findings = lint_scheme(scheme)
    shown: dict[str, int] = {}
    for finding in findings:
        shown[finding.code] = shown.get(finding.code, 0) + 1
        if everything or shown[finding.code] <= 20:
            said = finding.said.en if _english() else finding.said.zh
            click.echo(
                f"{finding.severity:7} {finding.code:28} {said}" + (f"  [{finding.where}]" if finding.where else "")
            )
    for code, count in shown.items():
        if not everything and count > 20:
            _say(
                f"{code}：共 {count:,} 条，只列出 20 条（--all 列出全部）",
                f"{code}: {count:,} in all, 20 listed (--all lists all)",
            )
    errors = sum(finding.severity == "error" for finding in findings)
    _say(f"{errors} 个错误，{len(findings) - errors} 个提示", f"{errors} errors, {len(findings) - errors} remarks")
    if errors:
        raise SystemExit(1)


@casemix.command(
    help="两个方案分同一批病例，谁去了哪里、费用如何 · Two schemes on the same cases: who moves, what it costs"
)
@click.argument("cases", type=click.Path(path_type=Path))
@click.argument("scheme_a", type=click.Path(path_type=Path))
@click.argument("scheme_b", type=click.Path(path_type=Path))
@click.option(
    "--weights",
    "weights_a",
    type=click.Path(path_type=Path),
    default=None,
    help="权重表 CSV（drg, relative_weight），两方案共用 · Weights, for both schemes",
)
@click.option("--weights-b", type=click.Path(path_type=Path), default=None, help="方案乙的权重 · Weights of scheme B")
@click.option("--base-rate", type=Decimal, default=None, help="每权重费率（元）· Yuan for a weight of 1")
@click.option("-o", "--out", type=click.Path(path_type=Path), default=None, help="全部流向写入 CSV · All moves as CSV")
def compare(
    cases: Path,
    scheme_a: Path,
    scheme_b: Path,
    weights_a: Path | None,
    weights_b: Path | None,
    base_rate: Decimal | None,
    out: Path | None,
) -> None:
    from yigongti.engines.casemix.public import compare_schemes, load_scheme
    from yigongti.interfaces.cli.casemix_files import opened_cases
    from yigongti.interfaces.cli.casemix_weights import read_weights, write_moves

    first, second = load_scheme(scheme_a), load_scheme(scheme_b)
    weights = read_weights(weights_a) if weights_a else None
    second_weights = read_weights(weights_b) if weights_b else weights
    with opened_cases(cases) as opened:
        result = compare_schemes(
            opened.table,
            first,
            second,
            opened.connection,
            row_key=opened.row_key,
            weights_a=weights,
            weights_b=second_weights,
        )
    _say(
        f"{result.cases:,} 例中 {result.moved:,} 例换了组",
        f"{result.moved:,} of {result.cases:,} cases change their group",
    )
    for move in result.moves[:30]:
        change = "" if move.weight_change is None else f"  {move.weight_change:+.4f}"
        click.echo(f"{move.cases:>8,}  {move.drg_a:8} → {move.drg_b:8}{change}")
    if len(result.moves) > 30:
        _say(
            f"共 {len(result.moves):,} 种流向，只列出例数最多的 30 种（-o 写出全部）",
            f"{len(result.moves):,} moves in all, the 30 largest listed (-o writes all)",
        )
    if result.weight_a is not None and result.weight_b is not None:
        _say(
            f"总权重 {result.weight_a:,.4f} → {result.weight_b:,.4f}（{result.weight_b - result.weight_a:+,.4f}）；"
            f"无权重的病例 {result.unweighted_a:,} → {result.unweighted_b:,}",
            f"Weights {result.weight_a:,.4f} → {result.weight_b:,.4f} ({result.weight_b - result.weight_a:+,.4f}); "
            f"cases without a weight {result.unweighted_a:,} → {result.unweighted_b:,}",
        )
        if base_rate is not None:
            cost = ((result.weight_b - result.weight_a) * base_rate).quantize(Decimal("0.01"))
            _say(f"按费率 {base_rate} 元：{cost:+,} 元", f"At {base_rate} yuan a weight: {cost:+,} yuan")
    if out:
        write_moves(result, out)
