"""The relations between an institution and a resident, and what the law of access says of each.

The law is written here in plain Python, apart from the policies that PostgreSQL holds: the proof compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from yigongti.kernel.access.roles import ROLES

HERE, TEAM = "H1", "a team of H1"

# relation → whose it is, and whether it lets in today
RELATIONS: dict[str, tuple[str, bool]] = {
    "none": ("", False),
    "registration": (HERE, True),
    "encounter": (HERE, True),
    "encounter that is over": (HERE, False),
    "contract with the institution": (HERE, True),
    "contract with a team": (TEAM, True),
    "referral": (HERE, True),
    "consultation": (HERE, True),
    "consent": (HERE, True),
    "consent withdrawn": (HERE, False),
    "opened in an emergency": ("account", True),
    "emergency that is over": ("account", False),
    "opening that was closed": ("account", False),
    "opened for a matter": ("account", True),
}

PLACES: dict[str, frozenset[str]] = {
    "C": frozenset({HERE}), "H1": frozenset({HERE}), "T1": frozenset(), "H2": frozenset(),
}  # fmt: skip
"""Institution of the post → whose relations lie within its reach (the county's post reaches every institution)."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A post that looks: role, institution, whether its account is a member of the team, whether a resident asks."""

    role_id: str
    place: str
    in_team: bool = False

    def holds(self, permission: str) -> bool:
        return permission in ROLES[self.role_id].permissions


Law = Callable[[Asker, str], bool]


def _lets_in(asker: Asker, relation: str, permission: str) -> bool:
    whose, live = RELATIONS[relation]
    if not live:
        return False
    if whose == TEAM:
        return asker.in_team
    return whose == HERE and HERE in PLACES[asker.place] and asker.holds(permission)


def record(asker: Asker, relation: str) -> bool:
    """Rows of a record: those who care for the resident, the team, and the account to which it was opened."""
    whose, live = RELATIONS[relation]
    return (whose == "account" and live) or _lets_in(asker, relation, "records.see")


def public_health_record(asker: Asker, relation: str) -> bool:
    """Public-health facts: as `record`, and public-health staff of the institution that wrote them (H1)."""
    wrote = HERE in PLACES[asker.place] and asker.holds("records.see_public_health")
    return wrote or record(asker, relation)


def registration(asker: Asker, relation: str) -> bool:
    """Who somebody is: as `record`, and those who register or look after public health at the caring institution."""
    also = any(_lets_in(asker, relation, p) for p in ("people.register", "records.see_public_health"))
    return also or record(asker, relation)


def nobody(asker: Asker, relation: str) -> bool:
    """Rows that no page shows by themselves."""
    return False


def of_the_institution(permission: str) -> Law:
    """Rows of H1 for posts that reach it with a permission, whatever the relation."""
    return lambda asker, relation: HERE in PLACES[asker.place] and asker.holds(permission)
