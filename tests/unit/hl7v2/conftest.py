"""What the tests of HL7 v2 share: the choices in force, an invented sender, invented messages."""

import pytest

from yigongti.foundation.policy import Policy
from yigongti.interfaces.hl7v2.local_choices import read_choices
from yigongti.interfaces.hl7v2.reception import Sender, judge


@pytest.fixture(scope="session")
def choices(policy_root):
    return read_choices(Policy.load(policy_root))


@pytest.fixture(scope="session")
def sender():
    return Sender("45678901-2", "示范县人民医院", frozenset({"HIS"}))


@pytest.fixture
def read(choices, sender):
    """A message's segments as lines → its judgement."""

    def judged(*lines, codec="utf-8"):
        return judge("\r".join(lines).encode(codec) + b"\r", sender, choices)

    return judged


@pytest.fixture
def resources(read):
    """A message's segments as lines → the resources that it becomes, by type; it must be accepted."""

    def by_type(*lines):
        judgement = read(*lines)
        assert judgement.verdict == "AA", judgement.first_error
        found = {}
        for entry in judgement.translation.bundle["entry"]:
            found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
        return found

    return by_type
