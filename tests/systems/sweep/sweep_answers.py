"""Reading what a page answered: its whole body (streams and workbooks too), and what must never stand in it."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from typing import Any

ALLOWED = frozenset({200, 302, 400, 403, 404, 405, 409})
"""The statuses that a page may answer. 302: sign in first, or an action is done."""

TELLTALES = re.compile(
    r"Traceback \(most recent|psycopg|django\.db|ProgrammingError|DataError|DETAIL: |"
    r"syntax error at or near|relation \"|invalid input syntax|SELECT .+ FROM \"|File \"/"
)
"""Words of a programme's inside: no page says them."""


def body_of(answer: Any) -> str:
    """The whole body as text; a stream is read to its end, a workbook's cells are taken out."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.streaming:
        answer.close()
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    return unescape(content.decode("utf-8", errors="replace"))


def fault_of(answer: Any) -> str:
    """What is wrong with an answer whatever was asked: its status, words of the inside; "" if nothing is."""
    if answer.status_code not in ALLOWED:
        kind, error, _traceback = getattr(answer, "exc_info", None) or (None, "", None)
        return f"{answer.status_code} {kind.__name__ if kind else ''} {error}".strip()
    try:
        told = TELLTALES.search(body_of(answer))
    except Exception as error:  # a stream that breaks is as bad as a page that fails
        return f"{answer.status_code}, then its body failed: {type(error).__name__} {error}"
    return f"{answer.status_code} with “{told[0]}” in its body" if told else ""
