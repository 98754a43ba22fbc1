"""yigongti clients: the systems that exchange data: add, list, revoke."""

from __future__ import annotations

from datetime import datetime

import click


@click.group(help="接口系统的接入 · Systems that exchange data")
def clients() -> None:
    pass


@clients.command(help="新增接入；密钥只显示一次 · Add a client; its secret is shown once")
@click.argument("name")
@click.option("--institution", required=True, help="机构代码 · the institution's code")
@click.option("--scope", "scopes", multiple=True, default=["system/*.rs"], show_default=True, help="SMART scope")
@click.option("--valid-to", type=click.DateTime(["%Y-%m-%d"]), help="最后一天 · its last day")
def add(name: str, institution: str, scopes: tuple[str, ...], valid_to: datetime | None) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.kernel.access.actions.add_client import add_client

        now = timezone.now()
        client, secret = add_client(
            name=name, institution_code=institution, scopes=scopes, at=now, valid_from=timezone.localdate(now),
            valid_to=valid_to.date() if valid_to else None, using="bulk",
        )  # fmt: skip
    click.echo(f"{client.client_id}\t{secret}")


@clients.command("list", help="列出接入 · List the clients")
def list_() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.kernel.access.models import Client

        for client in Client.objects.using("bulk").select_related("institution").order_by("id"):
            closed = " ✗" if client.revoked_at else ""
            scopes = " ".join(client.scopes)
            click.echo(f"{client.client_id}{closed}\t{client.institution.name}\t{client.name}\t{scopes}")


@clients.command(help="撤销接入 · Revoke a client")
@click.argument("client_id")
def revoke(client_id: str) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from django.utils import timezone

        from yigongti.kernel.access.actions.revoke_client import revoke_client

        revoke_client(client_id, at=timezone.now(), using="bulk")
