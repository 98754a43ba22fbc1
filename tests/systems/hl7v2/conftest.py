"""What the tests of the message log share: the door of a hospital's system, and what stands for the record here."""

import pytest
from hl7v2_messages import AT, Records


@pytest.fixture
def records():
    return Records()


@pytest.fixture
def system(actor):
    """The account of the county hospital's system."""
    return actor("exchange_system", "H1")


@pytest.fixture
def door(county, system):
    from yigongti.interfaces.hl7v2.binding import Door
    from yigongti.interfaces.hl7v2.limits import choices

    return Door(system, choices(), county["H1"], frozenset({"HIS"}))


@pytest.fixture
def wide_door(account, county, door):
    """The door of an account with a post at each institution but the village clinic."""
    from dataclasses import replace

    from yigongti.kernel.access.models import Post
    from yigongti.kernel.access.queries import actor_by_username

    made = account("exchange_system", "C", username="several")
    for code in ("H1", "T1", "H2"):
        Post.objects.using("bulk").create(
            account_id=made.pk, institution_id=county[code].pk, role_id="exchange_system", valid_from=AT.date()
        )
    return replace(door, actor=actor_by_username("several", AT.date()), fixed=None)


@pytest.fixture
def send(door, records):
    """Take a message in as it came over a connection: send(text, at=…) → Answer"""
    from yigongti.interfaces.hl7v2.actions.take_in import take_in

    def sent(text, at=AT, through=None, codec="utf-8"):
        raw = text if isinstance(text, bytes) else text.encode(codec)
        chosen = through or door
        return take_in(raw, chosen.origin(raw, "mllp", "10.0.0.1", "10.0.0.1"), chosen.choices, at, records)

    return sent
