"""The paper of a rehearsal as a text document (DOCX) and as a page to be printed and signed (PDF).

The same report gives the same bytes. Layout after GB/T 9704-2012 (党政机关公文格式): A4, its margins and title.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from yigongti.kernel.presentation.printing import as_pdf
from yigongti.processes.rehearsal.report import Grid, Report

BODY, TITLE = "FangSong", "SimSun"
_OLDEST_IN_A_ZIP = (1980, 1, 1, 0, 0, 0)


def as_document(report: Report, at: datetime) -> bytes:
    """The DOCX. at: when the rehearsal ran."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _font(document.styles["Normal"], BODY, 12)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(report.title)
    run.bold = True
    _font(run, TITLE, 22)
    for text in filter(None, (report.sentence, report.untouched, report.reason)):
        document.add_paragraph(text)
    _lines(document, Grid(_("The change in brief"), (), report.facts))
    _heading(document, _("What changes"))
    for text in report.changes:
        document.add_paragraph(text)
    for grid in report.grids:
        _lines(document, grid)
    _heading(document, _("How it was replayed"))
    for text in report.how:
        document.add_paragraph(text)
    _lines(document, Grid(_("What the result rests on"), (), report.digests))
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by, properties.comments = (
        report.title[:255],
        "",
        "",
        "",
    )
    properties.created = properties.modified = at.replace(tzinfo=None)
    properties.revision = 1
    drawn = io.BytesIO()
    document.save(drawn)
    return _same_every_time(drawn.getvalue())


def _heading(document: Any, text: str) -> None:
    run = document.add_paragraph().add_run(text)
    run.bold = True
    _font(run, TITLE, 14)


def _lines(document: Any, grid: Grid) -> None:
    _heading(document, grid.title)
    rows = ([grid.heads] if grid.heads else []) + list(grid.rows)
    if not rows:
        return
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for line, texts in zip(table.rows, rows, strict=True):
        for place, (cell, text) in enumerate(zip(line.cells, texts, strict=True)):
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size = Pt(9)
            if grid.heads and place:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _font(styled: Any, name: str, size: int) -> None:
    styled.font.name, styled.font.size = name, Pt(size)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _same_every_time(document: bytes) -> bytes:
    """The package with no trace of when it was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _OLDEST_IN_A_ZIP)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(part, old.read(name))
    return packed.getvalue()


def as_page(report: Report) -> bytes:
    """The PDF. Raises NoPrinting where this machine cannot draw one."""
    html = render_to_string("rehearsal/paper.html", {"report": report})
    return as_pdf(html, dict(report.digests)[_("Result of the rehearsal")] or report.title)
