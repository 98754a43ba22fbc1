"""Messages that come as a file: one, several after each other, or a batch with FHS, BHS, BTS and FTS."""

from __future__ import annotations

import re

from yigongti.interfaces.hl7v2.framing import END, START, Frame, FrameReader

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_BATCH = (b"FHS", b"BHS", b"BTS", b"FTS")


def messages_of_file(content: bytes) -> list[bytes]:
    """The messages of a file, in its order. Bytes before the first MSH make a message of their own, so that they are
    refused by name instead of being lost; the segments of a batch are no messages."""
    if START in content or END in content:
        reader = FrameReader(len(content) + 1)
        found = reader.feed(content) + reader.finish()
        return [piece.payload if isinstance(piece, Frame) else piece.head for piece in found]
    messages: list[bytes] = []
    for line in _LINE.findall(content.removeprefix(b"\xef\xbb\xbf")):
        if line.startswith(_BATCH) and line[3:4] not in (b"", b"\r", b"\n"):
            continue
        if line.startswith(b"MSH") or (not messages and line.strip()):
            messages.append(line)
        elif messages:
            messages[-1] += line
    return messages
