"""Who sees and who changes the rows of supervision, as conditions for their row policies.

The office that sees a case through reads and writes what hangs on it. The institution concerned reads its own, from the
day on which the case is shown to it, and writes nothing: what it says goes through its matters. The product itself
(effects of steps, the month's clearing) works under the purpose "matters", as kernel/matters does.
"""

from __future__ import annotations

SYSTEM = "(SELECT scope.purpose()) = 'matters'"
_OFFICE = "office_id <@ (SELECT scope.{span}())"
_ME = "((SELECT scope.account_id()) > 0 AND inspector_account_id = (SELECT scope.account_id()))"


def of_office(span: str) -> str:
    """span: "readable" or "writable"."""
    return f"{_OFFICE.format(span=span)} OR {SYSTEM}"


def of_cases() -> str:
    """Cases: the office's own, and those that are shown to the institution."""
    return f"{of_office('readable')} OR (shown AND institution_id <@ (SELECT scope.readable()))"


def beside_case(table: str) -> str:
    """Rows of a case that is seen (the sub-select runs under the case's own policy)."""
    return f"{SYSTEM} OR EXISTS (SELECT 1 FROM supervision_case c WHERE c.id = {table}.case_id)"


def beside_case_of_office(table: str, span: str) -> str:
    """Rows of a case of one's own office."""
    return (
        f"{SYSTEM} OR EXISTS (SELECT 1 FROM supervision_case c WHERE c.id = {table}.case_id"
        f" AND c.office_id <@ (SELECT scope.{span}()))"
    )


def of_institution() -> str:
    """What followed from a ruling: the office, and the institution concerned (a ruling is always shown to it)."""
    return f"{of_office('readable')} OR institution_id <@ (SELECT scope.readable())"


def published() -> str:
    """What is published is read by everybody, signed in or not; what was withdrawn by the office alone."""
    return f"withdrawn_at IS NULL OR {of_office('readable')}"


def inspections(span: str) -> str:
    """The office's, the inspector's own, and for reading the institution's own once it was inspected."""
    own = " OR (state = 'done' AND institution_id <@ (SELECT scope.readable()))" if span == "readable" else ""
    return f"{of_office(span)} OR {_ME}{own}"


def campaigns() -> str:
    """The office's, and those of which one sees an inspection."""
    return (
        f"{of_office('readable')} OR EXISTS"
        " (SELECT 1 FROM supervision_inspection i WHERE i.campaign_id = supervision_campaign.id)"
    )
