"""The proof of row security, read from PostgreSQL's own catalogue.

`faults` lists everything that would let a row be seen by somebody it is not meant for; the empty list is the proof.
Run by `yigongti database check` against any server, and by the tests.
"""

from __future__ import annotations

from typing import Any

from yigongti.kernel.access.database import APP, BULK, OPEN_TABLES, OWNER

DEFINER_FUNCTIONS = {
    "scope.part": "checks the signature of the scope with the owner's key",
    "public.trail_keep_history": "writes the row history, where the product itself may not write",
    "public.trail_make_months": "makes the trail's monthly partitions ahead; takes nothing but how many",
    "public.trail_same_person": "numbers of the registrations merged into one, which a resident cannot read",
}
"""Functions that run with their owner's rights, each with its reason."""


def faults(cursor: Any) -> list[str]:
    """What is wrong, one sentence each; cursor of any role (the catalogue is open to all)."""
    return [*_tables(cursor), *_roles(cursor), *_views(cursor), *_functions(cursor)]


def _tables(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT n.nspname || '.' || c.relname, c.relname, c.relrowsecurity, c.relforcerowsecurity,"
        "       (SELECT array_agg(DISTINCT p.polcmd::text) FROM pg_policy p WHERE p.polrelid = c.oid),"
        "       has_table_privilege(%s, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES')"
        "  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'"
        " ORDER BY 1",
        [APP],
    )
    found = []
    for full_name, name, enabled, forced, commands, granted in cursor.fetchall():
        if name in OPEN_TABLES and full_name.startswith("public."):
            continue
        if full_name == "scope.signing_key":
            found += [f"{full_name}: the app may touch the signing key"] * bool(granted)
        elif not enabled or not forced:
            found.append(f"{full_name}: row security is not enabled and forced")
        elif "r" not in (commands or []):
            found.append(f"{full_name}: no policy says who may read")
    cursor.execute(
        "SELECT p.polrelid::regclass::text, p.polname FROM pg_policy p"
        " WHERE pg_get_expr(p.polqual, p.polrelid) ~ 'current_setting' AND p.polname <> 'maintain'"
    )
    found += [f"{table}: policy {policy} believes a setting that anyone can set" for table, policy in cursor.fetchall()]
    cursor.execute(
        "SELECT DISTINCT table_name FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC'"
        " AND table_schema IN ('public', 'scope')"
    )
    return found + [f"{table}: granted to PUBLIC" for (table,) in cursor.fetchall()]


def _roles(cursor: Any) -> list[str]:
    found = []
    cursor.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = ANY(%s)",
        [[APP, OWNER, BULK]],
    )
    rows = {row[0]: row[1:] for row in cursor.fetchall()}
    found += [f"role {role} is missing" for role in (APP, OWNER) if role not in rows]
    for role, (superuser, bypass, create_role, create_database) in rows.items():
        if superuser or create_role or create_database or (bypass and role != BULK):
            found.append(f"role {role} has rights beyond its work")
    cursor.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = ANY(%s)",
        [[APP, BULK]],
    )
    found += [f"{name}: owned by a role that must own nothing" for (name,) in cursor.fetchall()]
    cursor.execute(
        "SELECT g.rolname, m.rolname FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid"
        " JOIN pg_roles m ON m.oid = a.member WHERE m.rolname = %s",
        [APP],
    )
    return found + [f"role {member} is a member of {group}" for group, member in cursor.fetchall()]


def _views(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT c.oid::regclass::text, c.relkind::text, coalesce(c.reloptions, '{}')"
        "  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('v', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
    )
    found = []
    for name, kind, options in cursor.fetchall():
        if kind == "m":
            found.append(f"{name}: a materialised view has no row security")
        elif not {"security_invoker=true", "security_invoker=on"} & set(options):
            found.append(f"{name}: a view without security_invoker shows its owner's rows")
    return found


def _functions(cursor: Any) -> list[str]:
    cursor.execute(
        "SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
    )
    return [
        f"{name}: an unknown function runs with its owner's rights"
        for (name,) in cursor.fetchall()
        if name not in DEFINER_FUNCTIONS
    ]


def summary(cursor: Any) -> str:
    """How much the proof covers: a guard that does not say so is no guard."""
    cursor.execute(
        "SELECT count(*) FILTER (WHERE c.relrowsecurity AND c.relforcerowsecurity), count(*),"
        " (SELECT count(*) FROM pg_policy)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'"
    )
    protected, tables, policies = cursor.fetchone()
    return f"{protected} / {tables} tables protected, {policies} policies, {len(OPEN_TABLES)} open by name"
