"""yigongti accounts: create, list, unlock, give a new password; and what each role may do."""

from __future__ import annotations

import secrets

import click


@click.group(help="账号与岗位 · Accounts and posts")
def accounts() -> None:
    pass


@accounts.command(help="列出角色及其权限 · What each role may do")
def roles() -> None:
    from yigongti.kernel.access.roles import ROLES

    for role in ROLES.values():
        click.echo(f"{role.id}\t{role.name.zh} · {role.name.en}\n\t{role.allows.zh}\n\t{role.allows.en}")


@accounts.command(help="新建账号；未给密码时生成一个 · Create an account; a password is made up unless given")
@click.argument("username")
@click.option("--name", required=True, help="姓名 · the person's name")
@click.option("--role", required=True, help="角色，见 accounts roles · a role, see accounts roles")
@click.option("--institution", required=True, help="机构代码 · the institution's code")
@click.option("--department", default="", help="科室代码 · the department's code")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码 · read the password from standard input")
def create(username: str, name: str, role: str, institution: str, department: str, password_stdin: bool) -> None:
    from yigongti.interfaces.cli.project import opened

    password = click.get_text_stream("stdin").readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    with opened():
        from django.utils import timezone

        from yigongti.kernel.access.actions.create_account import create_account

        now = timezone.now()
        create_account(
            username=username, display_name=name, password=password, role_id=role, institution_code=institution,
            department_code=department, at=now, valid_from=timezone.localdate(now),
        )  # fmt: skip
    click.echo(username if password_stdin else f"{username}\t{password}")


@accounts.command("list", help="列出账号 · List the accounts")
def list_() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.kernel.access.models import Post

        for post in Post.objects.using("bulk").select_related("account", "institution").order_by("account__username"):
            closed = "" if post.account.is_active else " ✗"
            click.echo(
                f"{post.account.username}{closed}\t{post.role_id}\t{post.institution.name}\t{post.department_code}"
            )


@accounts.command(help="解除锁定 · Unlock an account")
@click.argument("username")
def unlock(username: str) -> None:
    _change(username, "access.unlocked", locked_until=None, failed_sign_ins=0)


@accounts.command(help="停用账号 · Close an account")
@click.argument("username")
def close(username: str) -> None:
    _change(username, "access.account_closed", is_active=False)


@accounts.command("reset-password", help="重置密码并关闭第二因素 · A new password, second factor off")
@click.argument("username")
def reset_password(username: str) -> None:
    from yigongti.interfaces.cli.project import set_up

    set_up()
    from django.contrib.auth.hashers import make_password
    from django.db.models import F

    password = secrets.token_urlsafe(12)
    _change(
        username, "access.password_reset", password=make_password(password), must_change_password=True,
        second_factor_secret="", recovery_codes=[], session_epoch=F("session_epoch") + 1,
    )  # fmt: skip
    click.echo(f"{username}\t{password}")


def _change(username: str, verb: str, **values: object) -> None:
    from yigongti.foundation.errors import NotFound
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.db import transaction
        from django.utils import timezone

        from yigongti.kernel.access.actor import NOBODY
        from yigongti.kernel.access.models import Account
        from yigongti.kernel.trail.public import record

        with transaction.atomic(using="bulk"):
            if not Account.objects.using("bulk").filter(username=username).update(**values):
                raise NotFound("access.no_account", zh="没有这个账号", en="there is no such account", where=username)
            record(NOBODY, verb, subject=username, at=timezone.now(), using="bulk")
