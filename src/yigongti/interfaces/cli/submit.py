"""yigongti submit FILE: check a file as the page does and, unless it is a dry run, put it in force."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES

_PIECE = 1024 * 1024
_SHOWN = 20


@click.command(
    help="上报一份文件：先检查，无误则提交 · Submit a file: it is checked first, and committed when nothing is wrong"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--kind", required=True, type=click.Choice(list(FACT_TABLES)),
    help="数据类型 · kind of fact",
)  # fmt: skip
@click.option("--institution", required=True, help="机构代码 · the institution's code")
@click.option("--month", required=True, metavar="2026-10", help="月份 · month")
@click.option("--dry-run", is_flag=True, help="只检查，不提交 · check only, commit nothing")
@click.option("--profile", default="", help="映射方案名称 · name of a saved mapping profile")
@click.option("--clinical", is_flag=True, help="编码为国临版，转换为医保版 · convert codes of the clinical edition")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="错误工作簿写到 · workbook of errors")
@click.option(
    "--as", "account", default=getpass.getuser, show_default="操作系统用户名 · the system's user name",
    help="上报账号 · the account that submits",
)  # fmt: skip
def submit(
    file: Path, kind: str, institution: str, month: str, dry_run: bool, profile: str, clinical: bool,
    errors: Path | None, account: str,
) -> None:  # fmt: skip
    from yigongti.interfaces.cli.project import opened

    wanted = Month.parse(month)
    with opened():
        good = _submit(file, kind, institution, wanted, dry_run, profile, clinical, errors, account)
    if not good:
        sys.exit(1)


def _submit(
    file: Path, kind: str, institution_code: str, month: Month, dry_run: bool, profile: str, clinical: bool,
    errors: Path | None, account: str,
) -> bool:  # fmt: skip
    from django.conf import settings
    from django.utils import timezone

    from yigongti.facts.public import Lake
    from yigongti.kernel.access.scope import scope
    from yigongti.systems.front_pages.public import FileBrought, check_submission, commit_submission, receive_file

    actor = _actor(account)
    lake, uploads = Lake(settings.LAKE_ROOT), Path(settings.UPLOAD_FOLDER)
    given = {"lake": lake, "uploads": uploads}
    with scope(actor, purpose="job"):
        institution = _institution(institution_code)
        brought = FileBrought(institution, kind, month, file.name, _profile(profile, institution, kind), clinical)
        size = file.stat().st_size  # whoever has the machine needs no limit: the readers have theirs
        found = receive_file(actor, brought, _pieces(file), uploads=uploads, most_bytes=size, at=timezone.now())
    with scope(actor, purpose="job"):
        found = check_submission(found, actor, at=timezone.now(), **given)
    _tell(found, uploads, errors)
    if found.state != "ready":
        return False
    if dry_run:
        click.echo("未提交（仅检查） · nothing was committed (dry run)")
        return True
    with scope(actor, purpose="job"):
        commit_submission(found, actor, at=timezone.now(), **given)
    click.echo(
        f"已提交 · committed: {found.receipt_number}  {found.rows:,} 行 rows  {found.amount:,} 元 yuan  "
        f"sha256 {found.digest[:16]}…  v{found.version}"
        + (f" (← v{found.replaced_version})" if found.replaced_version is not None else "")
    )
    return True


def _actor(account: str) -> Any:
    from django.utils import timezone

    from yigongti.foundation.errors import NotFound
    from yigongti.kernel.access.queries import actor_by_username

    actor = actor_by_username(account, timezone.localdate(), using="bulk")
    if actor is None:
        raise NotFound("submit.no_account", zh="没有这个账号，请用 --as 写明上报账号",
                       en="there is no such account; name one with --as", where=account)  # fmt: skip
    return actor


def _institution(code: str) -> Any:
    from yigongti.foundation.errors import NotFound
    from yigongti.kernel.organisations.models import Institution

    found = Institution.objects.filter(code=code).first()
    if found is None:
        raise NotFound("submit.no_institution", zh="没有这家机构", en="there is no such institution", where=code)
    return found


def _profile(name: str, institution: Any, kind: str) -> Any:
    from yigongti.foundation.errors import NotFound
    from yigongti.systems.front_pages.public import MappingProfile

    if not name:
        return None
    found = MappingProfile.objects.filter(institution=institution, kind=kind, name=name).first()
    if found is None:
        raise NotFound("submit.no_profile", zh="没有这个映射方案", en="there is no such mapping profile", where=name)
    return found


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            yield piece


def _tell(found: Any, uploads: Path, errors: Path | None) -> None:
    from yigongti.facts.public import load_dry_run, write_error_workbook
    from yigongti.interfaces.cli.main import terminal_language
    from yigongti.systems.front_pages.public import uploaded_file

    language = terminal_language()
    if found.state == "unreadable":
        click.echo(found.said.in_language(language), err=True)
        return
    run = load_dry_run(uploads / found.folder / "checked")
    click.echo(
        f"{found.file_name}: {run.rows:,} 行 rows, {run.accepted:,} 可接受 accepted, {run.errors:,} 处错误 errors, "
        f"{run.amount:,} 元 yuan"
    )
    for warning in run.warnings:
        click.echo(f"  ! {warning.text.in_language(language)}")
    for place, finding in enumerate(run.findings):
        if place == _SHOWN:
            click.echo(f"  … {run.errors - _SHOWN:,} 处未列出，用 --errors 写成工作簿 · more; write them with --errors")
            break
        click.echo(f"  ✗ {finding.row} {finding.header or finding.column}: {finding.text.in_language(language)}")
    if errors is not None and run.errors:
        write_error_workbook(uploaded_file(found, uploads), run, errors)
        click.echo(f"  → {errors}")
