"""The decision: from the first bytes to the kind, from the whole file to yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yigongti.kernel.attachments.content import documents, images
from yigongti.kernel.attachments.content.refusals import refused


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type and the endings that its name may have, the usual one first."""

    media_type: str
    endings: tuple[str, ...]
    family: str


_PICTURE_ENDINGS = ("jpg", "jpeg", "png", "webp")  # telephones and messengers name pictures carelessly
KINDS: dict[str, Kind] = {
    "jpeg": Kind("image/jpeg", ("jpg", *_PICTURE_ENDINGS[1:]), "picture"),
    "png": Kind("image/png", ("png", *_PICTURE_ENDINGS), "picture"),
    "webp": Kind("image/webp", ("webp", *_PICTURE_ENDINGS), "picture"),
    "pdf": Kind("application/pdf", ("pdf",), "document"),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), "document"),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), "document"),
    "text": Kind("text/plain; charset=utf-8", ("txt", "csv"), "text"),
    "text_gb18030": Kind("text/plain; charset=gb18030", ("txt", "csv"), "text"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is; width and height in pixels for pictures, else 0."""

    kind: str
    width: int = 0
    height: int = 0

    @property
    def media_type(self) -> str:
        return KINDS[self.kind].media_type


_REFUSED_AT_ONCE: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xfe\xed\xfa\xce", "program"),
    (b"\xfe\xed\xfa\xcf", "program"),
    (b"\xce\xfa\xed\xfe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"dex\n", "program"),
    (b"\x00asm", "program"),
    (b"#!", "script"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
)
_WEB = re.compile(r"<\s*(!doctype\s+html|html|script|svg|iframe|body|object|embed|\?php|\?xml-stylesheet)\b", re.I)
_WEB_PHP = re.compile(r"<\?(php|=)", re.I)
_COMMANDS = re.compile(r"\A\s*(@echo\s+off|rem\s|set-executionpolicy|powershell|createobject\()", re.I)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def recognised(data: bytes, *, most_pixels: int, most_unpacked: int) -> Found:
    """What the bytes are. Raises InvalidInput ("attachments.…") with a sentence that says why they are refused.

    most_pixels: width × height of a picture. most_unpacked: bytes that a packed document may unfold to.
    """
    if not data:
        raise refused("empty")
    for begins, why in _REFUSED_AT_ONCE:
        if data.startswith(begins):
            raise refused(why)
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"):
        raise refused("heic")
    if data.startswith(b"\xff\xd8\xff"):
        return _picture("jpeg", images.jpeg(data), data, most_pixels)
    if data.startswith(images.PNG_BEGINS):
        return _picture("png", images.png(data), data, most_pixels)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _picture("webp", images.webp(data), data, most_pixels)
    if data.startswith(b"%PDF-"):
        documents.pdf(data, most_unpacked)
        _nothing_hidden(data, pdf_may_stand=True)
        return Found("pdf")
    if data.startswith(b"PK"):
        return Found(documents.office(data, most_unpacked))
    return _text(data)


def _picture(kind: str, size: images.Size, data: bytes, most_pixels: int) -> Found:
    width, height = size
    if not width or not height:
        raise refused("damaged")
    if width * height > most_pixels:
        raise refused("too_many_pixels")
    _nothing_hidden(data)
    return Found(kind, width, height)


def _nothing_hidden(data: bytes, *, pdf_may_stand: bool = False) -> None:
    """No second file that other programs would find in the same bytes: readers of PDF look into the first kilobyte,
    readers of archives search the end of the file for the directory."""
    if not pdf_may_stand and b"%PDF-" in data[:1100]:
        raise refused("something_more")
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_600))
    if place >= 0 and place + 22 + int.from_bytes(data[place + 20 : place + 22], "little") >= len(data) - 16:
        raise refused("something_more")
    lower = data[:1024].lower()
    if any(sign in lower for sign in (b"<script", b"<html", b"<svg", b"<!doctype")) and not pdf_may_stand:
        raise refused("something_more")


def _text(data: bytes) -> Found:
    for kind, encoding in (("text", "utf-8-sig"), ("text_gb18030", "gb18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROLS.search(text):
            raise refused("unknown")
        if _WEB.search(text) or _WEB_PHP.search(text):
            raise refused("web_page")
        if _COMMANDS.search(text):
            raise refused("script")
        return Found(kind)
    raise refused("unknown")
