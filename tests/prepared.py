"""What is made once for a whole run of the tests, and copied by everybody who needs it.

    folder = once("migrated", make)      # make(draft) fills the folder; all others wait for it, and read it

A run is one `scripts/test`, or one pytest with its workers: the folder's name stands in YIGONGTI_TEST_PREPARED, and who
began the run takes the folder away. A maker that fails leaves nothing, and the next one tries again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

VARIABLE = "YIGONGTI_TEST_PREPARED"


def begin_run() -> Path | None:
    """Name the folder of this run, unless it has a name already; answers the folder if it is ours to take away."""
    if os.environ.get(VARIABLE):
        return None
    folder = Path(tempfile.mkdtemp(prefix="yigongti-prepared-"))
    folder.chmod(0o755)
    os.environ[VARIABLE] = str(folder)
    return folder


def end_run(folder: Path | None) -> None:
    """Take away what this run prepared."""
    if folder is not None:
        os.environ.pop(VARIABLE, None)
        shutil.rmtree(folder, ignore_errors=True)


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, made by whoever comes first."""
    shared = Path(os.environ[VARIABLE])
    shared.mkdir(mode=0o755, parents=True, exist_ok=True)
    whole = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            draft = shared / f".{name}.{os.getpid()}"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o755)
            make(draft)
            draft.rename(whole)
    return whole


def copy(what: Path, to: Path) -> None:
    """A copy of a folder with its owners and rights (the database's files belong to the server's own user)."""
    subprocess.run(["cp", "-a", str(what), str(to)], check=True)
