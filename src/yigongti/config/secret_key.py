"""The one secret of an installation: signs sessions and scopes, and seals second factors.

YIGONGTI_SECRET_KEY names it where several machines serve one county; otherwise it is made once, in the data folder,
readable by its owner alone.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """The key of this installation; made on first use. Two processes that start together end with the same key."""
    named = os.environ.get("YIGONGTI_SECRET_KEY")
    if named:
        return named
    path = folder / "secret_key"
    if not path.exists():
        draft = folder / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)  # fails if another process was first: then its key is the key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
