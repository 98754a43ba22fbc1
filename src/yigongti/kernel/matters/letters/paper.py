"""A letter as a page to be printed and sealed (PDF), from what it says.

WeasyPrint draws with Debian's libpango; where that is absent, the text document is still made, and this says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.matters.letters.codes import as_svg


class NoPrinting(YigongtiError):
    """This machine cannot draw pages."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "matters.no_printing",
            zh="本机缺少生成 PDF 所需的 libpango（Debian：apt-get install libpango-1.0-0 libpangoft2-1.0-0），"
            "文书暂只有 DOCX",
            en="libpango is missing, so no PDF can be made (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0);"
            " the letter is there as DOCX",
            where=reason[:200],
        )


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:  # OSError: the shared library is not there
        raise NoPrinting(str(error).splitlines()[0]) from error
    return weasyprint


def can_print() -> bool:
    """Whether pages can be drawn on this machine."""
    try:
        _weasyprint()
    except NoPrinting:
        return False
    return True


def as_page(says: Mapping[str, Any]) -> bytes:
    """The PDF of a letter. says: composing.composed, in one language. Raises NoPrinting."""
    # drawn by ourselves from the address; nothing of the letter's words goes into it unescaped
    square = mark_safe(as_svg(says["address"]))
    html = render_to_string("matters/letter_paper.html", {**says, "square": square})
    return printed(html, says["code"])


def printed(html: str, identifier: str) -> bytes:
    """The PDF of a page of ours that fetches nothing; the same page, the same bytes. Raises NoPrinting."""
    page = _weasyprint().HTML(string=html, url_fetcher=_fetch_nothing)
    return bytes(page.write_pdf(pdf_identifier=identifier.encode()))


def _fetch_nothing(url: str, *_more: Any, **_named: Any) -> dict[str, Any]:
    """A letter is drawn from its words alone."""
    raise ValueError(f"a letter fetches nothing: {url}")
