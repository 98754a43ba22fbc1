"""Who acts: an account with the posts in force today, as a value that every action takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.roles import PERMISSIONS, ROLES, Role

Ranges = tuple[tuple[int, int], ...]
"""Half-open ranges of institution ids, sorted and merged: ((3, 8), (11, 12)) are the ids 3 to 7 and 11."""


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The ranges sorted, those that touch made one."""
    found: list[tuple[int, int]] = []
    for first, end in sorted(ranges):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((first, end))
    return tuple(found)


def covers(ranges: Ranges, institution_id: int) -> bool:
    """Whether the id lies in one of the ranges."""
    return any(first <= institution_id < end for first, end in ranges)


SPANS: dict[str, str] = {
    "caring": "records.see",
    "recording": "records.write",
    "public_health": "records.see_public_health",
    "registering": "people.register",
    "matching": "people.match",
    "exchanging": "hl7v2.see",
    "guarding": "trail.see_views",
    "tracing": "trail.see",
    "connecting": "fhir.manage_clients",
    "self_checking": "claim_checks.self_check",
    "keeping_knowledge": "claim_checks.manage_knowledge",
    "changing_checks": "claim_checks.change",
    "sampling": "claim_checks.sample",
    "settling": "benefits.settle",
    "seeing_settlements": "benefits.see",
    "reading_books": "ledger.see",
}
"""Span of the scope → the permission whose holders get their institutions into it. Row rules of tables about people ask
for a span: a post that reads a hospital's figures does not thereby read its patients (docs/adr/0013)."""

OF_THE_POST_ALONE = frozenset({"caring", "recording", "self_checking", "settling"})
"""Spans that hold the own institution of the post and not those below: a ward physician of the hospital that leads a
community does not thereby read the records of every village below it, nor its office what a township hospital found
when it checked itself."""


@dataclass(frozen=True, slots=True)
class HeldPost:
    """One post of the actor: a role at an institution and all below it, perhaps for one department only."""

    role_id: str
    institution_id: int
    institution_code: str
    institution_name: str
    department_code: str
    reach: Ranges

    @property
    def role(self) -> Role:
        return ROLES[self.role_id]

    @property
    def alone(self) -> Ranges:
        """The post's own institution, without those below."""
        return ((self.institution_id, self.institution_id + 1),)


@dataclass(frozen=True, slots=True)
class Actor:
    """An account and its posts, or a resident who looks at the own record. Nobody signed in is `NOBODY`.

    teams: ids of the family-doctor teams that the account belongs to. resident_id: the resident, 0 for staff.
    """

    account_id: int
    username: str
    display_name: str
    language: str = "zh-hans"
    posts: tuple[HeldPost, ...] = ()
    teams: Ranges = ()
    resident_id: int = 0

    @property
    def is_signed_in(self) -> bool:
        return self.account_id > 0

    @property
    def permissions(self) -> frozenset[str]:
        """All permissions of all posts; where they hold is asked with `may`."""
        return frozenset(permission for post in self.posts for permission in post.role.permissions)

    @property
    def readable(self) -> Ranges:
        return merged(span for post in self.posts for span in post.reach)

    @property
    def writable(self) -> Ranges:
        return merged(span for post in self.posts if post.role.writes for span in post.reach)

    @property
    def spans(self) -> dict[str, Ranges]:
        """Everything that the database is told about the actor's reach, by name; empty spans are left out."""
        spans = {"readable": self.readable, "writable": self.writable, "teams": self.teams}
        for name, permission in SPANS.items():
            holding = [post for post in self.posts if permission in post.role.permissions]
            alone = name in OF_THE_POST_ALONE
            spans[name] = merged(span for post in holding for span in (post.alone if alone else post.reach))
        return {name: ranges for name, ranges in spans.items() if ranges}

    def may(self, permission: str, institution_id: int | None = None) -> bool:
        """Whether a post grants the permission, at that institution if one is given.

        Raises KeyError for a permission that no role file knows: a misspelt name must not silently deny.
        """
        PERMISSIONS[permission]
        return any(
            permission in post.role.permissions and (institution_id is None or covers(post.reach, institution_id))
            for post in self.posts
        )

    def require(self, permission: str, institution_id: int | None = None) -> None:
        """Raises NotPermitted unless `may`."""
        if not self.may(permission, institution_id):
            named = PERMISSIONS[permission]
            raise NotPermitted(
                "access.not_permitted",
                zh=f"您的岗位不能“{named.zh}”，如确需要请联系系统管理员",
                en=f"your posts do not allow “{named.en}”; ask the system administrator if you need it",
            )

    def departments_at(self, institution_id: int) -> frozenset[str] | None:
        """The departments whose rows the actor may see there; None means all of them."""
        reaching = [post for post in self.posts if covers(post.reach, institution_id)]
        if any(not post.department_code for post in reaching):
            return None
        return frozenset(post.department_code for post in reaching)


NOBODY = Actor(account_id=0, username="", display_name="")
