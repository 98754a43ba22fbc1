"""How a line of the view log and a block are written as bytes, and their digests (SM3, GB/T 32905-2016; from memory,
unchecked).

A field is its length in bytes, a colon, its text and a comma; one that is empty in the database is "-,". So two
different lines never give the same bytes, and another programme can compute the digests anew from an export.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes

VIEW_COLUMNS = (
    "id", "transaction_id", "recorded_at", "happened_at", "account_id", "by_resident_id", "client", "viewer",
    "institution_id", "resident_id", "what", "why", "address", "request_id",
)  # fmt: skip
"""The fields of a line in the order of its bytes; instants as microseconds since 1970, addresses as host()."""

LEAF_BYTES = 8
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def sm3(content: bytes) -> bytes:
    """The digest, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize()


def as_bytes(values: Iterable[Any]) -> bytes:
    """The fields one after the other."""
    parts = []
    for value in values:
        if value is None:
            parts.append(b"-,")
            continue
        if isinstance(value, datetime):
            value = (value - _EPOCH) // _MICROSECOND
        text = str(value).encode()
        parts.append(b"%d:%b," % (len(text), text))
    return b"".join(parts)


def root_of(digests: Sequence[bytes]) -> str:
    """One digest over those of the lines, in the order of their ids; hex."""
    return sm3(b"".join(digests)).hex()


def leaves_of(digests: Sequence[bytes]) -> bytes:
    """The beginning of each line's digest: enough to tell which line was altered; the root proves that one was."""
    return b"".join(digest[:LEAF_BYTES] for digest in digests)


def block_digest(block: Sequence[Any]) -> str:
    """The digest of a block: everything that it says, the digest of the block before among it; hex."""
    return sm3(as_bytes(block)).hex()
