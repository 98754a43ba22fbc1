"""Who sits at a desk: the accounts whose posts hold a permission at an institution today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.access.models import Post
from yigongti.kernel.access.roles import PERMISSIONS, ROLES
from yigongti.kernel.access.scope import sign_in_scope
from yigongti.kernel.access.who_asks import by_account
from yigongti.kernel.organisations.queries import subtrees


@dataclass(frozen=True, slots=True)
class Person:
    """An account by number and full name."""

    account_id: int
    name: str


def people_at(permission: str, institution_id: int, on: date, department_code: str = "") -> list[Person]:
    """Those who hold the permission at the institution or above it, by name; of a department, also its own posts.

    Raises KeyError for a permission that no role knows.
    """
    PERMISSIONS[permission]
    roles = [role.id for role in ROLES.values() if permission in role.permissions]
    in_force = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    with sign_in_scope():
        posts = Post.objects.filter(
            in_force, role_id__in=roles, department_code__in=["", department_code], account__is_active=True
        )
        rows = list(posts.values_list("institution_id", "account_id", "account__display_name"))
        reach = subtrees({place for place, _account, _name in rows}, on)
    found = {Person(account, name) for place, account, name in rows if covers(reach[place], institution_id)}
    return sorted(found, key=lambda person: (person.name, person.account_id))


def actor_of_account(account_id: int, on: date) -> Actor:
    """The actor of an account. Raises NotFound when there is none, or it is closed."""
    found = by_account(account_id, on)
    if found is not None:
        return found.actor
    raise NotFound(
        "matters.no_account", zh="没有这个账号，或账号已停用", en="there is no such account, or it is closed"
    )
