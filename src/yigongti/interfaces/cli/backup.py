"""yigongti backup, yigongti restore: the whole installation into a folder, and back from it.

The database is dumped first and the lake copied after it: the lake only ever grows, so whatever the dump speaks of is
in the copy. The dump is taken by the superuser: a dump under row security would be empty and say nothing. Rows and
digests of every table are taken from the very snapshot that is dumped, so that a restore can be compared with it even
when people worked on meanwhile.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from yigongti.foundation.errors import Conflict, InvalidInput, YigongtiError

_KEPT = ("lake", "uploads", "letters", "policy", "codes", "demo-county", "demo", "secret_key", "key_ring.json")
_DUMP, _MANIFEST = "database.dump", "manifest.json"


class DatabaseProgramFailed(YigongtiError):
    """pg_dump or pg_restore did not succeed."""


@click.command(help="备份整个系统到一个空文件夹 · Back up the whole installation into an empty folder")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--superuser-url", help="外部数据库的超级用户地址 · an outside database's superuser address")
def backup(folder: Path, superuser_url: str | None) -> None:
    from yigongti.interfaces.cli.project import opened

    if folder.exists() and any(folder.iterdir()):
        raise Conflict(
            "backup.folder_not_empty", zh="备份文件夹不是空的，请另选一个",
            en="the folder is not empty; choose another",
            where=str(folder),
        )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    with opened():
        from django.conf import settings

        url = _superuser(superuser_url)
        tables = _dumped(url, folder / _DUMP)
        data = Path(settings.DATA_FOLDER)
        for name in _KEPT:
            _copy(data / name, folder / name)
        manifest = {"taken_at": datetime.now(UTC).isoformat(), "tables": tables}
        (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    click.echo(f"✓ {sum(table['rows'] for table in tables.values()):,} rows · {folder}")


@click.command(help="把备份恢复到空的数据目录 · Restore a backup into an empty data folder")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--superuser-url", help="外部数据库的超级用户地址 · an outside database's superuser address")
def restore(folder: Path, superuser_url: str | None) -> None:
    if not (folder / _MANIFEST).exists():
        raise InvalidInput(
            "backup.not_whole", zh="这不是一份完整的备份（缺少 manifest.json）",
            en="this is not a whole backup (manifest.json is missing)", where=str(folder),
        )  # fmt: skip
    from yigongti.interfaces.cli.project import opened, set_up

    # before the settings are read: the installation's own secret must not be replaced by a fresh one
    set_up_secret(folder)
    set_up()
    from django.conf import settings

    data = Path(settings.DATA_FOLDER)
    if (data / "lake").exists():
        raise Conflict(
            "backup.data_not_empty", zh="数据目录不是空的，恢复只能在空目录上进行",
            en="the data folder is not empty; a backup is restored into an empty one only", where=str(data),
        )  # fmt: skip
    with opened():
        url = _superuser(superuser_url)
        jobs = str(min(os.cpu_count() or 1, 4))
        clean = ["--clean", "--if-exists", "--exit-on-error", "--jobs", jobs]
        _run(["pg_restore", *clean, "--dbname", url, str(folder / _DUMP)])
        for name in _KEPT:
            if name != "secret_key":
                _copy(folder / name, data / name)
        expected = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))["tables"]
        found = _digests(url)
    differ = sorted(table for table in expected if found.get(table) != expected[table])
    if differ:
        raise Conflict(
            "backup.rows_differ", zh=f"恢复后的内容与备份时不一致：{'、'.join(differ)}",
            en=f"these tables differ from the backup: {', '.join(differ)}",
        )  # fmt: skip
    click.echo(f"✓ {sum(table['rows'] for table in found.values()):,} rows")


def set_up_secret(folder: Path) -> None:
    """Put the backup's secret into the data folder, unless one is there."""
    named = os.environ.get("YIGONGTI_DATA")
    kept = folder / "secret_key"
    if named and kept.exists() and not (Path(named) / "secret_key").exists():
        Path(named).mkdir(parents=True, exist_ok=True)
        shutil.copy2(kept, Path(named) / "secret_key")


def _superuser(superuser_url: str | None) -> str:
    from django.conf import settings

    if superuser_url:
        return superuser_url
    if not settings.EMBEDDED_DATABASE:
        raise InvalidInput(
            "backup.superuser_needed",
            zh="使用外部数据库时，请用 --superuser-url 给出超级用户地址",
            en="with an outside database, give a superuser's address by --superuser-url",
        )
    address: str = _embedded().url("postgres")
    return address


def _embedded() -> Any:
    from django.conf import settings
    from django.utils.module_loading import import_string

    return import_string("yigongti.config.embedded_postgres.EmbeddedPostgres")(settings.DATA_FOLDER)


def _program(name: str) -> str:
    """The embedded server's own program; for an outside server the system's, which must be of its version or newer."""
    from django.conf import settings

    found = str(_embedded().programs / name) if settings.EMBEDDED_DATABASE else shutil.which(name)
    if not found:
        raise DatabaseProgramFailed("backup.program_missing", zh=f"找不到 {name}", en=f"{name} was not found")
    return found


def _run(arguments: list[str], **options: Any) -> None:
    done = subprocess.run([_program(arguments[0]), *arguments[1:]], stderr=subprocess.PIPE, check=False, **options)
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").strip().splitlines()[-3:])
        raise DatabaseProgramFailed(
            "backup.program_failed",
            zh=f"{arguments[0]} 未成功：{said}",
            en=f"{arguments[0]} did not succeed: {said}",
        )


def _dumped(url: str, dump: Path) -> dict[str, dict[str, Any]]:
    """Dump the database into the file; rows and digests of every table of the same snapshot."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = ["--snapshot", row[0]] if row else []
        with dump.open("wb") as file:
            _run(["pg_dump", "--format=custom", *snapshot, "--dbname", url], stdout=file)
        return _tables(connection)


def _digests(url: str) -> dict[str, dict[str, Any]]:
    import psycopg

    with psycopg.connect(url) as connection:
        return _tables(connection)


def _tables(connection: Any) -> dict[str, dict[str, Any]]:
    """Table → rows, and a digest of what they hold whatever their order (the sum of 60 bits of every row's MD5)."""
    from psycopg import sql

    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    found = {}
    for (name,) in names:
        query = sql.SQL(
            "SELECT count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint::numeric), 0)::text"
            " FROM {} t"
        ).format(sql.Identifier(name))
        rows, digest = connection.execute(query).fetchone()
        found[name] = {"rows": int(rows), "digest": digest}
    return found


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        shutil.copy2(source, target)
