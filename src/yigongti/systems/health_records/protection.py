"""What the database proves right now about who sees which row, read from its own catalogue and told in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yigongti.kernel.access import proof
from yigongti.kernel.access.actor import SPANS
from yigongti.kernel.access.database import OPEN_TABLES
from yigongti.kernel.access.roles import PERMISSIONS, ROLES, Role
from yigongti.kernel.trail.row_words import TABLES

_PHRASES: tuple[tuple[str, Any], ...] = (
    (r"^\(?true\)?$", gettext_lazy("everybody who is signed in")),
    (r"^\(?false\)?$", gettext_lazy("nobody")),
    (r"scope\.readable\(\)", gettext_lazy("posts at the institution or above it")),
    (r"scope\.writable\(\)", gettext_lazy("posts at the institution or above it whose role may change rows")),
    (r"resident_id.{0,40}scope\.resident_id\(\)|id = \( SELECT scope\.resident_id", gettext_lazy("the resident")),
    (r"span\('caring'", gettext_lazy("institutions that care for the resident today")),
    (r"span\('teams'", gettext_lazy("teams that care for the resident today")),
    (r"people_opening", gettext_lazy("the account to which the record was opened, until it ends")),
    (r"span\('registering'", gettext_lazy("those who register at an institution that cares for the resident")),
    (r"span\('public_health'", gettext_lazy("public-health staff of the county")),
    (r"span\('matching'", gettext_lazy("those who match registrations of their institutions")),
    (r"span\('recording'", gettext_lazy("those who may write into records there")),
    (r"span\('guarding'", gettext_lazy("the privacy officer of the institution")),
    (r"span\('tracing'", gettext_lazy("those who read the trail of the institution")),
    (r"span\('exchanging'", gettext_lazy("those who run the exchange of the institution")),
    (r"scope\.account_id\(\)[^=]{0,30}> 0", gettext_lazy("everybody who is signed in")),
    (r"= \( SELECT scope\.account_id\(\)", gettext_lazy("the account itself")),
    (r"purpose\(\).{0,20}'sign_in'", gettext_lazy("while signing in")),
    (r"purpose\(\).{0,20}'matching'", gettext_lazy("an action that looks for registrations, answering masked")),
    (r"purpose\(\).{0,20}'merging'", gettext_lazy("an action that merges or un-merges")),
    (r"purpose\(\).{0,20}'registering'", gettext_lazy("an action that registers or lets in")),
    (r"purpose\(\).{0,20}'opening'", gettext_lazy("an action that opens a record beyond care")),
    (r"purpose\(\).{0,20}'accounts'", gettext_lazy("an action that manages accounts")),
)
"""Part of a policy's condition → what it says. A condition may hold several: any of them lets in."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: protected, or open by name with its reason. reads, writes: who, in words; conditions: as PostgreSQL
    holds them."""

    name: str
    label: Any
    protected: bool
    open_because: str
    about_residents: bool
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    granted: str
    conditions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Protection:
    """summary: what the proof covers; faults: what is wrong, empty is the proof."""

    summary: str
    faults: list[str]
    tables: list[Table]


def protection() -> Protection:
    """Read from the catalogue of the database that this page is served from."""
    with connection.cursor() as cursor:
        return Protection(proof.summary(cursor), proof.faults(cursor), _tables(cursor))


def _tables(cursor: Any) -> list[Table]:
    cursor.execute(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,"
        " EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('resident_id', 'whose')),"
        " concat_ws(', ', CASE WHEN has_table_privilege('yigongti_app', c.oid, 'SELECT') THEN 'SELECT' END,"
        "  CASE WHEN has_table_privilege('yigongti_app', c.oid, 'INSERT') THEN 'INSERT' END,"
        "  CASE WHEN has_table_privilege('yigongti_app', c.oid, 'UPDATE') THEN 'UPDATE' END,"
        "  CASE WHEN has_table_privilege('yigongti_app', c.oid, 'DELETE') THEN 'DELETE' END)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND NOT c.relispartition ORDER BY c.relname"
    )
    tables = cursor.fetchall()
    cursor.execute(
        "SELECT tablename, cmd, policyname, coalesce(qual, with_check) FROM pg_policies"
        " WHERE schemaname = 'public' AND policyname <> 'maintain' ORDER BY tablename, cmd"
    )
    policies: dict[str, list[tuple[str, str]]] = {}
    for table, command, _name, condition in cursor.fetchall():
        policies.setdefault(table, []).append((command, condition or ""))
    return [
        Table(
            name,
            TABLES.get(name, ""),
            protected,
            OPEN_TABLES[name][1] if name in OPEN_TABLES else "",
            about or name == "people_resident",
            _who(policies.get(name, ()), ("SELECT", "ALL")),
            _who(policies.get(name, ()), ("INSERT", "UPDATE", "DELETE", "ALL")),
            granted,
            tuple(policies.get(name, ())),
        )
        for name, protected, about, granted in tables
    ]


def _who(policies: Any, commands: tuple[str, ...]) -> tuple[str, ...]:
    said: list[str] = []
    for command, condition in policies:
        if command in commands:
            said += in_words(condition)
    return tuple(dict.fromkeys(said))


def in_words(condition: str) -> list[str]:
    """The parts of a policy's condition in words; the condition itself where none is known."""
    found = [str(phrase) for pattern, phrase in _PHRASES if re.search(pattern, condition)]
    return found or [_("a condition of its own: %(condition)s") % {"condition": condition[:160]}]


def roles_and_reasons() -> list[tuple[Role, list[tuple[str, bool]]]]:
    """Every role with the reasons for which the database shows it rows about residents: span → whether it has it."""
    return [
        (role, [(span, permission in role.permissions) for span, permission in SPANS.items()])
        for role in ROLES.values()
    ]


def reasons() -> list[tuple[str, Any]]:
    """The spans with the permission that each stands for, in words."""
    return [(span, PERMISSIONS[permission]) for span, permission in SPANS.items()]
