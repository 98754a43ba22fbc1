"""yigongti database: prepare, migrate, check."""

from __future__ import annotations

import click


@click.group(help="数据库：建立角色、迁移、检查行级安全 · The database: roles, migrations, the proof of row security")
def database() -> None:
    pass


@database.command(
    help="在外部 PostgreSQL 上建立角色和数据库 · Make the roles and the database on an outside PostgreSQL"
)
@click.option("--superuser-url", required=True, help="超级用户连接地址 · a superuser's address, postgresql://…")
@click.option("--name", default="yigongti", show_default=True, help="数据库名 · the database's name")
@click.option("--app-password", envvar="YIGONGTI_APP_PASSWORD", help="yigongti_app 的密码 · its password")
@click.option("--owner-password", envvar="YIGONGTI_OWNER_PASSWORD", help="yigongti_owner 的密码 · its password")
@click.option("--bulk-password", envvar="YIGONGTI_BULK_PASSWORD", help="yigongti_bulk 的密码 · its password")
def prepare(
    superuser_url: str, name: str, app_password: str | None, owner_password: str | None, bulk_password: str | None
) -> None:
    from yigongti.kernel.access import database as roles

    given = {roles.APP: app_password, roles.OWNER: owner_password, roles.BULK: bulk_password}
    roles.prepare(superuser_url, database=name, passwords={role: word for role, word in given.items() if word})
    click.echo(f"{name}: {', '.join(given)}")


@database.command(help="迁移到本版本 · Bring the tables to this version")
def migrate() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.kernel.access.migrating import migrate as run

        for line in run():
            click.echo(line)


@database.command(help="检查每张表的行级安全 · Prove the row security of every table")
def check() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.db import connection

        from yigongti.kernel.access.proof import faults, summary

        with connection.cursor() as cursor:
            found = faults(cursor)
            click.echo(summary(cursor))
    for fault in found:
        click.echo(fault, err=True)
    if found:
        raise SystemExit(1)
