"""MLLP: how an HL7 v2 message is wrapped when it travels over a socket.

A frame is 0x0B, the message, 0x1C 0x0D (HL7 "Minimal Lower Layer Protocol", release 1). Neither UTF-8 nor GB 18030 uses
these two bytes inside a character, so a frame can be found without knowing the character set.

What is done with what is not a frame is the same however the bytes are cut into reads:

    bytes before a start          reported as garbage; carriage returns and line feeds between frames are not
    a start inside a frame        the frame begun is reported as broken, a new one begins
    an end without the last CR    the message is taken, and the flaw is reported
    more than the largest size    reported once with its head (so that it can be refused by name), skipped to its end
    the connection closes         a frame begun is reported as half a message
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

START = 0x0B
END = 0x1C
RETURN = 0x0D
_BETWEEN = b"\r\n"
_HEAD = 2048
_SAMPLE = 64


class Flaw(StrEnum):
    """What was wrong with a piece of the stream."""

    GARBAGE = "garbage_before_start"
    START_INSIDE = "start_inside_frame"
    NO_RETURN = "end_without_return"
    TOO_LARGE = "too_large"
    HALF = "half_message"


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole message, without its wrapping. `flaw` is set when its end lacked the carriage return."""

    payload: bytes
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes that are no message: how many, and their beginning (of a message that is too large: enough for its MSH)."""

    flaw: Flaw
    size: int
    head: bytes


def wrap(payload: bytes) -> bytes:
    """The message as a frame. Raises ValueError when it holds a byte of the wrapping itself."""
    if START in payload or END in payload:
        raise ValueError("a message must not hold the bytes 0x0B and 0x1C")
    return bytes([START]) + payload + bytes([END, RETURN])


class FrameReader:
    """Finds frames in a stream that arrives in pieces of any size. largest: bytes of a message that is still taken."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._inside = False
        self._ended = False  # 0x1C was seen; the next byte decides whether the frame is clean
        self._skipping = False  # too large: its bytes are counted, not kept
        self._kept = bytearray()
        self._size = 0

    @property
    def waits_for_return(self) -> bool:
        """Whether only the last carriage return is missing: a sender that never sends it waits for an answer."""
        return self._ended

    def feed(self, data: bytes) -> list[Frame | Broken]:
        """What the stream held up to here, in its order."""
        found: list[Frame | Broken] = []
        place = 0
        while place < len(data):
            if self._ended:
                if data[place] == RETURN:
                    found += self._close(None)
                    place += 1
                else:
                    found += self._close(Flaw.NO_RETURN)
            elif self._inside:
                place = self._inside_frame(data, place, found)
            else:
                place = self._between_frames(data, place, found)
        return found

    def settle(self) -> list[Frame | Broken]:
        """Takes a frame whose last carriage return has not come (the caller has waited for it)."""
        return self._close(Flaw.NO_RETURN) if self._ended else []

    def finish(self) -> list[Frame | Broken]:
        """The stream ends here: what was begun is reported."""
        if self._ended:
            return self._close(Flaw.NO_RETURN)
        if self._inside:
            return self._report(Flaw.TOO_LARGE if self._skipping else Flaw.HALF)
        return self._report(Flaw.GARBAGE) if self._size else []

    def _between_frames(self, data: bytes, place: int, found: list[Frame | Broken]) -> int:
        byte = data[place]
        if byte == START:
            if self._size:
                found += self._report(Flaw.GARBAGE)
            self._inside = True
        elif self._size or byte not in _BETWEEN:
            if len(self._kept) < _SAMPLE:
                self._kept.append(byte)
            self._size += 1
            if self._size >= self._largest:
                found += self._report(Flaw.GARBAGE)
        return place + 1

    def _inside_frame(self, data: bytes, place: int, found: list[Frame | Broken]) -> int:
        ends = [at for at in (data.find(START, place), data.find(END, place)) if at >= 0]
        stop = min(ends, default=len(data))
        self._size += stop - place
        if self._size > self._largest:
            self._skipping = True
        if self._skipping:
            self._kept += data[place : min(stop, place + max(0, _HEAD - len(self._kept)))]
            del self._kept[_HEAD:]
        else:
            self._kept += data[place:stop]
        if stop == len(data):
            return stop
        if data[stop] == END:
            self._ended = True
        else:
            found += self._report(Flaw.TOO_LARGE if self._skipping else Flaw.START_INSIDE)
            self._inside = True
        return stop + 1

    def _close(self, flaw: Flaw | None) -> list[Frame | Broken]:
        if self._skipping:
            return self._report(Flaw.TOO_LARGE)
        frame = Frame(bytes(self._kept), flaw)
        self._begin()
        return [frame]

    def _report(self, flaw: Flaw) -> list[Frame | Broken]:
        broken = Broken(flaw, self._size, bytes(self._kept[:_HEAD]))
        self._begin()
        return [broken]

    def _begin(self) -> None:
        self._inside = self._ended = self._skipping = False
        self._kept = bytearray()
        self._size = 0
