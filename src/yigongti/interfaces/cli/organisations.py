"""yigongti organisations: load the register, list it."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(help="机构与科室 · Institutions and departments")
def organisations() -> None:
    pass


@organisations.command(help="载入 institutions.csv、departments.csv、staff.csv · Load the register's files")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def load(folder: Path) -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.kernel.organisations.loading import load_register

        loaded = load_register(folder)
    click.echo(
        f"机构 {loaded.institutions}，科室 {loaded.departments}，人员 {loaded.staff} · "
        f"{loaded.institutions} institutions, {loaded.departments} departments, {loaded.staff} staff"
    )


@organisations.command("list", help="列出机构 · List the institutions")
def list_() -> None:
    from yigongti.interfaces.cli.project import opened

    with opened():
        from yigongti.kernel.organisations.models import Institution

        for institution in Institution.objects.using("bulk").order_by("id"):
            click.echo(f"{institution.code}\t{institution.name}\t{institution.kind}")
