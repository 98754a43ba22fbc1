"""Create an account with a post; the password is given once and must be changed at the first sign-in."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.models import Account, Post
from yigongti.kernel.access.own_account import check_new_password
from yigongti.kernel.access.roles import ROLES
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record


def create_account(
    *,
    username: str,
    display_name: str,
    password: str,
    role_id: str,
    institution_code: str,
    at: datetime,
    valid_from: date,
    department_code: str = "",
    staff_code: str = "",
    by: Actor = NOBODY,
    is_demo: bool = False,
    hashed: str = "",
    using: str = "bulk",
) -> Account:
    """The new account. `by` NOBODY is the command line of the machine. A demo account keeps its published password.
    hashed: the same password's hash, made before, where many accounts are made with one published password.
    staff_code: its holder's code in the register of staff of the institution, as front pages name it.

    Raises InvalidInput for an unknown role or institution and a weak password, Conflict for a name that is taken.
    """
    if role_id not in ROLES:
        known = ", ".join(ROLES)
        raise InvalidInput("access.unknown_role", zh=f"没有这个角色，可选：{known}", en=f"no such role; choose {known}")
    institution = Institution.objects.using(using).filter(code=institution_code).first()
    if institution is None:
        raise InvalidInput(
            "access.unknown_institution", zh="没有这家机构", en="there is no such institution", where=institution_code
        )
    if by.is_signed_in:
        by.require("access.manage", institution.pk)
    if not is_demo:
        check_new_password(password, username)
    if Account.objects.using(using).filter(username=username).exists():
        raise Conflict("access.name_taken", zh="用户名已被使用", en="the user name is taken", where=username)
    with transaction.atomic(using=using):
        account = Account(
            username=username,
            display_name=display_name,
            staff_code=staff_code,
            is_demo=is_demo,
            must_change_password=not is_demo,
        )
        account.password = hashed or make_password(password)
        account.save(using=using)
        Post.objects.using(using).create(
            account_id=account.pk,
            institution_id=institution.pk,
            role_id=role_id,
            department_code=department_code,
            valid_from=valid_from,
        )
        detail = {"role": role_id, "department": department_code}
        record(
            by,
            "access.account_created",
            subject=username,
            at=at,
            institution_id=institution.pk,
            detail=detail,
            using=using,
        )
    return account
