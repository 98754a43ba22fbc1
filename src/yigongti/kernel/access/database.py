"""The three roles of the database, and what they may do to tables that hold no rows of anybody.

`prepare` is run by a superuser, once and again without harm: it makes the roles, the database, the schema `scope`
and the event trigger that switches row security on for every new table. `apply_grants` is run by the owner after
every migration. docs/adr/0011-row-security.md tells why.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import psycopg
from psycopg import sql

OWNER, APP, BULK = "yigongti_owner", "yigongti_app", "yigongti_bulk"

READ = "SELECT"
WRITE = "SELECT, INSERT, UPDATE, DELETE"

# Tables without row security, what `app` may do with them, and why this is right. tests/architecture checks the list.
OPEN_TABLES: dict[str, tuple[str, str]] = {
    "django_migrations": ("", "which migrations ran; the owner's alone"),
    "django_session": (WRITE, "read before it is known who asks; keyed by a random secret of the browser"),
    "procrastinate_jobs": (WRITE, "the queue; arguments are job numbers only, never about a person"),
    "procrastinate_events": (WRITE, "the queue's own history of the same numbers"),
    "procrastinate_periodic_defers": (WRITE, "when a periodic job last ran"),
    "procrastinate_workers": (WRITE, "which workers are alive"),
}


def prepare(superuser_url: str, *, database: str, passwords: dict[str, str] | None = None) -> None:
    """Make the roles and the database, and tell the database what a new table begins with.

    superuser_url: a connection of a superuser to any database of the server. passwords: role → password, for servers
    that ask for one; roles not named keep what they have.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role, attributes in ((OWNER, "NOBYPASSRLS"), (APP, "NOBYPASSRLS"), (BULK, "BYPASSRLS")):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = "ALTER" if known else "CREATE"
            connection.execute(
                sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION " + attributes).format(
                    sql.Identifier(role)
                )
            )
            if passwords and role in passwords:
                connection.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(passwords[role]))
                )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(database), sql.Identifier(OWNER)
                )
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(
                sql.Identifier(database), sql.Identifier(APP), sql.Identifier(BULK)
            )
        )
    with psycopg.connect(superuser_url, dbname=database, autocommit=True) as connection:
        connection.execute(_SCHEMAS)  # type: ignore[arg-type]


_SCHEMAS = f"""
ALTER SCHEMA public OWNER TO {OWNER};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {APP}, {BULK};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT ALL ON TABLES TO {BULK};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT USAGE ON SEQUENCES TO {BULK};

CREATE SCHEMA IF NOT EXISTS scope AUTHORIZATION {OWNER};
REVOKE ALL ON SCHEMA scope FROM PUBLIC;
GRANT USAGE ON SCHEMA scope TO {APP}, {BULK};

-- A table that nobody thought of shows nothing: row security is on before the first policy is written.
CREATE OR REPLACE FUNCTION public.close_new_tables() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE made record;
BEGIN
    FOR made IN SELECT * FROM pg_event_trigger_ddl_commands()
        WHERE command_tag IN ('CREATE TABLE', 'CREATE TABLE AS') AND schema_name = 'public' AND object_type = 'table'
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', made.object_identity);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION public.close_new_tables() FROM PUBLIC;
DROP EVENT TRIGGER IF EXISTS close_new_tables;
CREATE EVENT TRIGGER close_new_tables ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS')
    EXECUTE FUNCTION public.close_new_tables();
"""


def signing_key(secret: str) -> bytes:
    """The key that signs scopes, derived from the installation's secret (HMAC-SHA-256), 32 bytes."""
    return hmac.new(secret.encode(), b"yigongti.scope", hashlib.sha256).digest()


def apply_grants(cursor: Any, *, secret: str) -> None:
    """Open the tables of OPEN_TABLES to `app`, and give the database the key that scopes are checked with.

    cursor: the owner's. The key is stored as the two padded blocks of HMAC (RFC 2104), so that the check is two
    calls of PostgreSQL's own sha256 and needs no extension.
    """
    for table, (privileges, _reason) in OPEN_TABLES.items():
        cursor.execute("SELECT to_regclass(%s)", [f"public.{table}"])
        if cursor.fetchone()[0] is None:
            continue
        cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        cursor.execute(f'REVOKE ALL ON "{table}" FROM {APP}')
        if privileges:
            cursor.execute(f'GRANT {privileges} ON "{table}" TO {APP}')
    cursor.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind = 'S'"
    )
    for (sequence,) in cursor.fetchall():
        cursor.execute(f'GRANT USAGE ON SEQUENCE "{sequence}" TO {APP}, {BULK}')
    block = signing_key(secret).ljust(64, b"\0")
    cursor.execute("DELETE FROM scope.signing_key")
    cursor.execute(
        "INSERT INTO scope.signing_key (inner_block, outer_block) VALUES (%s, %s)",
        [bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)],
    )
