"""The county's published changes: a layer of the policy that lies in the data folder, over the product's own files.

    policy/in_force                 one line: the name of the folder that is in force
    policy/layers/0007-3fa9c1d2/    the whole layer as it stood after the seventh publication; earlier ones stay

A layer is written whole beside the others and then named in one step, by exchanging the small file `in_force`: whoever
is killed in between leaves the old layer or the new one, never a mixture. What is named and not there is an error,
never silently "no layer".
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from yigongti.foundation.errors import InvalidInput, PolicyError

IN_FORCE = "in_force"
LAYERS = "layers"
_NAME = re.compile(r"(\d{4,})-[0-9a-f]{12}")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*")


def is_plain(path: str) -> bool:
    """Whether a path may be one of a policy file: below the root, no hidden part, no way upwards."""
    return bool(_PLAIN_PATH.fullmatch(path)) and ".." not in path


def files_digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over paths and contents, in path order."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return whole.hexdigest()


def layer_in_force(root: Path) -> Path | None:
    """The layer that is in force below the folder; None where nothing was ever published.

    Raises PolicyError when a layer is named and is not there.
    """
    try:
        name = (root / IN_FORCE).read_text("ascii").strip()
    except FileNotFoundError:
        return None
    layer = root / LAYERS / name
    if not _NAME.fullmatch(name) or not layer.is_dir():
        raise PolicyError(
            "policy.published_layer_missing",
            zh=f"已公布的政策目录 {name} 不见了，请从备份恢复数据目录",
            en=f"the folder {name} of published policy is missing: restore the data folder from a backup",
            where=str(root),
        )
    return layer


def files_in_force(root: Path) -> dict[str, bytes]:
    """The files of the layer in force; empty where nothing was ever published."""
    layer = layer_in_force(root)
    if layer is None:
        return {}
    return {place.relative_to(layer).as_posix(): place.read_bytes() for place in layer.rglob("*") if place.is_file()}


def put_in_force(root: Path, files: Mapping[str, bytes]) -> Path | None:
    """Make these files the layer, whole; the layer now in force (None when there never was one and there is none now).

    Nothing is written when they are in force already. Raises InvalidInput for a path that leads out of the layer.
    """
    for path in files:
        if not is_plain(path):
            raise InvalidInput(
                "policy.path_not_plain",
                zh=f"“{path}”不是政策目录内的文件名",
                en=f"“{path}” is no name of a file below the policy folder",
                where=path,
            )
    if files_in_force(root) == dict(files):
        return layer_in_force(root)
    layers = root / LAYERS
    layers.mkdir(parents=True, exist_ok=True)
    numbers = [int(match[1]) for place in layers.iterdir() if (match := _NAME.fullmatch(place.name))]
    made = layers / f"{max(numbers, default=0) + 1:04d}-{files_digest(files)[:12]}"
    with tempfile.TemporaryDirectory(dir=root, prefix=".writing-") as writing:
        draft = Path(writing) / "layer"
        draft.mkdir(mode=0o755)
        for path, content in files.items():
            place = draft / path
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(place, content)
        draft.replace(made)
        named = Path(writing) / IN_FORCE
        _write(named, f"{made.name}\n".encode("ascii"))
        _flush_folder(layers)
        named.replace(root / IN_FORCE)  # from here on the new layer holds
        _flush_folder(root)
    return made


def _write(place: Path, content: bytes) -> None:
    with place.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
