"""A letter as a text document (DOCX), from what it says: the same words give the same bytes.

The layout is our own, drawn here; an office that has its own paper puts it as policy/letters/letter.docx with the same
names in double braces. Layout after GB/T 9704-2012 (党政机关公文格式): A4, its margins, title and body sizes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docxtpl import DocxTemplate, InlineImage
from jinja2.sandbox import SandboxedEnvironment

from yigongti.foundation.errors import PolicyError
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.letters.codes import as_png

BODY, TITLE = "FangSong", "SimSun"
_OLDEST_IN_A_ZIP = (1980, 1, 1, 0, 0, 0)
OWN_PAPER = "letters/letter.docx"


def as_document(says: Mapping[str, Any], at: datetime) -> bytes:
    """The DOCX of a letter. says: composing.composed, in one language (`making.in_chinese`). at: when it was due."""
    template = DocxTemplate(io.BytesIO(_paper()))
    picture = InlineImage(template, io.BytesIO(as_png(says["address"])), width=Mm(22))
    template.render({**says, "square": picture}, SandboxedEnvironment(autoescape=True), autoescape=True)
    properties = template.docx.core_properties
    properties.author = properties.last_modified_by = says["office"][:255]
    properties.title, properties.comments, properties.revision = says["title"][:255], says["number"], 1
    properties.created = properties.modified = at
    drawn = io.BytesIO()
    template.save(drawn)
    return _same_every_time(drawn.getvalue())


def _same_every_time(document: bytes) -> bytes:
    """The package with no trace of when it was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _OLDEST_IN_A_ZIP)
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(part, old.read(name))
    return packed.getvalue()


def _paper() -> bytes:
    """The office's own paper where the policy has one, else ours."""
    try:
        return policy().file(OWN_PAPER).read_bytes()
    except PolicyError:
        return _our_paper()


@lru_cache(maxsize=1)
def _our_paper() -> bytes:
    """Our own paper: a document with the names of what a letter says."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _font(document.styles["Normal"], BODY, 16)
    _line(document, "{{ office }}", size=26, font=TITLE, bold=True, middle=True, red=True)
    _line(document, "{{ number }}", middle=True)
    _line(document, "")
    _line(document, "{{ title }}", size=22, font=TITLE, bold=True, middle=True)
    _line(document, "")
    _line(document, "{{ addressee }}：")
    for text in ("{%p for each in paragraphs %}", "{{ each }}", "{%p endfor %}",
                 "{%p for each in articles %}", "{{ each }}", "{%p endfor %}"):  # fmt: skip
        _line(document, text, indent=not text.startswith("{%"))
    _line(document, "{%p if table %}")
    _table(document)
    _line(document, "{%p endif %}")
    for text in ("{%p if deadline %}", "{{ deadline }}", "{%p endif %}",
                 "{%p for each in enclosures %}", "{{ each }}", "{%p endfor %}"):  # fmt: skip
        _line(document, text, indent=not text.startswith("{%"))
    _line(document, "")
    for text in ("{{ office }}", "{{ date }}", "{{ seal }}"):
        _line(document, text, right=True)
    _line(document, "{{ square }}")
    _line(document, "{{ code }}  {{ address }}", size=9)
    drawn = io.BytesIO()
    document.save(drawn)
    return drawn.getvalue()


def _table(document: Any) -> None:
    """As many columns and rows as the letter has."""
    table = document.add_table(rows=4, cols=3, style="Table Grid")
    cells = [
        ["{%tc for each in table.columns %}", "{{ each }}", "{%tc endfor %}"],
        ["{%tr for row in table.rows %}", "", ""],
        ["{%tc for each in row %}", "{{ each }}", "{%tc endfor %}"],
        ["{%tr endfor %}", "", ""],
    ]
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(text).font.size = Pt(12)


def _line(
    document: Any, text: str, *, size: int = 16, font: str = BODY, bold: bool = False, middle: bool = False,
    right: bool = False, red: bool = False, indent: bool = False,
) -> None:  # fmt: skip
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = bold
    _font(run, font, size)
    if red:
        run.font.color.rgb = RGBColor(0xC0, 0, 0)
    if middle or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if middle else WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    paragraph.paragraph_format.space_after = Pt(0)


def _font(styled: Any, name: str, size: int) -> None:
    styled.font.name, styled.font.size = name, Pt(size)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
