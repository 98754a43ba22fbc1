"""Who sees a resident, as a condition that the row policies of all tables about people share.

    Protect("records_resource", read=sees("records_resource"), write=...)

A resident is seen by
* the resident;
* posts with the permission records.see (the span "caring") at an institution that cares for the resident today;
* members of a team that cares for the resident today (the span "teams");
* the account to which the record was opened, in an emergency or for a matter, until the opening ends.

Whoever holds people.register sees the registration (not the record) of those in the care of the own institution, and
whoever matches registrations or guards them sees those that the own institutions keep: `sees_registration`.
docs/adr/0013-who-sees-a-resident.md tells why, and what it costs.
"""

from __future__ import annotations

MATCHING = "(SELECT scope.purpose()) = 'matching'"
"""Only an action that has checked the permission opens a scope with this purpose, and only to find out whether somebody
is registered already: it answers masked candidates."""

MERGING = "(SELECT scope.purpose()) = 'merging'"
"""The purpose under which the action that merges and un-merges moves rows from one resident to another."""

REGISTERING = "(SELECT scope.purpose()) = 'registering'"
"""The purpose under which actions register residents and let institutions care for them."""


def sees(table: str, column: str = "resident_id") -> str:
    """The condition on rows of `table` whose `column` names a resident: the record is the actor's to see."""
    return " OR ".join([_own(column), _in_care(f"{table}.{column}", "caring"), _opened(f"{table}.{column}"), MERGING])


def sees_registration(table: str, column: str, *, kept: bool = False) -> str:
    """The condition on rows that say who a resident is: as `sees`, and for those who register at the institution or
    look after public health there, and for those who match or guard the registrations that institutions keep.

    kept: the table is that of the residents itself, and names the institution that keeps the registration.
    """
    wider = [_in_care(f"{table}.{column}", span) for span in ("registering", "public_health")]
    keeper = "institution_id" if kept else "k.institution_id"
    whole = " OR ".join(f"{keeper} <@ (SELECT scope.span('{span}'))" for span in ("matching", "guarding"))
    if not kept:
        whole = f"EXISTS (SELECT 1 FROM people_resident k WHERE k.id = {table}.{column} AND ({whole}))"
    return " OR ".join([sees(table, column), *wider, whole, MATCHING, REGISTERING])


def _own(column: str) -> str:
    return f"({column} = (SELECT scope.resident_id()))"


def _in_care(resident: str, span: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM people_care c WHERE c.resident_id = {resident}"
        " AND c.ended_at IS NULL AND c.valid_from <= (SELECT scope.today()) AND c.valid_to >= (SELECT scope.today())"
        f" AND ((c.team_id IS NULL AND c.institution_id <@ (SELECT scope.span('{span}')))"
        "  OR c.team_id <@ (SELECT scope.span('teams'))))"
    )


def _opened(resident: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM people_opening o WHERE o.resident_id = {resident}"
        " AND o.account_id = (SELECT scope.account_id()) AND o.closed_at IS NULL"
        " AND o.started_at <= now() AND o.ends_at > now())"
    )
