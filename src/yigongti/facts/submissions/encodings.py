"""Which encoding a text file is in, told from all of its bytes, and an exact place where it is broken.

UTF-8 (with or without a byte-order mark) and GB18030 (which contains GBK and GB2312) are read. A guess is never
made from the first lines only: a file whose last row is in another encoding is refused with that row's number.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from yigongti.facts.submissions.limits import Limits, too_large
from yigongti.foundation.errors import InvalidInput

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Encoding:
    """name: "utf-8" or "gb18030"; offset: bytes of byte-order mark to leave out."""

    name: str
    offset: int = 0


def detect_encoding(path: Path, limits: Limits) -> Encoding:
    """Reads the whole file once (twice when it is not UTF-8). Raises InvalidInput: encoding_utf16, binary_text,
    encoding_mixed, encoding_unknown, too_large (a line)."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InvalidInput(
            "submission.encoding_utf16",
            zh="文件是 UTF-16（Unicode 文本）编码，请另存为“CSV UTF-8”后再提交",
            en="the file is UTF-16 text; save it as “CSV UTF-8” and submit again",
        )
    offset = 3 if start.startswith(codecs.BOM_UTF8) else 0
    if _is_utf8(path, limits):
        return Encoding("utf-8", offset)
    _check_lines(path, declared_utf8=bool(offset))
    return Encoding("gb18030")


def _is_utf8(path: Path, limits: Limits) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    since_newline, position, fine = 0, 0, True
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if (null := chunk.find(b"\0")) >= 0:
                raise InvalidInput(
                    "submission.binary_text",
                    zh=f"文件不是文本：第 {position + null + 1} 字节为空字符，请重新导出为 CSV 或 XLSX",
                    en=f"this is not a text file: byte {position + null + 1} is a null; export it again as CSV or XLSX",
                )
            newline = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            since_newline = since_newline + len(chunk) if newline < 0 else len(chunk) - newline - 1
            if since_newline > limits.line_bytes:
                raise too_large("单行字节数", "bytes in a line", since_newline, limits.line_bytes)
            if fine:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    fine = False
            position += len(chunk)
    if not fine:
        return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_lines(path: Path, *, declared_utf8: bool) -> None:
    """A file that is not UTF-8 as a whole: GB18030 on every line, or an error naming the first line that is not.

    A line that is valid UTF-8 with Chinese characters beside lines that are not shows two exports glued together;
    GB18030 text hardly ever forms Chinese characters when read as UTF-8.
    """
    position, utf8_line, other = 0, 0, (0, 0)
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.isascii():
                place = _utf8_fault(line)
                if place < 0:
                    if not utf8_line and _has_chinese(line.decode("utf-8")):
                        utf8_line = number
                elif not other[0]:
                    other = (number, position + place + 1)
                if place >= 0 and (fault := _gb18030_fault(line)) >= 0:
                    raise _unknown(number, position + fault + 1)
            position += len(line)
    if utf8_line or declared_utf8:
        raise InvalidInput(
            "submission.encoding_mixed",
            zh=f"文件混用了两种编码：第 {other[0]} 行（第 {other[1]} 字节）不是 UTF-8，而其他行是；"
            "请从系统重新导出一份，或统一另存为“CSV UTF-8”",
            en=f"two encodings are mixed: line {other[0]} (byte {other[1]}) is not UTF-8 while other lines are; "
            "export it again, or save all of it as “CSV UTF-8”",
            where=f"第 {other[0]} 行",
        )


def _utf8_fault(line: bytes) -> int:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return -1


def _gb18030_fault(line: bytes) -> int:
    try:
        line.decode("gb18030")
    except UnicodeDecodeError as error:
        return error.start
    return -1


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _unknown(line: int, byte: int) -> InvalidInput:
    return InvalidInput(
        "submission.encoding_unknown",
        zh=f"第 {line} 行（第 {byte} 字节）既不是 UTF-8 也不是 GB18030 编码，请另存为“CSV UTF-8”后再提交",
        en=f"line {line} (byte {byte}) is neither UTF-8 nor GB18030; save the file as “CSV UTF-8” and submit again",
        where=f"第 {line} 行",
    )
