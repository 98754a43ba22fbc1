"""Who sees and writes the tables of the counter, as conditions for their row policies (docs/adr/0020, point 7).

A settlement is about a person and an institution: read by who settles there (the institution alone), by who oversees
it, by the resident. Whoever stands at the counter has brought a card: the register of the insured and the year's
counters are read by number, in a scope with the purpose "settling" that actions open after they have asked for the
permission; no page lists them.
"""

from __future__ import annotations

from yigongti.kernel.access.row_security import in_writable
from yigongti.kernel.people.row_rules import MERGING

SETTLING = "settling"
"""The purpose under which an action reads the insured person at the counter and writes the year's counters."""

_AT_COUNTER = f"(SELECT scope.purpose()) = '{SETTLING}'"
_OWN = "resident_id = (SELECT scope.resident_id())"
_SETTLES = "institution_id <@ (SELECT scope.span('settling'))"
_OVERSEES = "institution_id <@ (SELECT scope.span('seeing_settlements'))"

SETTLEMENT_SEEN = f"({_SETTLES}) OR ({_OVERSEES}) OR ({_OWN}) OR {_AT_COUNTER} OR {MERGING}"
"""At the counter an action also reads the settlement that a stay continues, at another institution, by its number."""
SETTLEMENT_WRITTEN = f"({_SETTLES}) OR {MERGING} OR ({_AT_COUNTER} AND {in_writable()})"
"""The second: what the insurance bureau's decision releases at an institution below it (a held injury)."""

INSURED_SEEN = f"({_OVERSEES}) OR ({_OWN}) OR {_AT_COUNTER} OR {MERGING}"
INSURED_WRITTEN = f"({in_writable()}) OR {MERGING}"

APPROVAL_SEEN = f"({_SETTLES}) OR ({_OVERSEES}) OR ({_OWN}) OR {_AT_COUNTER} OR {MERGING}"
APPROVAL_WRITTEN = f"({in_writable()}) OR {MERGING}"

COUNTERS_SEEN = f"({_OWN}) OR {_AT_COUNTER} OR {MERGING}"
COUNTERS_WRITTEN = f"{_AT_COUNTER} OR {MERGING}"
