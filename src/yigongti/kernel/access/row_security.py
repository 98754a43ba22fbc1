"""Row-level security as a migration operation.

    operations = [
        migrations.CreateModel("Submission", ...),
        Protect("front_pages_submission"),                      # column institution_id; read and write by scope
        Protect("catalogue_item", read="true", write="false"),  # everyone signed in reads, nobody writes
    ]

`read` and `write` are SQL conditions over the table's columns. What they may use:

    (SELECT scope.readable())    int4multirange of institutions whose rows the actor may see
    (SELECT scope.writable())    int4multirange of institutions whose rows the actor may change
    (SELECT scope.account_id())  the actor's account, 0 for none
    (SELECT scope.purpose())     "page", "job", "sign_in"

Always inside a scalar sub-select: then PostgreSQL evaluates it once for a query and not for every row.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

from yigongti.kernel.access.database import APP, BULK, OWNER, WRITE


def in_readable(column: str = "institution_id") -> str:
    """The condition that an institution column lies in what the actor may see."""
    return f"{column} <@ (SELECT scope.readable())"


def in_writable(column: str = "institution_id") -> str:
    """The condition that an institution column lies in what the actor may change."""
    return f"{column} <@ (SELECT scope.writable())"


class Protect(Operation):
    """Switch row security on (ENABLE and FORCE), write the policies, and grant the table to `app` and `bulk`.

    table: the table's name. read, write: SQL conditions (default: the column institution_id lies in the scope).
    grant: what `app` may do at all; "SELECT, INSERT" makes a table append-only. Can be run again with other conditions.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, read: str = "", write: str = "", grant: str = WRITE) -> None:
        self.table, self.grant = table, grant
        self.read, self.write = read or in_readable(), write or in_writable()

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Row security is no part of Django's models."""

    def statements(self) -> list[str]:
        """The SQL, in order."""
        table = f'"{self.table}"'
        policies = {
            "see": f"FOR SELECT TO {APP} USING ({self.read})",
            "add": f"FOR INSERT TO {APP} WITH CHECK ({self.write})",
            "change": f"FOR UPDATE TO {APP} USING ({self.write}) WITH CHECK ({self.write})",
            "remove": f"FOR DELETE TO {APP} USING ({self.write})",
            "maintain": f"FOR ALL TO {OWNER} USING ((SELECT current_setting('app.maintenance', true)) = 'on')",
        }
        made = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"]
        for name, policy in policies.items():
            made.append(f'DROP POLICY IF EXISTS "{name}" ON {table}')
            made.append(f'CREATE POLICY "{name}" ON {table} {policy}')
        made += [f"REVOKE ALL ON {table} FROM {APP}", f"GRANT {self.grant} ON {table} TO {APP}"]
        made += [f"GRANT ALL ON {table} TO {BULK}"]
        return made

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.statements():
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = f'"{self.table}"'
        for name in ("see", "add", "change", "remove", "maintain"):
            schema_editor.execute(f'DROP POLICY IF EXISTS "{name}" ON {table}')
        schema_editor.execute(f"REVOKE ALL ON {table} FROM {APP}")

    def describe(self) -> str:
        return f"Protect the rows of {self.table}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (
            self.__class__.__name__,
            [],
            {"table": self.table, "read": self.read, "write": self.write, "grant": self.grant},
        )
