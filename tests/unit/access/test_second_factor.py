"""One-time codes against the published vectors; sealing; recovery codes."""

import base64
from datetime import UTC, datetime

import pytest

from yigongti.kernel.access import second_factor

# RFC 6238, appendix B (SHA-1, eight digits; ours are the last six)
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    assert second_factor.code_at(SECRET, seconds // 30) == code


def test_a_code_works_one_step_early_or_late_and_not_two():
    at = datetime(2026, 10, 1, tzinfo=UTC)
    step = second_factor.step_of(at)
    accepted = [
        second_factor.accepted_step(SECRET, second_factor.code_at(SECRET, step + n), at, 0) for n in range(-2, 3)
    ]
    assert accepted == [None, step - 1, step, step + 1, None]


def test_a_code_works_once():
    at = datetime(2026, 10, 1, tzinfo=UTC)
    step = second_factor.step_of(at)
    assert second_factor.accepted_step(SECRET, second_factor.code_at(SECRET, step), at, after=step) is None


def test_a_sealed_secret_opens_again_and_shows_nothing(settings):
    sealed = second_factor.sealed(SECRET)
    assert SECRET not in sealed
    assert second_factor.opened(sealed) == SECRET
    settings.SECRET_KEY = "another installation"
    assert second_factor.opened(sealed) is None


def test_recovery_codes_are_kept_as_hashes_and_read_as_people_write_them():
    codes, hashes = second_factor.new_recovery_codes()
    assert len(set(codes)) == 10
    assert second_factor.recovery_hash(codes[0].lower().replace("-", " ")) == hashes[0]
