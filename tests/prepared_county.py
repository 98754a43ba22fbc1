"""A small demo county, submitted and closed once for a whole run of the tests, and laid out for each file that asks.

    with closed_county(database_server, tmp_path_factory.mktemp("sweep")) as lake: ...

4,000 residents, the month 2026-10, seed 7, without campaigns of supervision. The rows are copied as PostgreSQL's own
binary files and the data folder as files; what a test changes of them is its own. Afterwards every table is empty.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from house_database import emptied
from prepared import copy, once
from yigongti.config.embedded_postgres import EmbeddedPostgres

REPOSITORY = Path(__file__).resolve().parent.parent
RESIDENTS, SEED = 4_000, 7


@contextmanager
def closed_county(server: EmbeddedPostgres, folder: Path) -> Iterator[Any]:
    """The county in the database and below `folder`, to which the settings point; yields its Lake."""
    from yigongti.facts.public import Lake

    with pytest.MonkeyPatch.context() as patch, emptied(server):
        _point_to(folder, patch)
        kept = once("closed-county", lambda draft: _make(draft, server))
        shutil.rmtree(folder)  # pytest made it, empty
        copy(kept / "data", folder)
        _read_rows(server, kept / "rows")
        yield Lake(folder / "lake")


def _point_to(folder: Path, patch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    patch.setattr(settings, "DATA_FOLDER", folder)
    patch.setattr(settings, "UPLOAD_FOLDER", folder / "uploads")
    patch.setattr(settings, "LAKE_ROOT", str(folder / "lake"))


def _make(draft: Path, server: EmbeddedPostgres) -> None:
    from yigongti.demo.setup import DemoPlan, set_up
    from yigongti.facts.public import Lake
    from yigongti.foundation.policy import Policy
    from yigongti.kernel.jobs.progress import Progress

    data = draft / "data"
    data.mkdir()
    with pytest.MonkeyPatch.context() as patch, emptied(server):
        _point_to(data, patch)
        plan = DemoPlan(residents=RESIDENTS, months=1, seed=SEED, supervision=False)
        policy = Policy.load(REPOSITORY / "policy")
        set_up(plan, lake=Lake(data / "lake"), policy=policy, progress=Progress())
        _write_rows(server, draft / "rows")


def _write_rows(server: EmbeddedPostgres, folder: Path) -> None:
    """Every filled table and every counter, as superuser: row security hides nothing from it."""
    folder.mkdir()
    with psycopg.connect(server.url("postgres")) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname <> 'django_migrations'"
        ).fetchall()
        for (table,) in tables:
            name = sql.Identifier(table)
            filled = connection.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(name)).fetchone()
            if filled == (True,):
                asked = sql.SQL("COPY {} ({}) TO STDOUT (FORMAT binary)").format(name, _columns(connection, table))
                with connection.cursor().copy(asked) as rows, (folder / table).open("wb") as file:
                    for piece in rows:
                        file.write(piece)
        counters = connection.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
        ).fetchall()
    (folder / "counters.json").write_text(json.dumps(dict(counters)), encoding="utf-8")


def _read_rows(server: EmbeddedPostgres, folder: Path) -> None:
    with psycopg.connect(server.url("postgres")) as connection:
        connection.execute("SET session_replication_role = replica")  # the rows were checked when they were made
        for path in sorted(path for path in folder.iterdir() if path.name != "counters.json"):
            name = sql.Identifier(path.name)
            asked = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(name, _columns(connection, path.name))
            with connection.cursor().copy(asked) as rows:
                rows.write(path.read_bytes())
        for name, value in json.loads((folder / "counters.json").read_text(encoding="utf-8")).items():
            connection.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', value])
        connection.execute("ANALYZE")


def _columns(connection: psycopg.Connection, table: str) -> sql.Composable:
    """The columns that hold something of their own: what the database computes from others, it computes again."""
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' ORDER BY attnum",
        [f'public."{table}"'],
    ).fetchall()
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)
