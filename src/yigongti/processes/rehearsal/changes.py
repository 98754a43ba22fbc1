"""What is changed: files of the policy, edited or new, held against the policy in force before anything is replayed.

A change is a set of whole files, path below the policy folder → bytes. They are laid over the layers in force as one
more layer and loaded as the product loads its policy, so that a file is judged by the same reader with the same words.
A file that stands in place of another must say why (`overlays`); the reason that the office gave is written into it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from yigongti.foundation.errors import InvalidInput, PolicyError, Text, YigongtiError
from yigongti.foundation.policy import Parameter, Policy, Scalar, read_yaml
from yigongti.foundation.policy.published import files_digest, is_plain

MOST_FILES = 400
LARGEST_FILE = 20 * 1024 * 1024


class WrongFile(InvalidInput):
    """A changed file that the policy's reader refuses. path: which; the sentence is the reader's own."""

    def __init__(self, path: str, error: YigongtiError) -> None:
        super().__init__(error.code, zh=error.text.zh, en=error.text.en, where=error.where or path)
        self.path = path


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that differs. case: what it is for, in the order of the parameter's axes; from_on: since when the new
    one holds. before None: the case is new; after None: it is left out."""

    parameter: str
    path: str
    label: Text
    unit: str
    axes: tuple[str, ...]
    case: tuple[str, ...]
    before: Scalar | None
    after: Scalar | None
    from_on: date
    source: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file. is_new: nothing stood in its place. values: what differs in a parameter, else empty."""

    path: str
    is_new: bool
    values: tuple[ValueChange, ...]


def tidy_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files in path order. Raises InvalidInput for none, too many, one too large, or a path that leads outside."""
    if not files or len(files) > MOST_FILES:
        raise InvalidInput(
            "rehearsal.files_count",
            zh=f"请给出 1 至 {MOST_FILES} 个政策文件",
            en=f"give 1 to {MOST_FILES} files of the policy",
        )
    for path, content in files.items():
        if not is_plain(path) or path.startswith("overlays/"):
            raise InvalidInput(
                "policy.path_not_plain",
                zh=f"“{path}”不是政策目录内的文件名",
                en=f"“{path}” is no name of a file below the policy folder",
                where=path,
            )
        if len(content) > LARGEST_FILE:
            raise InvalidInput("rehearsal.file_large", zh="文件超过 20 MB", en="larger than 20 MB", where=path)
    return {path: files[path] for path in sorted(files)}


def files_of(folder: Path) -> dict[str, bytes]:
    """The files below a folder, as a change."""
    places = [place for place in sorted(folder.rglob("*")) if place.is_file() and not place.name.startswith(".")]
    return tidy_files({place.relative_to(folder).as_posix(): place.read_bytes() for place in places})


def with_reason(content: bytes, path: str, reason: str) -> bytes:
    """The YAML file saying `overlays: reason`, everything else as it was. Raises PolicyError where it is no YAML."""
    text = _decoded(content, path)
    said = f"overlays: {json.dumps(reason, ensure_ascii=False)}"
    data = read_yaml(text, path)
    if not isinstance(data, dict):
        raise PolicyError("policy.parameter_incomplete", zh="文件是空的", en="the file is empty", where=path)
    expected = {**data, "overlays": reason}
    if re.search(r"(?m)^overlays:", text):
        made = re.sub(r"(?m)^overlays:.*$", lambda _: said, text, count=1)
    else:
        made = re.sub(r"(?m)^(id:.*)$", lambda found: f"{found[1]}\n{said}", text, count=1)
    try:
        same = read_yaml(made, path) == expected
    except PolicyError:
        same = False
    if not same:  # an unusual layout: written anew, without its comments
        made = dumped(expected)
    return made.encode()


def dumped(data: Any) -> str:
    """Policy data as YAML, in its own order, every scalar a text as the reader takes it."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)


def _decoded(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(
            "rehearsal.not_utf8", zh="文件不是 UTF-8 编码", en="the file is not UTF-8", where=path
        ) from error


def with_reasons(layers: Sequence[Path], files: Mapping[str, bytes], reason: str) -> dict[str, bytes]:
    """The files, each YAML that stands in place of another with the reason. Raises InvalidInput without one."""
    said = " ".join(reason.split())
    if not said:
        raise InvalidInput("rehearsal.reason_missing", zh="请写明调整理由", en="say why it is changed", where="reason")
    made = {}
    for path, content in tidy_files(files).items():
        replaces = path.endswith(".yaml") and any((layer / path).is_file() for layer in layers)
        try:
            made[path] = with_reason(content, path, said) if replaces else content
        except PolicyError as error:
            raise WrongFile(path, error) from error
    return made


@contextmanager
def laid_over(layers: Sequence[Path], files: Mapping[str, bytes]) -> Iterator[Policy]:
    """The policy with the files over the layers, as long as the block lasts.

    Raises WrongFile naming the file whose content is refused, InvalidInput as `tidy_files`.
    """
    with tempfile.TemporaryDirectory(prefix="yigongti-rehearsal-") as folder:
        for path, content in tidy_files(files).items():
            place = Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        try:
            policy = Policy.load([*layers, Path(folder)])
        except PolicyError as error:
            raise WrongFile(_named(error, files, folder), error) from error
        except UnicodeDecodeError as error:
            wrong = PolicyError("rehearsal.not_utf8", zh="文件不是 UTF-8 编码", en="a file is not UTF-8")
            raise WrongFile(min(files), wrong) from error
        yield policy


def _named(error: PolicyError, files: Mapping[str, bytes], folder: str) -> str:
    """Which of the files the reader's error is about; the first when it names another (a source that is gone)."""
    where = error.where.removeprefix(f"{folder}/")
    return next((path for path in sorted(files, key=len, reverse=True) if where.startswith(path)), min(files))


# -- what differs -----------------------------------------------------------------------------------------------------


def differences(base: Policy, changed: Policy, paths: Sequence[str], on: date) -> list[FileChange]:
    """What the files change, as it stands on the effective day, file by file."""
    before = dict(base.release.files)
    found = []
    for path in sorted(paths):
        name = _parameter_id(path)
        values: tuple[ValueChange, ...] = ()
        if name and name in changed.parameters:
            values = tuple(_changed_values(base.parameters.get(name), changed.parameters[name], on))
        found.append(FileChange(path, path not in before, values))
    return found


def _parameter_id(path: str) -> str:
    if not (path.startswith("parameters/") and path.endswith(".yaml")):
        return ""
    return path.removeprefix("parameters/").removesuffix(".yaml").replace("/", ".")


def leaves(content: Any, axes: Sequence[str]) -> dict[tuple[str, ...], Scalar]:
    """Every case of a value with its scalar, in the file's order."""
    if not axes:
        return {(): content}
    return {(key, *rest): leaf for key, item in content.items() for rest, leaf in leaves(item, axes[1:]).items()}


def _changed_values(base: Parameter | None, changed: Parameter, on: date) -> Iterator[ValueChange]:
    value = changed.value_on(on)
    new = leaves(value.content, changed.varies_by)
    same_axes = base is not None and base.varies_by == changed.varies_by and base.values[0].from_on <= on
    old = leaves(base.value_on(on).content, base.varies_by) if base is not None and same_axes else {}
    for case in [*new, *(case for case in old if case not in new)]:
        before, after = old.get(case), new.get(case)
        if before != after:
            yield ValueChange(
                changed.id, changed.path, changed.label, changed.unit, changed.varies_by, case, before, after,
                value.from_on, value.source,
            )  # fmt: skip


def effective_day(base: Policy, changed: Policy, paths: Sequence[str]) -> date | None:
    """The latest first day of a value that the files bring or change; None where they change no parameter's value."""
    days = []
    for name in filter(None, map(_parameter_id, paths)):
        if name in changed.parameters:
            known = (
                {value.from_on: value.content for value in base.parameters[name].values}
                if (name in base.parameters)
                else {}
            )
            days += [v.from_on for v in changed.parameters[name].values if known.get(v.from_on) != v.content]
    return max(days, default=None)


def changes_the_past(base: Policy, changed: Policy, paths: Sequence[str], on: date) -> str:
    """The first file that changes what holds before the effective day, or brings a value of an earlier day; "" for
    none. Such files can be rehearsed, but not published: what was decided by a value stays explained by it."""
    for path in sorted(paths):
        name = _parameter_id(path)
        if not name or name not in base.parameters:
            continue
        old = [(v.from_on, v.content) for v in base.parameters[name].values if v.from_on < on]
        new = [(v.from_on, v.content) for v in changed.parameters[name].values if v.from_on < on]
        if old != new:
            return path
    return ""


__all__ = [
    "FileChange", "ValueChange", "WrongFile", "changes_the_past", "differences", "dumped", "effective_day",
    "files_digest", "files_of", "laid_over", "leaves", "tidy_files", "with_reason", "with_reasons",
]  # fmt: skip
