"""Accounts made by the command line's action, and one for each role of the demonstration."""

from datetime import date

import pytest
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.kernel.access.actions.create_account import create_account
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.roles import PERMISSIONS, ROLES

GIVEN = {"display_name": "演示·李", "password": "Long-enough-9", "role_id": "coder", "institution_code": "H1"}


def make(**changes):
    return create_account(
        username="li", at=timezone.now(), valid_from=date(2026, 1, 1), **{**GIVEN, **changes}
    )  # fmt: skip


def test_a_new_account_must_change_its_given_password(county):
    assert make().must_change_password


def test_a_name_is_given_once(county):
    make()
    with pytest.raises(Conflict):
        make()


@pytest.mark.parametrize("wrong", [{"role_id": "king"}, {"institution_code": "X"}, {"password": "short"}])
def test_what_cannot_be_is_refused_and_nothing_is_made(county, wrong):
    with pytest.raises(InvalidInput):
        make(**wrong)
    assert not Account.objects.using("bulk").exists()


def test_an_administrator_makes_accounts_only_in_the_own_institution(actor):
    with pytest.raises(NotPermitted):
        make(by=actor("system_administrator", "H2"))
    assert make(by=actor("system_administrator", "H1", username="other")).pk


def test_the_demonstration_has_one_account_for_each_role(county, client):
    from yigongti.demo.accounts import PASSWORD, create_accounts, told

    made = create_accounts()
    assert {account.role_id for account, _institution in made} == set(ROLES) - {"exchange_system"}  # no person
    assert create_accounts() == made
    assert len(told(made)) == len(made) >= len(ROLES) - 1
    answer = client.post("/accounts/sign-in", {"username": made[0][0].username, "password": PASSWORD})
    assert answer.status_code == 302


def test_every_permission_of_a_role_is_told_in_prose():
    for role in ROLES.values():
        assert role.permissions <= set(PERMISSIONS), role.id
        assert role.allows.zh and role.allows.en
