"""Documents: PDF (ISO 32000), docx and xlsx (ECMA-376). Looked through for what acts by itself; never opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from yigongti.kernel.attachments.content.refusals import refused

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm)(?![A-Za-z0-9])")
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
PDF_BEGINS = re.compile(rb"%PDF-[12]\.\d")


def pdf(data: bytes, most_unpacked: int) -> None:
    """Nothing, when the PDF is whole and does nothing by itself. Names are read also where they are written with #xx
    and inside compressed object streams."""
    if not PDF_BEGINS.match(data):
        raise refused("damaged")
    tail = data[-2048:]
    end = tail.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in tail:
        raise refused("damaged")
    if tail[end + 5 :].strip(b"\r\n\x00 \t"):
        raise refused("something_more")
    outside, packed = _parts(data, most_unpacked)
    for text in (outside, packed):
        named = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)
        if _ENCRYPTED.search(named):
            raise refused("encrypted")
        if _ACTIVE.search(named):
            raise refused("active_pdf")


def _parts(data: bytes, most_unpacked: int) -> tuple[bytes, bytes]:
    """The text outside of streams, and what object streams and cross-reference streams hold."""
    outside, packed, place, room = [], [], 0, most_unpacked
    for found in _STREAM.finditer(data):
        if found.start() < place:
            continue
        head = data[place : found.start()]
        outside.append(head)
        end = data.find(b"endstream", found.end())
        if end < 0:
            raise refused("damaged")
        if b"/ObjStm" in _ESCAPED.sub(lambda hex_: bytes([int(hex_[1], 16)]), head[-2048:]):
            unpacking = zlib.decompressobj()
            try:
                text = unpacking.decompress(data[found.end() : end], room)
            except zlib.error:  # packed by another filter, or under a second one: it cannot be looked into
                raise refused("active_pdf") from None
            if unpacking.unconsumed_tail:
                raise refused("unpacks_too_large")
            room = max(room - len(text), 1)
            packed.append(text)
        place = end
    outside.append(data[place:])
    return b"".join(outside), b" ".join(packed)


_MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_MACROS = re.compile(
    r"(vbaproject\.bin|vbadata\.xml|/activex/|/embeddings/.*\.(bin|exe|dll|js|vbs)$|/macrosheets/)", re.I
)
_PROGRAM = re.compile(r"\.(exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|sh|jar|msi|lnk)$", re.I)
_FETCHED = re.compile(r"<Relationship\b[^>]*?/(attachedTemplate|oleObject|frame|subDocument)\"[^>]*>", re.I)


def office(data: bytes, most_unpacked: int) -> str:
    """ "docx" or "xlsx" for a whole, unencrypted package without macros, programs and remote templates."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise refused("damaged") from None
    names = [entry.filename for entry in entries]
    if "[Content_Types].xml" not in names:
        raise refused("archive")
    if min(entry.header_offset for entry in entries) != 0 or package.comment or len(names) != len(set(names)):
        raise refused("something_more")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise refused("encrypted")
    if any(_MACROS.search("/" + name) or _PROGRAM.search(name) for name in names):
        raise refused("macros")
    if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
        raise refused("something_more")
    if sum(entry.file_size for entry in entries) > most_unpacked:
        raise refused("unpacks_too_large")
    return _office_kind(package, entries, most_unpacked)


def _office_kind(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo], most_unpacked: int) -> str:
    types, room = "", most_unpacked
    for entry in entries:
        text = _unpacked(package, entry, room)
        room -= len(text)
        if entry.filename == "[Content_Types].xml":
            types = _xml(text)
        elif entry.filename.endswith(".rels"):
            relations = _xml(text)
            if any('"external"' in found[0].lower() for found in _FETCHED.finditer(relations)):
                raise refused("remote")
    if "macroEnabled" in types or "vbaProject" in types:
        raise refused("macros")
    kinds = [kind for kind, main in _MAIN.items() if f'"{main}"' in types]
    if len(kinds) != 1:
        raise refused("unknown")
    return kinds[0]


def _unpacked(package: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """The entry's bytes, its check sum tested; what a head says about its length is not believed."""
    try:
        with package.open(entry) as part:
            text = part.read(room + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise refused("damaged") from None
    if len(text) > room:
        raise refused("unpacks_too_large")
    return text


def _xml(text: bytes) -> str:
    encoding = "utf-16" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        read = text.decode(encoding)
    except UnicodeDecodeError:
        raise refused("damaged") from None
    if "<!DOCTYPE" in read or "<!ENTITY" in read:
        raise refused("something_more")
    return read.replace("'", '"')
