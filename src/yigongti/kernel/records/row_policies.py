"""Who sees a resource and its index rows, and who may write them, as conditions of row policies.

A resource is seen by those who see its resident; a public-health fact also by the county's public-health staff; what
belongs to nobody's record by everybody who is signed in when it is administrative (institutions, staff, forms), else
by those who care for patients where it was written.

Index rows repeat whose they are in two columns, so that a search need not ask the resource for every row it passes:
`whose` is the resident, null where everybody may see it, and minus the institution where only that institution may;
`public_at` is the institution of a public-health fact. docs/adr/0015 tells what this costs and what else was tried.
"""

from __future__ import annotations

from yigongti.kernel.people.row_rules import MERGING, sees

SIGNED_IN = "((SELECT scope.account_id()) > 0 OR (SELECT scope.resident_id()) > 0)"
MAY_RECORD = "NOT isempty((SELECT scope.span('recording')))"
EXPORTING = "(SELECT scope.purpose()) = 'exporting'"


def reads_resource(table: str) -> str:
    """The condition on rows of a table of resources (columns resident_id, institution_id, category)."""
    return (
        f"{sees(table)}"
        f" OR (resident_id IS NULL AND category = 'administrative' AND {SIGNED_IN})"
        " OR (resident_id IS NULL AND institution_id <@ (SELECT scope.span('caring')))"
        " OR (category = 'public_health' AND institution_id <@ (SELECT scope.span('public_health')))"
    )


def writes_resource(table: str) -> str:
    """Written is where one may record, and only into records that one sees."""
    return (
        f"{MERGING} OR (institution_id <@ (SELECT scope.span('recording'))"
        f" AND (resident_id IS NULL OR {sees(table)}"
        " OR (category = 'public_health' AND institution_id <@ (SELECT scope.span('public_health')))))"
    )


def reads_index(table: str) -> str:
    """The condition on index rows (columns whose, public_at)."""
    return (
        f"{sees(table, 'whose')}"
        f" OR (whose IS NULL AND {SIGNED_IN})"
        " OR (whose < 0 AND (-whose)::int4 <@ (SELECT scope.span('caring')))"
        " OR (public_at <@ (SELECT scope.span('public_health')))"
    )


def writes_index(table: str) -> str:
    """As the resource; the institution is the resource's own to check."""
    return f"{MERGING} OR ({MAY_RECORD} AND ({reads_index(table)}))"
