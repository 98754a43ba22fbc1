"""Checks by their names, as the policy's files say them."""

from __future__ import annotations

from django.utils.translation import get_language

from yigongti.foundation.errors import Text
from yigongti.kernel.access.limits import policy
from yigongti.systems.claim_checks.checks_in_force import own_checks


def check_labels() -> dict[str, str]:
    """Check id → its name in the user's language."""
    language = get_language() or "zh-hans"
    return {check.id: check.label.in_language(language) for check in own_checks(policy())}


def texts_of_checks() -> dict[str, Text]:
    """Check id → its name in both languages, for what is printed."""
    return {check.id: check.label for check in own_checks(policy())}
