"""Where the files of letters lie: DATA_FOLDER/letters/<two places>/<SHA-256>, written once, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from yigongti.foundation.errors import InvalidInput


def folder() -> Path:
    """The folder of all letters."""
    return Path(settings.DATA_FOLDER) / "letters"


def put(content: bytes) -> str:
    """Keep the bytes, safely on the disk before the digest is told; the digest. The same bytes are kept once."""
    digest = hashlib.sha256(content).hexdigest()
    place = _place(digest)
    if place.is_file():
        return digest
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder(), prefix="arriving-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    finally:
        Path(name).unlink(missing_ok=True)
    directory = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return digest


def opened(digest: str) -> bytes:
    """The bytes of a letter's file. Raises InvalidInput when they have gone, or are no longer what was made."""
    place = _place(digest)
    content = place.read_bytes() if place.is_file() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise InvalidInput(
            "matters.letter_file_lost",
            zh="文书文件不在存储中或已被改动，请联系系统管理员从备份恢复",
            en="the letter's file is gone or altered; ask the system administrator to restore it from the backup",
        )
    return content


def _place(digest: str) -> Path:
    return folder() / digest[:2] / digest
