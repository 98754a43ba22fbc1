"""The policy in force: files of one or several layers, read whole, checked whole, and named by a release.

Layers go from the widest to the nearest (national, province, city, county). A nearer layer's file stands in place
of the wider one's of the same relative path, and must say why in `overlays`. The release is the digest of all
files in force: every result of the product stores it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy.parameters import Parameter, Scalar, read_parameter
from yigongti.foundation.policy.sources import Source, read_source
from yigongti.foundation.policy.yaml_text import read_yaml

_IGNORED_SUFFIXES = frozenset({".md", ".pyc"})
_LAYERS_FOLDER = "overlays"  # layers kept beside the wider one, ready to be laid over it; not in force by themselves


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file below a folder of the policy: its path relative to the root, its content, its digest."""

    path: str
    data: Any
    digest: str


@dataclass(frozen=True, slots=True)
class Release:
    """All files in force and the digest that names them together."""

    digest: str
    files: tuple[tuple[str, str], ...]

    @property
    def short(self) -> str:
        """The first twelve places, for pages and folder names."""
        return self.digest[:12]


@dataclass(frozen=True)
class Policy:
    """Everything an office may change, as it stands in the files."""

    _files: dict[str, Path]
    sources: dict[str, Source]
    parameters: dict[str, Parameter]
    release: Release

    @classmethod
    def load(cls, layers: Path | Sequence[Path]) -> Policy:
        """Reads every file of every layer. Raises PolicyError at the first file that is wrong."""
        roots = [layers] if isinstance(layers, Path) else list(layers)
        files = _files_in_force(roots)
        digests = {path: hashlib.sha256(place.read_bytes()).hexdigest() for path, place in files.items()}
        whole = hashlib.sha256("".join(f"{path}\0{digests[path]}\n" for path in sorted(files)).encode())
        sources: dict[str, Source] = {}
        parameters: dict[str, Parameter] = {}
        for path in sorted(files):
            if not path.endswith(".yaml"):
                continue
            if path.startswith("sources/"):
                source = read_source(read_yaml(files[path].read_text("utf-8"), path), path)
                if source.id != Path(path).stem:
                    raise PolicyError(
                        "policy.source_id",
                        zh=f"来源的 id 应与文件名一致（{Path(path).stem}）",
                        en=f"a source's id must be its file's name ({Path(path).stem})",
                        where=path,
                    )
                sources[source.id] = source
            elif path.startswith("parameters/"):
                parameter_id = path.removeprefix("parameters/").removesuffix(".yaml").replace("/", ".")
                data = read_yaml(files[path].read_text("utf-8"), path)
                parameters[parameter_id] = read_parameter(data, path, parameter_id)
        _require_sources(parameters.values(), sources)
        release = Release(whole.hexdigest(), tuple(sorted(digests.items())))
        return cls(files, sources, parameters, release)

    def parameter(self, parameter_id: str) -> Parameter:
        """The parameter with all its values. Raises PolicyError for an unknown name."""
        if parameter_id not in self.parameters:
            raise PolicyError(
                "policy.parameter_unknown",
                zh=f"没有名为 {parameter_id} 的参数",
                en=f"there is no parameter named {parameter_id}",
                where="policy/parameters",
            )
        return self.parameters[parameter_id]

    def value(self, parameter_id: str, *, on: date, **selectors: str) -> Scalar:
        """The value in force on a day, for the case that the selectors name. Raises PolicyError; never a default."""
        return self.parameter(parameter_id).select(on, selectors)

    def source_of(self, parameter_id: str, *, on: date) -> Source:
        """The legal source of the value in force on a day."""
        return self.sources[self.parameter(parameter_id).value_on(on).source]

    def documents(self, folder: str) -> list[Document]:
        """The YAML files below a folder ("checks/record_quality"), in path order, read as text."""
        prefix = folder.strip("/") + "/"
        digests = dict(self.release.files)
        return [
            Document(path, read_yaml(self._files[path].read_text("utf-8"), path), digests[path])
            for path in sorted(self._files)
            if path.startswith(prefix) and path.endswith(".yaml")
        ]

    def file(self, path: str) -> Path:
        """Where a file in force lies ("codesets/day_surgery.csv"). Raises PolicyError when there is none."""
        if path not in self._files:
            raise PolicyError(
                "policy.file_unknown",
                zh=f"政策目录中没有文件 {path}",
                en=f"the policy has no file {path}",
                where=path,
            )
        return self._files[path]

    def folder(self, path: str) -> Path:
        """The folder of the nearest layer that has files there. A folder is taken whole from one layer."""
        prefix = path.strip("/") + "/"
        places = [(name, place) for name, place in self._files.items() if name.startswith(prefix)]
        if not places:
            raise PolicyError(
                "policy.folder_unknown",
                zh=f"政策目录中没有 {path}",
                en=f"the policy has no folder {path}",
                where=path,
            )
        name, place = places[0]
        return place.parents[len(Path(name).parts) - len(Path(prefix).parts) - 1]


def _files_in_force(roots: Iterable[Path]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for root in roots:
        if not root.is_dir():
            raise PolicyError(
                "policy.folder_missing",
                zh=f"找不到政策目录 {root.name}",
                en=f"the policy folder {root.name} does not exist",
                where=str(root),
            )
        layer = {}
        for place in sorted(root.rglob("*")):
            path = place.relative_to(root)
            hidden = place.name.startswith(".") or path.parts[0] == _LAYERS_FOLDER
            if place.is_file() and place.suffix not in _IGNORED_SUFFIXES and not hidden:
                layer[path.as_posix()] = place
        for name, place in layer.items():
            if name in files and name.endswith(".yaml"):
                data = read_yaml(place.read_text("utf-8"), name)
                if not (isinstance(data, dict) and data.get("overlays")):
                    raise PolicyError(
                        "policy.overlay_without_reason",
                        zh="覆盖上级文件时，必须在 overlays 中写明理由",
                        en="a file that stands in place of a wider layer's must say why in `overlays`",
                        where=str(place),
                    )
        files.update(layer)
    return files


def _require_sources(parameters: Iterable[Parameter], sources: dict[str, Source]) -> None:
    for parameter in parameters:
        for value in parameter.values:
            if value.source not in sources:
                raise PolicyError(
                    "policy.source_unknown",
                    zh=f"参数引用了不存在的来源 {value.source}",
                    en=f"the parameter cites an unknown source {value.source}",
                    where=parameter.path,
                )
