"""Patterns that mean the same in every engine (Python, DuckDB's RE2, Spark's Java), and cannot run away.

Allowed: plain characters, classes without a backslash, `( | )`, the counts `?`, `+`, `*`, `{m,n}` on one
character or class, `?` on a group; `\\.` and its like for a plain sign. Everything else is refused.
"""

from __future__ import annotations

import re

from yigongti.engines.record_quality.language.tokens import wrong

_ONE = r"(?:[0-9A-Za-z一-鿿 /:,_%-]|\\[.+*?()|/-]|\[(?:[0-9A-Za-z一-鿿 ./:,+*()x_-])+\])"
_COUNT = r"(?:[?+*]|\{[0-9]{1,2}(?:,[0-9]{0,2})?\})?"
_PORTABLE = re.compile(rf"(?:{_ONE}{_COUNT}|\(|\)\??|\|)*")


def require_portable(pattern: str, where: str) -> None:
    """Raises PolicyError unless the pattern keeps to the part of the language that all engines share."""
    portable = len(pattern) <= 200 and _PORTABLE.fullmatch(pattern) is not None and "()" not in pattern
    if portable:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            portable = False
    if not portable:
        raise wrong(
            f"格式“{pattern[:60]}”含有不支持的写法", f"the pattern “{pattern[:60]}” uses what is not supported", where
        )
