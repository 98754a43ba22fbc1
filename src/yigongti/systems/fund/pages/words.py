"""Names of what rows hold codes of, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.kernel.access.limits import policy
from yigongti.systems.fund.chapters import read_chapters
from yigongti.systems.fund.definitions import CATEGORIES, PLACES


def language() -> str:
    return get_language() or "zh-hans"


def category(code: str) -> str:
    return str(CATEGORIES.get(code, code))


def place(code: str) -> str:
    return str(PLACES.get(code, code))


def chapter_names() -> dict[str, str]:
    """Chapter code → name; "" for bills without a diagnosis."""
    found = {each.code: f"{each.code} {each.name.in_language(language())}" for each in read_chapters(policy())}
    return {**found, "": _("Disease not stated")}
