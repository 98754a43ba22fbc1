"""Every kind of matter names what there is: permissions that roles hold, deadlines and letters of the policy."""

import pytest

from yigongti.foundation.policy import Policy
from yigongti.kernel.access.roles import PERMISSIONS, ROLES
from yigongti.kernel.matters.letters.wording import read_letters
from yigongti.kernel.matters.registry import kinds

KINDS = list(kinds().values())
HELD = {permission for role in ROLES.values() for permission in role.permissions}


@pytest.fixture(scope="module")
def policy(policy_root):
    return Policy.load(policy_root)


def permissions_of(kind):
    yield kind.see
    for state in kind.states:
        yield from state.escalates_to
        if state.desk:
            yield state.desk.permission
    for transition in kind.transitions:
        yield transition.permission


def test_there_are_kinds():
    assert {kind.id for kind in KINDS} >= {"casemix_payment.adjustment"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_permission_of_a_kind_is_one_that_roles_hold(kind):
    assert set(permissions_of(kind)) <= set(PERMISSIONS) & HELD


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_deadline_of_a_kind_is_a_number_of_days_in_the_policy(kind, policy):
    units = {policy.parameter(state.days).unit for state in kind.states if state.days}
    assert units <= {"working_day", "day", "count"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_letter_of_a_kind_is_in_the_policy(kind, policy):
    assert {step.letter for step in kind.transitions if step.letter} <= set(read_letters(policy))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_text_of_a_kind_is_there_in_both_languages(kind):
    texts = [kind.label, *(state.label for state in kind.states), *(step.label for step in kind.transitions)]
    assert all(text.zh and text.en for text in texts)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_every_kind_is_named_after_its_application(kind):
    from importlib import import_module

    from django.apps import apps

    application = apps.get_app_config(kind.id.partition(".")[0])
    assert kind in import_module(f"{application.name}.matters").KINDS
