"""The square that a telephone reads on a letter: the address of the page that tells what the paper must say."""

from __future__ import annotations

import io

import segno


def as_svg(address: str) -> str:
    """For the printed page, to be put into HTML."""
    return str(segno.make(address, error="m").svg_inline(scale=3, border=2))


def as_png(address: str) -> bytes:
    """For the text document."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="png", scale=6, border=2)
    return drawn.getvalue()
