"""Sealing identity numbers and telephones at rest, and finding them again without opening them.

Sealed with SM4-GCM under the key ring's current key; found by a blind index, HMAC-SM3 under a key of its own. What was
sealed names its key, so that older values open after a rotation until they are sealed anew (`yigongti keys`).

The ring is a file of the data folder (key_ring.json, readable by its owner alone). Without it sealed values are lost:
`yigongti backup` keeps it. SM3: GB/T 32905-2016, SM4: GB/T 32907-2016 (from memory, unchecked).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

from yigongti.foundation.errors import YigongtiError

_NONCE, _TAG = 12, 16


class NotOpened(YigongtiError):
    """A sealed value that no key of the ring opens: altered, moved to another row's place, or its key is gone."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """current: name of the key that seals; keys: name → 16 bytes; index_key: 32 bytes of the blind index."""

    current: str
    keys: dict[str, bytes]
    index_key: bytes

    @staticmethod
    def fresh() -> KeyRing:
        """A new ring with one key."""
        return KeyRing("1", {"1": secrets.token_bytes(16)}, secrets.token_bytes(32))

    def rotated(self) -> KeyRing:
        """The ring with one more key, which seals from now on."""
        name = str(max(int(known) for known in self.keys) + 1)
        return KeyRing(name, {**self.keys, name: secrets.token_bytes(16)}, self.index_key)

    def seal(self, text: str, purpose: str) -> str:
        """The text sealed for a purpose ("number", "phone"): key name, colon, base64 of nonce, cipher text, tag."""
        nonce = os.urandom(_NONCE)
        encryptor = Cipher(algorithms.SM4(self.keys[self.current]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(purpose.encode())
        sealed = nonce + encryptor.update(text.encode()) + encryptor.finalize() + encryptor.tag
        return f"{self.current}:{base64.b64encode(sealed).decode()}"

    def open(self, sealed: str, purpose: str) -> str:
        """The text again. Raises NotOpened."""
        name, _colon, body = sealed.partition(":")
        try:
            raw = base64.b64decode(body, validate=True)
            mode = modes.GCM(raw[:_NONCE], raw[-_TAG:])
            decryptor = Cipher(algorithms.SM4(self.keys[name]), mode).decryptor()
            decryptor.authenticate_additional_data(purpose.encode())
            return (decryptor.update(raw[_NONCE:-_TAG]) + decryptor.finalize()).decode()
        except (KeyError, ValueError, InvalidTag):
            raise NotOpened(
                "people.not_opened",
                zh="加密字段无法解开，请检查密钥环是否完整",
                en="a sealed value cannot be opened; check that the key ring is whole",
            ) from None

    def index(self, text: str, purpose: str) -> str:
        """The blind index: equal texts of one purpose give equal 64 hex places, and nothing leads back."""
        if not text:
            return ""
        proof = _keyed(self.index_key).copy()  # keying costs more than hashing so short a text
        proof.update(f"{purpose}\n{text}".encode())
        return proof.finalize().hex()

    def sign(self, content: bytes, purpose: str, key_name: str) -> bytes:
        """HMAC-SM3, 32 bytes, under a key derived for this purpose from the named key. Raises KeyError for an unknown
        name."""
        derived = hmac.HMAC(self.keys[key_name], hashes.SM3())
        derived.update(f"sign {purpose}".encode())
        proof = hmac.HMAC(derived.finalize(), hashes.SM3())
        proof.update(content)
        return proof.finalize()

    def as_json(self) -> str:
        """The ring as its file holds it."""
        encoded = {name: base64.b64encode(key).decode() for name, key in self.keys.items()}
        index_key = base64.b64encode(self.index_key).decode()
        return json.dumps({"current": self.current, "keys": encoded, "index_key": index_key}, indent=1)


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.HMAC(key, hashes.SM3())


def ring_path() -> Path:
    """Where the installation's ring lies."""
    return Path(settings.DATA_FOLDER) / "key_ring.json"


def ring() -> KeyRing:
    """The installation's ring, made on first use; read anew when its file has changed."""
    path = ring_path()
    if not path.exists():
        keep_ring(KeyRing.fresh(), replace=False)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> KeyRing:
    told = json.loads(path.read_text(encoding="utf-8"))
    keys = {name: base64.b64decode(key) for name, key in told["keys"].items()}
    return KeyRing(told["current"], keys, base64.b64decode(told["index_key"]))


def keep_ring(made: KeyRing, *, replace: bool = True) -> None:
    """Write the ring whole; with replace=False the first of several processes that make one wins."""
    path = ring_path()
    draft = path.with_name(f".key_ring.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(made.as_json())
        file.flush()
        os.fsync(file.fileno())
    try:
        if replace:
            draft.replace(path)
        else:
            os.link(draft, path)
    except FileExistsError:
        pass  # somebody else made it in the same moment
    finally:
        draft.unlink(missing_ok=True)
