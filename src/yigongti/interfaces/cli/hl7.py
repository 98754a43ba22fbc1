"""yigongti hl7: the listener for HL7 v2 over MLLP, and the log of its messages from the command line."""

from __future__ import annotations

import getpass
import signal
import sys
from pathlib import Path
from typing import Any

import click

_AS = click.option(
    "--as", "account", default=getpass.getuser, show_default="操作系统用户名 · the system's user name",
    help="以哪个账号写入（角色：接口系统）· the account that writes (role: exchanging system)",
)  # fmt: skip
_INSTITUTION = click.option(
    "--institution", default="", help="机构代码；不写则按 MSH-4 识别 · code; else MSH-4 says it"
)
_FACILITY = click.option("--facility", "facilities", multiple=True, help="MSH-4 的其他名称 · another name in MSH-4")


@click.group(help="HL7 v2 报文：监听、载入、重试、重新处理、清理 · HL7 v2 messages: listen, load, retry, rerun, purge")
def hl7() -> None: ...


@hl7.command(help="MLLP 监听，按 Ctrl-C 结束 · Listen for MLLP; Ctrl-C ends it")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option("--port", default=2575, show_default=True, help="端口 · port")
@_INSTITUTION
@_FACILITY
@_AS
def listen(host: str, port: int, institution: str, facilities: tuple[str, ...], account: str) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.interfaces.hl7v2.limits import limit
        from yigongti.interfaces.hl7v2.listener import Limits, Listener

        now = timezone.now()
        limits = Limits(
            largest=limit("largest_megabytes", now) * 1024 * 1024,
            connections=limit("connections", now),
            idle_seconds=limit("idle_seconds", now),
        )
        door = _door(account, institution, facilities)
        reopen = lambda: _door(account, institution, facilities)  # noqa: E731 - posts may end while it listens
        listener = Listener(door, limits, host=host, port=port, reopen=reopen)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_given: listener.stop.set())
        listener.serve(lambda address, bound: click.echo(f"mllp://{address}:{bound}"))


@hl7.command(help="载入报文文件，逐条回答 · Load files of messages and tell each answer")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--answers", type=click.Path(dir_okay=False, path_type=Path), help="应答写到 · write the answers to")
@_INSTITUTION
@_FACILITY
@_AS
def load(
    files: tuple[Path, ...], answers: Path | None, institution: str, facilities: tuple[str, ...], account: str
) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        good = _load(files, answers, _door(account, institution, facilities))
    if not good:
        sys.exit(1)


def _load(files: tuple[Path, ...], answers: Path | None, door: Any) -> bool:
    from django.utils import timezone

    from yigongti.interfaces.hl7v2.acknowledgement import ACCEPTED_CODES
    from yigongti.interfaces.hl7v2.actions.take_in import take_in
    from yigongti.interfaces.hl7v2.batch import messages_of_file
    from yigongti.interfaces.hl7v2.models import MessageLog

    told: list[bytes] = []
    counts: dict[str, int] = {}
    for file in files:
        for raw in messages_of_file(file.read_bytes()):
            origin = door.origin(raw, MessageLog.Channel.FILE, file.name)
            answer = take_in(raw, origin, door.choices, timezone.now())
            told.append(answer.payload)
            counts[answer.code] = counts.get(answer.code, 0) + 1
            repeat = " 重复 repeat" if answer.is_repeat else ""
            click.echo(f"{answer.code}  #{answer.message_id}  {file.name}{repeat}")
    if answers is not None:
        answers.write_bytes(b"\n".join(told))
    click.echo("  ".join(f"{code}: {count:,}" for code, count in sorted(counts.items())))
    return set(counts) <= ACCEPTED_CODES


@hl7.command(help="写入到期的报文；--dead 把死信也重新尝试 · Apply what is due; --dead: dead letters as well")
@click.option("--dead", is_flag=True, help="死信也重试 · dead letters too")
@_INSTITUTION
@_FACILITY
@_AS
def retry(dead: bool, institution: str, facilities: tuple[str, ...], account: str) -> None:
    _again(account, institution, facilities, ["dead"] if dead else [], "")


@hl7.command(help="对照修正后重新处理报文 · Map messages anew after a mapping was mended")
@click.argument("numbers", nargs=-1, type=int)
@click.option("--reason", default="", help="只处理此原因代码 · only those rejected for this reason")
@_INSTITUTION
@_FACILITY
@_AS
def rerun(numbers: tuple[int, ...], reason: str, institution: str, facilities: tuple[str, ...], account: str) -> None:
    if not numbers and not reason:
        raise click.UsageError("请写明报文编号或 --reason · name numbers of messages, or --reason")
    _again(account, institution, facilities, ["rejected", "dead", "applied"], reason, numbers)


def _again(
    account: str,
    institution: str,
    facilities: tuple[str, ...],
    states: list[str],
    reason: str,
    numbers: tuple[int, ...] = (),
) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.interfaces.hl7v2.actions.apply import apply_due
        from yigongti.interfaces.hl7v2.actions.ask_again import ask_for_all
        from yigongti.interfaces.hl7v2.applying import put_into_records

        door = _door(account, institution, facilities)
        for place in door.institutions():
            now = timezone.now()
            asked = ask_for_all(door.actor, place.pk, states, now, reason=reason, numbers=numbers) if states else 0
            tried = 0
            while done := apply_due(door.actor, place.pk, door.sender_of(place), door.choices, now, put_into_records):
                tried += done
            if asked or tried:
                click.echo(f"{place.code}: {asked:,} 重新处理 asked again, {tried:,} 尝试 tried")


@hl7.command(help="删除超过保存期的报文 · Delete messages whose time of keeping is over")
@click.option("--dry-run", is_flag=True, help="只统计 · count only")
@click.option(
    "--as", "account", default=getpass.getuser, show_default="操作系统用户名 · the system's user name",
    help="账号（角色：接口管理员）· the account (role: exchange operator)",
)  # fmt: skip
def purge(dry_run: bool, account: str) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.foundation.errors import NotFound
        from yigongti.interfaces.hl7v2.actions.purge import purge as delete_old
        from yigongti.kernel.access.queries import actor_by_username
        from yigongti.kernel.access.scope import scope

        actor = actor_by_username(account, timezone.localdate())
        if actor is None:
            raise NotFound("hl7v2.no_account", zh="没有这个账号", en="there is no such account", where=account)
        actor.require("hl7v2.retry")
        with scope(actor, purpose="job"):
            gone = delete_old(actor, timezone.now(), dry_run=dry_run)
        for state, count in gone.items():
            click.echo(f"{state}: {count:,}")


def _door(account: str, institution: str, facilities: tuple[str, ...]) -> Any:
    from django.utils import timezone

    from yigongti.interfaces.hl7v2.binding import open_door
    from yigongti.interfaces.hl7v2.limits import choices

    return open_door(account, institution, frozenset(facilities), choices(), timezone.localdate())
