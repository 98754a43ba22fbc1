"""Pictures read part by part: JPEG (ITU-T T.81), PNG (ISO/IEC 15948), WebP (RFC 9649). Each answers (width, height).

Every part is walked to the end of the file, with the check sums where the format has them: a picture that is cut off is
damaged, and one that goes on behind its end carries something else.
"""

from __future__ import annotations

import struct
import zlib

from yigongti.kernel.attachments.content.refusals import refused

Size = tuple[int, int]

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"


def jpeg(data: bytes) -> Size:
    """The size of a JPEG. Behind it may stand further JPEGs alone (previews and gain maps of telephones)."""
    size, end = _one_jpeg(data, 0)
    while end < len(data):
        if not data[end:].strip(b"\x00"):
            break  # padding
        if data[end : end + 3] != b"\xff\xd8\xff":
            raise refused("something_more")
        _, end = _one_jpeg(data, end)
    return size


def _one_jpeg(data: bytes, begin: int) -> tuple[Size, int]:
    place, size = begin + 2, None
    while True:
        if place + 4 > len(data):
            if data[place : place + 2] == b"\xff\xd9" and size:
                return size, place + 2
            raise refused("damaged")
        if data[place] != 0xFF:
            raise refused("damaged")
        marker = data[place + 1]
        if marker == 0xFF:  # fill
            place += 1
            continue
        if marker in _JPEG_ALONE:
            place += 2
            continue
        if marker == 0xD9:
            if not size:
                raise refused("damaged")
            return size, place + 2
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        if length < 2 or place + 2 + length > len(data):
            raise refused("damaged")
        if marker in _JPEG_FRAMES:
            if length < 8:
                raise refused("damaged")
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            size = (width, height)
        place += 2 + length
        if marker == 0xDA:
            if not size:
                raise refused("damaged")
            place = _behind_the_scan(data, place)


def _behind_the_scan(data: bytes, place: int) -> int:
    """Where the next marker stands behind compressed picture data."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            raise refused("damaged")
        following = data[place + 1]
        if following != 0 and following != 0xFF and following not in _JPEG_ALONE:
            return place
        place += 1 if following == 0xFF else 2


def png(data: bytes) -> Size:
    """The size of a PNG: chunks with their check sums from IHDR to IEND, picture data among them, nothing behind."""
    place, size, has_data = len(PNG_BEGINS), None, False
    while True:
        head = data[place : place + 8]
        if len(head) < 8:
            raise refused("damaged")
        length, kind = struct.unpack(">I4s", head)
        body = data[place + 8 : place + 8 + length]
        check = data[place + 8 + length : place + 12 + length]
        if len(body) < length or len(check) < 4 or zlib.crc32(kind + body) != int.from_bytes(check, "big"):
            raise refused("damaged")
        if (size is None) != (kind == b"IHDR") or (kind == b"IHDR" and length != 13):
            raise refused("damaged")
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        has_data = has_data or kind == b"IDAT"
        place += 12 + length
        if kind == b"IEND":
            break
    if not has_data:
        raise refused("damaged")
    if data[place:].strip(b"\x00"):
        raise refused("something_more")
    return size


def webp(data: bytes) -> Size:
    """The size of a WebP: RIFF chunks that fill exactly the length that the head says."""
    said = int.from_bytes(data[4:8], "little") + 8
    if said > len(data):
        raise refused("damaged")
    if data[said:].strip(b"\x00"):
        raise refused("something_more")
    place, size, has_data = 12, None, False
    while place < said:
        kind, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        body = data[place + 8 : place + 8 + length]
        if len(kind) < 4 or len(body) < length or place + 8 + length > said:
            raise refused("damaged")
        size = size or _webp_size(kind, body)
        has_data = has_data or kind in (b"VP8 ", b"VP8L", b"ANMF")
        place += 8 + length + length % 2
    if not size or not has_data:
        raise refused("damaged")
    return size


def _webp_size(kind: bytes, body: bytes) -> Size | None:
    if kind == b"VP8X" and len(body) >= 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None
