"""Small files of every kind, made here byte by byte, and what can be wrong with them."""

import io
import struct
import zipfile
import zlib

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def _segment(marker, body):
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(width=8, height=6, comment=b"", scan=b"\x12\x34\xff\x00\x56"):
    frame = b"\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    parts = [b"\xff\xd8", _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")]
    parts += [_segment(0xFE, comment)] if comment else []
    parts += [_segment(0xC0, frame), _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"), scan, b"\xff\xd9"]
    return b"".join(parts)


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=3, height=2):
    rows = zlib.compress(b"".join(b"\x00" + b"\x10\x20\x30" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def webp(width=5, height=4):
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + b"\x00\x00\x00"
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def pdf(inside=b"<< /Type /Catalog /Pages 2 0 R >>", packed=b""):
    text = b"%PDF-1.7\n1 0 obj\n" + inside + b"\nendobj\n"
    if packed:
        body = zlib.compress(packed)
        text += b"5 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(body)
        text += body + b"\nendstream\nendobj\n"
    return text + b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def office(main=DOCX, more=(), types="", method=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as package:
        package.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types><Override PartName="/x.xml" ContentType="{main}"/>{types}</Types>',
        )
        package.writestr("_rels/.rels", "<Relationships/>")
        package.writestr("x.xml", "<document/>")
        for name, text in more:
            package.writestr(name, text)
    return held.getvalue()
