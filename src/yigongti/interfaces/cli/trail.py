"""yigongti trail: seal what was viewed, export an anchor, verify, retire whole months."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group(help="查阅记录：封存、核验、导出锚文件、按期清理 · Views of records: seal, verify, anchor, retire")
def trail() -> None:
    pass


@trail.command(help="封存已写入的查阅记录 · Seal the views that were written")
def seal() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.kernel.trail.retention import make_months
        from yigongti.kernel.trail.sealing import seal as run

        click.echo(f"{run(at=timezone.now()):,}")
        make_months()


@trail.command(help="导出签名锚文件，须异地保存 · Export a signed anchor, to be kept elsewhere")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def anchor(file: Path) -> None:
    from yigongti.foundation.errors import Conflict
    from yigongti.interfaces.cli.project import opened

    if file.exists():
        raise Conflict(
            "trail.anchor_exists", zh="文件已存在，锚文件不覆盖旧的", en="the file exists; an anchor replaces no other",
            where=str(file),
        )  # fmt: skip
    with opened():
        from django.utils import timezone

        from yigongti.kernel.trail.anchors import export

        told = export(at=timezone.now())
    file.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    click.echo(f"{file}\n{told['block']}  {told['digest']}\n{told['public_key']}")


@trail.command(help="重新计算每个区块，指出被改动、删除或插入的记录 · Compute every block again and name what differs")
@click.option(
    "--anchor", "anchor_file", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="一并核对此锚文件 · hold the log to this anchor too",
)  # fmt: skip
@click.option("--key", help="签发锚文件的公钥，默认本系统的 · the key that signed the anchor, by default our own")
def verify(anchor_file: Path | None, key: str | None) -> None:
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.interfaces.cli.project import opened

    language = terminal_language()
    with opened():
        from django.utils import timezone

        from yigongti.kernel.trail import anchors, verifying

        held = anchors.read(anchor_file.read_text(encoding="utf-8"), trusted=key) if anchor_file else None
        verdict = verifying.verify()
        if held:
            anchors.hold_to_anchor(verdict, held)
        verifying.keep(verdict, at=timezone.now())
    click.echo(("✓ " if verdict.is_sound else "✗ ") + verdict.summary.in_language(language))
    for fault in verdict.faults:
        click.echo(fault.in_language(language), err=True)
    if verdict.found > len(verdict.faults):
        click.echo(f"… {verdict.found:,}", err=True)
    if not verdict.is_sound:
        raise SystemExit(1)


@trail.command(help="清理超过保留期且已导出锚文件的整月记录 · Drop months past their time, once anchored")
def retire() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.kernel.trail.retention import retire as run

        for month in run(at=timezone.now()):
            click.echo(f"{month:%Y-%m}")
