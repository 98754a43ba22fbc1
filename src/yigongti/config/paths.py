"""Where the house keeps its data.

The data folder holds the database, the lake, the secret key and the logs of one installation. It is, in this order:
the folder named by YIGONGTI_DATA; `var` in the checkout; and, when the product runs as root below a folder that other
users may not enter (a root-only home), `/var/lib/yigongti/<digest of the checkout>`: the embedded database runs as
an unprivileged user, who must be able to reach its files, and we do not open root's home for it.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


def open_to_all(folder: Path) -> bool:
    """Whether any user may walk to this folder: every parent that exists lets others enter."""
    return all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists())


def data_folder() -> Path:
    """The data folder of this installation, created (mode 755) when it is not there yet."""
    named = os.environ.get("YIGONGTI_DATA")
    folder = Path(named).expanduser().resolve() if named else CHECKOUT / "var"
    if not named and os.geteuid() == 0 and not open_to_all(folder):
        folder = Path("/var/lib/yigongti") / hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def policy_folder() -> Path:
    """The folder of policy files: YIGONGTI_POLICY, or `policy` in the checkout."""
    named = os.environ.get("YIGONGTI_POLICY")
    return Path(named).expanduser().resolve() if named else CHECKOUT / "policy"
