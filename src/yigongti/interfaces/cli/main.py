"""yigongti: one command, its subcommands loaded only when called.

An analyst who groups a file must not wait for Django, so that subcommands are named as text and imported on use.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec

import click

from yigongti.foundation.errors import YigongtiError

SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("yigongti.demo.command:demo", "建立并打开示范县 · Make the demo county and open it"),
    "serve": ("yigongti.interfaces.cli.serve:serve", "打开网站 · Serve the site"),
    "submit": ("yigongti.interfaces.cli.submit:submit", "上报数据 · Submit data"),
    "close": ("yigongti.interfaces.cli.close:close", "月结 · Close a month"),
    "casemix": ("yigongti.interfaces.cli.casemix:casemix", "病例分组 · Group cases"),
    "claim-checks": (
        "yigongti.interfaces.cli.claim_checks:claim_checks",
        "费用审核 · Check fee lines against rules and knowledge",
    ),
    "benefit": ("yigongti.interfaces.cli.benefit:benefit", "待遇试算 · Work out what insurance pays of a bill"),
    "appraisal": ("yigongti.interfaces.cli.appraisal:appraisal", "绩效考核评分 · Score cards"),
    "fund": ("yigongti.interfaces.cli.fund:fund", "总额打包基金 · The packaged fund"),
    "rehearse": ("yigongti.interfaces.cli.rehearse:rehearse", "政策推演 · Rehearse a change of policy"),
    "verify": ("yigongti.interfaces.cli.verify:verify", "账实核对 · Verify books, bills and pools"),
    "ledger": ("yigongti.interfaces.cli.ledger:ledger", "账簿 · The books"),
    "county": ("yigongti.interfaces.cli.county:county", "生成虚构县的数据 · Generate an invented county"),
    "accounts": ("yigongti.interfaces.cli.accounts:accounts", "账号与岗位 · Accounts and posts"),
    "clients": ("yigongti.interfaces.cli.clients:clients", "接口系统的接入 · Systems that exchange data"),
    "organisations": (
        "yigongti.interfaces.cli.organisations:organisations",
        "机构与科室 · Institutions and departments",
    ),
    "trail": ("yigongti.interfaces.cli.trail:trail", "留痕：封存、核验、导出锚文件 · The trail: seal, verify, anchor"),
    "people": ("yigongti.interfaces.cli.people:people", "居民主索引 · The register of residents"),
    "keys": ("yigongti.interfaces.cli.keys:keys", "加密密钥 · The keys that seal numbers and telephones"),
    "backup": ("yigongti.interfaces.cli.backup:backup", "备份 · Back up the installation"),
    "restore": ("yigongti.interfaces.cli.backup:restore", "恢复备份 · Restore a backup"),
    "database": ("yigongti.interfaces.cli.database:database", "数据库 · The database"),
    "measures": ("yigongti.interfaces.cli.measures:measures", "指标 · Measures"),
    "hl7": ("yigongti.interfaces.cli.hl7:hl7", "HL7 v2 报文 · HL7 v2 messages"),
}


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [name for name, (target, _help) in SUBCOMMANDS.items() if _exists(target)]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in SUBCOMMANDS or not _exists(SUBCOMMANDS[name][0]):
            return None
        module, _, attribute = SUBCOMMANDS[name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 · Commands"):
            formatter.write_dl([(name, SUBCOMMANDS[name][1]) for name in self.list_commands(context)])


def _exists(target: str) -> bool:
    try:
        return find_spec(target.partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False


def terminal_language() -> str:
    """The language for messages in the terminal: YIGONGTI_LANGUAGE, else the locale's; Chinese unless English."""
    names = ("YIGONGTI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # not locale.getlocale: it calls "C" English
    named = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "en" if named.lower().startswith("en") else "zh-hans"


@click.command(cls=Lazy, help="医共体 · The software that a county's medical community runs on")
@click.version_option(package_name="yigongti")
def cli() -> None:
    pass


def main() -> None:
    """The console script: errors of ours are a sentence and exit code 1, never a traceback."""
    try:
        cli()
    except YigongtiError as error:
        click.echo(f"{error.in_language(terminal_language())} [{error.code}]", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
