"""Where the bytes lie: DATA_FOLDER/attachments/<two places>/<SHA-256>, written once, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.attachments.content.refusals import refused


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that arrived and are not yet anybody's: their digest and length, and the file in which they wait."""

    digest: str
    size: int
    waiting: Path


def folder() -> Path:
    """The folder of all attachments."""
    return Path(settings.DATA_FOLDER) / "attachments"


def place_of(digest: str) -> Path:
    """Where the bytes of that digest lie, or would."""
    return folder() / digest[:2] / digest


def receive(chunks: Iterable[bytes], most_bytes: int) -> Kept:
    """Write what arrives into a waiting file. Raises InvalidInput beyond most_bytes; nothing is left behind then."""
    folder().mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder(), prefix="arriving-")
    waiting = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most_bytes:
                    raise too_large(most_bytes)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise refused("empty")
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
    return Kept(digest.hexdigest(), size, waiting)


def settle(kept: Kept) -> Path:
    """Give the bytes their place. The same bytes a second time change nothing."""
    place = place_of(kept.digest)
    place.parent.mkdir(exist_ok=True)
    kept.waiting.replace(place)  # of the same bytes, if it was there already
    directory = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return place


def too_large(most_bytes: int) -> InvalidInput:
    """The sentence about a file that is larger than the office allows."""
    most = most_bytes // 1024**2
    return InvalidInput(
        "attachments.too_large",
        zh=f"文件超过 {most} MB，请缩小后上传",
        en=f"the file is larger than {most} MB; make it smaller",
    )
