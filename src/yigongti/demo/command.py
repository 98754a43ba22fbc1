"""yigongti demo: make the demonstration county (what is there is kept), then serve it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from yigongti.demo.plan import DemoPlan

SETTLEMENT_MONTHS = 24
"""Settlements go back two years: the year before the demo's can be cleared, and its contracts rest on what was spent in
the last months of the year before that."""


@click.command(help="建立示范县并打开网站，已有的保留 · Make the demo county, keeping what is there, and serve it")
@click.option("--no-serve", is_flag=True, help="月结完成后结束 · end after the close")
@click.option("--residents", default=60_000, show_default=True, help="居民人数 · residents")
@click.option("--months", default=3, show_default=True, help="月数 · months")
@click.option("--seed", default=1, show_default=True, help="随机种子 · seed")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address")
@click.option("--port", default=8000, show_default=True, help="端口 · port")
def demo(no_serve: bool, residents: int, months: int, seed: int, host: str, port: int) -> None:
    from yigongti.demo.plan import DemoPlan
    from yigongti.interfaces.cli.project import opened

    plan = DemoPlan(
        residents=residents, months=months, seed=seed, settlement_months=SETTLEMENT_MONTHS, fund_and_counter=True
    )
    with opened():
        from yigongti.interfaces.cli.supervising import make_ready, supervise

        with _drawn_beside(plan):
            make_ready()
        lines = _county(plan)
        if no_serve:
            _tell(lines)
            return

        def tell(host: str, port: int) -> None:
            click.echo(f"\n  http://{host}:{port}/\n")
            _tell(lines)
            click.echo("Ctrl-C 结束 · Ctrl-C ends it")

        supervise(host=host, port=port, workers=2, jobs=True, opened=tell)


def _drawn_beside(plan: DemoPlan) -> AbstractContextManager[None]:
    """The county drawn while the tables are made, where the folder is new; else there may be somebody's real data."""
    from django.conf import settings

    from yigongti.demo.drawing import drawn_beside

    data = Path(settings.DATA_FOLDER)
    if (data / "demo").exists() or Path(settings.LAKE_ROOT).exists():
        return nullcontext()
    return drawn_beside(data / "demo-county", plan, Path(settings.POLICY_FOLDER))


def _county(plan: DemoPlan) -> list[str]:
    from django.conf import settings

    from yigongti.demo.accounts import create_accounts, told
    from yigongti.demo.setup import set_up
    from yigongti.facts.public import Lake
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.kernel.access.limits import policy
    from yigongti.kernel.jobs.progress import TerminalProgress
    from yigongti.systems.resident_services.public import demo_resident_sign_in_hint

    set_up(
        plan,
        lake=Lake(Path(settings.LAKE_ROOT)),
        policy=policy(),
        progress=TerminalProgress(terminal_language(), click.echo),
    )
    lines = told(create_accounts())
    hint = demo_resident_sign_in_hint()
    if hint is not None:
        lines.append(hint.in_language(terminal_language()))
    _labelled_cases(Path(settings.POLICY_FOLDER))
    return lines


def _labelled_cases(policy_folder: Path) -> None:
    """The real input on which the main job must run: CHS-DRG 1.1 groups, Harbin's weights and rates."""
    from yigongti.demo.labelled_cases import group_labelled_cases, reference_tables, tell_labelled_cases
    from yigongti.demo.plan import LAST_MONTH
    from yigongti.foundation.policy import Policy

    click.echo(
        "30 例带标签病例 · 30 labelled cases: CHS-DRG 1.1, 医院分组 · hospital → 哈尔滨 · Harbin 2024, RW, 元 310/390"
    )
    shared = reference_tables(policy_folder.parent)
    if shared is None:
        click.echo("  未装载参考表，跳过 · the reference tables are absent: skipped (YIGONGTI_SHARED_DATA names them)")
        return
    layers = [policy_folder, policy_folder / "overlays" / "harbin-2024"]
    tell_labelled_cases(group_labelled_cases(shared, Policy.load(layers), LAST_MONTH.last_day), click.echo)


def _tell(lines: list[str]) -> None:
    click.echo("用户名       密码              角色 · user name, password, role")
    for line in lines:
        click.echo(line)
