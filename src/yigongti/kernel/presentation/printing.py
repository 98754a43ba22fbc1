"""A document as pages to be printed and sealed (PDF).

WeasyPrint draws with Debian's libpango; where that is absent, text documents are still made, and this says so.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from yigongti.foundation.errors import YigongtiError


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
def weasyprint() -> Any:
    """The library. Raises NoPrinting where it cannot be loaded."""
    try:
        import weasyprint as library
    except (ImportError, OSError) as error:  # OSError: the shared library is not there
        raise NoPrinting(str(error).splitlines()[0]) from error
    return library


def can_print() -> bool:
    """Whether pages can be drawn on this machine."""
    try:
        weasyprint()
    except NoPrinting:
        return False
    return True


def as_pdf(html: str, identifier: str) -> bytes:
    """The pages of an HTML text, which fetches nothing from anywhere. identifier: goes into the file, so that the same
    text gives the same bytes. Raises NoPrinting."""
    drawn = (
        weasyprint()
        .HTML(string=html, url_fetcher=_fetch_nothing)
        .write_pdf(pdf_identifier=identifier.encode(), font_config=_fonts())
    )
    return bytes(drawn)


_of_the_thread = threading.local()


def _fonts() -> Any:
    """One list of fonts for each thread: a new one for every document left nine megabytes behind each time."""
    if not hasattr(_of_the_thread, "fonts"):
        from weasyprint.text.fonts import FontConfiguration

        _of_the_thread.fonts = FontConfiguration()
    return _of_the_thread.fonts


def _fetch_nothing(url: str, *_more: Any, **_named: Any) -> dict[str, Any]:
    """A document is drawn from its words alone."""
    raise ValueError(f"a printed document fetches nothing: {url}")
