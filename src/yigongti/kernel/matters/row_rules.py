"""Who sees and who changes a matter, as conditions for the row policies of its tables.

A matter is seen by posts that reach the office that owns it; by posts that reach the institution concerned, once it is
shown to it; by the account in whose hands it is, its deputy, and who opened it. The product itself (deadlines,
letters, the month's run) works under the purpose "matters". What a post may do with what it sees is asked by `act`.
"""

from __future__ import annotations

SYSTEM = "(SELECT scope.purpose()) = 'matters'"
_ME = "((SELECT scope.account_id()) > 0 AND {column} = (SELECT scope.account_id()))"
_DEPUTY = (
    "(holder_account_id > 0 AND EXISTS (SELECT 1 FROM matters_leave l WHERE l.account_id = holder_account_id"
    " AND l.deputy_id = (SELECT scope.account_id()) AND l.ended_at IS NULL"
    " AND l.valid_from <= (SELECT scope.today()) AND l.valid_to >= (SELECT scope.today())))"
)


def of_matters(span: str) -> str:
    """span: "readable" or "writable"."""
    return " OR ".join(
        [
            f"owner_id <@ (SELECT scope.{span}())",
            f"(shown AND institution_id <@ (SELECT scope.{span}()))",
            _ME.format(column="holder_account_id"),
            _ME.format(column="opened_by_id"),
            _DEPUTY,
            SYSTEM,
        ]
    )


def opening() -> str:
    """Who may add a matter: for an institution or an office of one's own, or as the product itself."""
    return f"owner_id <@ (SELECT scope.writable()) OR institution_id <@ (SELECT scope.writable()) OR {SYSTEM}"


def beside_matter(table: str) -> str:
    """Rows of a matter that is seen (the sub-select runs under the matter's own policy)."""
    return f"EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = {table}.matter_id)"


def steps() -> str:
    """Steps of a matter that is seen; internal ones only for the office that owns it, and who took them."""
    return (
        "EXISTS (SELECT 1 FROM matters_matter m WHERE m.id = matters_step.matter_id AND (NOT matters_step.internal"
        " OR m.owner_id <@ (SELECT scope.readable())"
        " OR ((SELECT scope.account_id()) > 0 AND matters_step.by_id = (SELECT scope.account_id())))) OR " + SYSTEM
    )
