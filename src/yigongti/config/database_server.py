"""The database server of this installation: the embedded one, or nothing to start when an outside one is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from yigongti.config.embedded_postgres import DATABASE, EmbeddedPostgres
from yigongti.kernel.access.database import prepare


@contextmanager
def server() -> Iterator[None]:
    """The database, up and with its roles made, for as long as the block lasts."""
    if not settings.EMBEDDED_DATABASE:
        yield
        return
    embedded = EmbeddedPostgres(settings.DATA_FOLDER)
    with embedded.running():
        prepare(embedded.url("postgres", "postgres"), database=DATABASE)
        yield
