"""The history of rows as a migration operation, beside `Protect`.

    operations = [
        KeepHistory("access_post"),
        KeepHistory("access_account", institution="", withheld=["password"], ignored=["last_signed_in_at"]),
        KeepHistory("people_care", about_residents=True),
    ]

From then on every statement that changes the table leaves its lines in trail_rowchange, whoever makes it: a page, a
job, the bulk connection or SQL typed by hand. An insert leaves who and when (the row says the rest), an update the
changed columns before and after, a removal the whole row. docs/adr/0016-trail.md tells why triggers of our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation

_TABLES = {"INSERT": "NEW TABLE AS changed_new", "DELETE": "OLD TABLE AS changed_old"}
_TABLES |= {"UPDATE": "OLD TABLE AS changed_old NEW TABLE AS changed_new", "TRUNCATE": ""}


class KeepHistory(Operation):
    """Switch the row history of a table on. Can be run again with other columns.

    key: the column that names the row. institution, resident: the columns that tell whose row it is, "" for none; they
    decide who may read the lines. about_residents: the rows tell about residents, so that only those who may see who
    looked at whose record read them. withheld: columns whose values are never copied (passwords); that they changed is
    kept. ignored: columns whose change alone is no event (counters of signing in).
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        table: str,
        key: str = "id",
        institution: str = "institution_id",
        resident: str = "",
        about_residents: bool = False,
        withheld: Sequence[str] = (),
        ignored: Sequence[str] = (),
    ) -> None:
        self.table, self.key, self.institution, self.resident = table, key, institution, resident
        self.about_residents, self.withheld, self.ignored = about_residents, list(withheld), list(ignored)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of Django's models."""

    def statements(self) -> list[str]:
        """The SQL, in order: statement triggers, so that a bulk statement calls the function once and not per row."""
        told = [self.key, self.institution, self.resident, str(self.about_residents).lower()]
        told += [",".join(self.withheld), ",".join(self.ignored)]
        arguments = ", ".join(f"'{text}'" for text in told)
        made = []
        for event, tables in _TABLES.items():
            name = f"keep_history_{event.lower()}"
            made.append(f'DROP TRIGGER IF EXISTS {name} ON "{self.table}"')
            made.append(
                f'CREATE TRIGGER {name} AFTER {event} ON "{self.table}" {"REFERENCING " + tables if tables else ""}'
                f" FOR EACH STATEMENT EXECUTE FUNCTION public.trail_keep_history({arguments})"
            )
        return made

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.statements():
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for event in _TABLES:
            schema_editor.execute(f'DROP TRIGGER IF EXISTS keep_history_{event.lower()} ON "{self.table}"')

    def describe(self) -> str:
        return f"Keep the history of the rows of {self.table}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        named = ("table", "key", "institution", "resident", "about_residents", "withheld", "ignored")
        return self.__class__.__name__, [], {name: getattr(self, name) for name in named}
