"""PostgreSQL through three roles (docs/adr/0011-row-security.md).

default  yigongti_app: web pages, jobs and the command line; sees the rows of its scope
owner    yigongti_owner: migrations only
bulk     yigongti_bulk: bypasses row security; publishing results in bulk, dump and restore

With DATABASE_URL (and DATABASE_OWNER_URL, DATABASE_BULK_URL) an outside server is used; without it, the embedded one.
A web process is given only `default` (YIGONGTI_DATABASES=default).
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yigongti.config.embedded_postgres import EmbeddedPostgres
from yigongti.config.paths import data_folder

ROLES = {"default": "yigongti_app", "owner": "yigongti_owner", "bulk": "yigongti_bulk"}
_VARIABLES = {"default": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "bulk": "DATABASE_BULK_URL"}
_NOTHING_BY_ITSELF = 1_000_000_000
"""How often a statement must have run before the driver prepares it unasked."""


def database(url: str, *, maintenance: bool = False) -> dict[str, Any]:
    """Django's settings of one connection, from a URL postgresql://user:password@host:port/name?host=…"""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"a database URL begins with postgresql://, not {parts.scheme}://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    if maintenance:
        # row security binds the owner too; only migrations may look past it, and they say so
        options["options"] = "-c app.maintenance=on"
    # what asks for it is prepared once for each connection (who asks, the counter, the books), nothing else by itself
    options["prepare_threshold"] = _NOTHING_BY_ITSELF
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": int(os.environ.get("YIGONGTI_DATABASE_KEEP_SECONDS", "600")),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": options,
        # our tests bring their own database, migrated as owner and used as app
        "TEST": {"MIRROR": None, "MIGRATE": False},
    }


def databases() -> dict[str, dict[str, Any]]:
    """The connections this process may use."""
    wanted = os.environ.get("YIGONGTI_DATABASES", "default,owner,bulk").split(",")
    outside = bool(os.environ.get("DATABASE_URL"))
    embedded = EmbeddedPostgres(data_folder())
    found = {}
    for alias in wanted:
        url = os.environ.get(_VARIABLES[alias]) if outside else embedded.url(ROLES[alias])
        if url:
            found[alias] = database(url, maintenance=alias == "owner")
    # a view that fails takes its own changes back, and the error page can still ask the database
    found["default"]["ATOMIC_REQUESTS"] = True
    return found


DATABASES = databases()
DATABASE_ROUTERS: list[str] = []
# no connection of the outside world is embedded: then nothing is to be started or stopped
EMBEDDED_DATABASE = not os.environ.get("DATABASE_URL")

__all__ = ["DATABASES", "DATABASE_ROUTERS", "EMBEDDED_DATABASE"]
