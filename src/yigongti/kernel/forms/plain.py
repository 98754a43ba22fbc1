"""Answers as the database keeps them: numbers as JSON numbers. Up to 15 digits, a binary number writes itself back the
same, so that nothing is lost on the way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def plain(told: Any) -> Any:
    """The same with Decimal as int or float."""
    if isinstance(told, Decimal):
        return int(told) if told == told.to_integral_value() else float(told)
    if isinstance(told, dict):
        return {name: plain(value) for name, value in told.items()}
    return [plain(value) for value in told] if isinstance(told, list | tuple) else told
