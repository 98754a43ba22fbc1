"""yigongti measures: look through the definitions of measures, and refuse what is wrong in them. Needs no database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yigongti.foundation.errors import PolicyError

if TYPE_CHECKING:
    from yigongti.engines.measures.public import Definitions

_POLICY = click.option(
    "--policy",
    "layers",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="政策目录，可多层，由宽到近；默认产品自带 · Policy folders, from the widest to the nearest",
)


@click.group(help="指标 · Measures")
def measures() -> None:
    pass


def _english() -> bool:
    from yigongti.interfaces.cli.main import terminal_language

    return terminal_language().startswith("en")


def _definitions(layers: tuple[Path, ...]) -> Definitions:
    from yigongti.engines.measures.public import load_definitions
    from yigongti.foundation.policy import Policy

    if layers:
        return load_definitions(Policy.load(list(layers)))
    from yigongti.config.paths import policy_folder

    return load_definitions(Policy.load(policy_folder()))


@measures.command("lint", help="检查指标定义 · Refuse measures that no fact can feed, and whatever else is wrong")
@_POLICY
def lint_command(layers: tuple[Path, ...]) -> None:
    from yigongti.engines.measures.public import lint

    try:
        definitions = _definitions(layers)
    except PolicyError as error:
        click.echo(f"{error.in_language('en' if _english() else 'zh-hans')} [{error.code}]")
        sys.exit(1)
    found = lint(definitions)
    for each in found:
        click.echo(f"{each.where}: {each.text.en if _english() else each.text.zh} [{each.code}]")
    counted = (len(definitions.measures), len(definitions.counts), len(definitions.filters), len(definitions.targets))
    click.echo(
        "{} measures, {} counts, {} filters, {} targets; {} refused".format(*counted, len(found))
        if _english()
        else "指标 {}、计数 {}、条件 {}、目标 {}；不通过 {} 处".format(*counted, len(found)),
        err=True,
    )
    sys.exit(1 if found else 0)


@measures.command("list", help="列出指标 · List the measures, of a set in its printed order")
@_POLICY
@click.option("--set", "set_id", help="指标体系 · Set, such as community-2024")
def list_command(layers: tuple[Path, ...], set_id: str | None) -> None:
    definitions = _definitions(layers)
    english = _english()
    chosen = definitions.of_set(set_id) if set_id else tuple(definitions)
    for each in chosen:
        unit = definitions.units.get(each.unit)
        label, told = (each.label.en, unit and unit.label.en) if english else (each.label.zh, unit and unit.label.zh)
        number = f"{each.numbers[set_id]}\t" if set_id else ""
        click.echo(f"{number}{each.id}\t{label}\t{told or each.unit}\t{each.better}")
