"""A letter as a page to be printed and sealed (PDF), from what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from yigongti.kernel.matters.letters.codes import as_svg
from yigongti.kernel.presentation.printing import as_pdf


def as_page(says: Mapping[str, Any]) -> bytes:
    """The PDF of a letter. says: composing.composed, in one language. Raises NoPrinting."""
    # drawn by ourselves from the address; nothing of the letter's words goes into it unescaped
    square = mark_safe(as_svg(says["address"]))
    return as_pdf(render_to_string("matters/letter_paper.html", {**says, "square": square}), says["code"])
