"""yigongti keys: which keys seal what, and a new one."""

from __future__ import annotations

import click


@click.group(help="加密密钥 · The keys that seal identity numbers and telephones")
def keys() -> None:
    pass


@keys.command(help="各密钥加密了多少值 · How many values each key sealed")
def status() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.kernel.people.rotating import status as counted
        from yigongti.kernel.people.sealing import ring

        known = ring()
        for place, by_key in counted().items():
            for name in sorted({*known.keys, *by_key}, key=int):
                mark = "*" if name == known.current else " " if name in known.keys else "✗"
                click.echo(f"{mark} {name}\t{by_key[name]:,}\t{place}")


@keys.command(help="启用新密钥并重新加密 · Take a new key and seal everything anew")
@click.option("--finish", is_flag=True, help="只完成中断的轮换 · only finish a rotation that was broken off")
def rotate(finish: bool) -> None:
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.kernel.jobs.progress import TerminalProgress
        from yigongti.kernel.people.rotating import rotate as rotated

        ring = rotated(TerminalProgress(terminal_language(), click.echo), new_key=not finish)
    click.echo(f"现用密钥 {ring.current}，保留 {len(ring.keys)} 个 · key {ring.current} seals, {len(ring.keys)} kept")
