"""yigongti demo: make the demonstration county (what is there is kept), then serve it."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    help="建立示范县并打开网站，已有的保留 · Make the demo county, keeping what is there, and serve it"
)
@click.option("--no-serve", is_flag=True, help="月结完成后结束 · end after the close")
@click.option("--residents", default=60_000, show_default=True, help="居民人数 · residents")
@click.option("--months", default=3, show_default=True, help="月数 · months")
@click.option("--seed", default=1, show_default=True, help="随机种子 · seed")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address")
@click.option("--port", default=8000, show_default=True, help="端口 · port")
def demo(no_serve: bool, residents: int, months: int, seed: int, host: str, port: int) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.interfaces.cli.supervising import make_ready, supervise

        make_ready()
        lines = _county(residents, months, seed)
        if no_serve:
            _tell(lines)
            return

        def tell(host: str, port: int) -> None:
            click.echo(f"\n  http://{host}:{port}/\n")
            _tell(lines)
            click.echo("Ctrl-C 结束 · Ctrl-C ends it")

        supervise(host=host, port=port, workers=2, jobs=True, opened=tell)


def _county(residents: int, months: int, seed: int) -> list[str]:
    from django.conf import settings

    from yigongti.demo.accounts import create_accounts, told
    from yigongti.demo.setup import DemoPlan, set_up
    from yigongti.facts.public import Lake
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.kernel.access.limits import policy
    from yigongti.kernel.jobs.progress import TerminalProgress

    set_up(
        DemoPlan(residents=residents, months=months, seed=seed),
        lake=Lake(Path(settings.LAKE_ROOT)),
        policy=policy(),
        progress=TerminalProgress(terminal_language(), click.echo),
    )
    return told(create_accounts())


def _tell(lines: list[str]) -> None:
    click.echo("用户名     密码              角色 · user name, password, role")
    for line in lines:
        click.echo(line)
