"""All checks as the policy's files give them, read and checked whole: policy/checks/claim_checks/*.yaml and their
tables of knowledge. What a file holds is told in `check.py` and `knowledge.py`."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from yigongti.engines.claim_checks.check import FAMILIES, STAGES, Check, Version
from yigongti.engines.claim_checks.check import Setting as SettingValue
from yigongti.engines.claim_checks.finding import Strength
from yigongti.engines.claim_checks.handler import Handler, Setting, handler
from yigongti.engines.claim_checks.knowledge import KnowledgeTable
from yigongti.engines.claim_checks.knowledge_files import check_source, knowledge_from_csv, read_days, wrong
from yigongti.foundation.errors import NotFound, PolicyError, Text
from yigongti.foundation.policy import Policy, read_yaml

CHECKS_FOLDER = "checks/claim_checks"
PLACEHOLDERS = frozenset({"item", "limit", "observed", "other", "amount", "line"})

_NEEDED = ("id", "label", "why", "handler", "strength", "family", "stages", "words", "versions")
_ALLOWED = frozenset((*_NEEDED, "national_code", "knowledge", "overlays"))


@dataclass(frozen=True)
class ClaimChecks:
    """The checks by id. digest: names what was read, to the byte, so that a result can store it."""

    checks: Mapping[str, Check]
    digest: str

    def __iter__(self) -> Iterator[Check]:
        return iter(self.checks.values())

    def __len__(self) -> int:
        return len(self.checks)

    def check(self, check_id: str) -> Check:
        """Raises NotFound for an unknown name."""
        if check_id not in self.checks:
            raise NotFound(
                "claim_checks.check_unknown",
                zh=f"没有检查 {check_id}；现有：{'、'.join(self.checks)}",
                en=f"there is no check {check_id}; there are {', '.join(self.checks)}",
            )
        return self.checks[check_id]

    def chosen(self, stages: Collection[str] = STAGES, only: Collection[str] | None = None) -> tuple[Check, ...]:
        """The checks that run at one of the stages; only: no others than these. Raises NotFound for unknown names."""
        wanted = None if only is None else {self.check(name).id for name in only}
        return tuple(check for check in self if check.stages & set(stages) and (wanted is None or check.id in wanted))

    def with_knowledge(self, tables: Mapping[str, KnowledgeTable], digest: str) -> ClaimChecks:
        """The same checks with other tables of knowledge (imported ones). digest: names those tables."""
        checks = dict(self.checks)
        for check_id, knowledge in tables.items():
            checks[check_id] = replace(self.check(check_id), knowledge=knowledge)
        return ClaimChecks(checks, hashlib.sha256(f"{self.digest}\0{digest}".encode()).hexdigest())


def load_checks(policy: Policy) -> ClaimChecks:
    """The checks of the policy in force. Raises PolicyError at the first mistake."""
    documents = [(document.path, document.data) for document in policy.documents(CHECKS_FOLDER)]
    return _read(documents, policy.file, CHECKS_FOLDER, set(policy.sources))


def load_checks_from(folder: Path) -> ClaimChecks:
    """The checks of a folder with *.yaml and the CSV files that they name, as an analyst keeps them.

    Sources may be left out. Raises PolicyError at the first mistake, and where there is no folder or no check in it.
    """
    if not folder.is_dir():
        raise wrong("folder_missing", "没有这个文件夹", "there is no such folder", str(folder))

    def file(name: str) -> Path:
        place = folder / name
        if not place.is_file():
            raise PolicyError(
                "policy.file_unknown", zh=f"没有文件 {name}", en=f"there is no file {name}", where=str(folder)
            )
        return place

    documents = [(path.name, _yaml(path)) for path in sorted(folder.glob("*.yaml"))]
    if not documents:
        raise wrong("folder_empty", "文件夹中没有检查（*.yaml）", "the folder holds no checks (*.yaml)", str(folder))
    return _read(documents, file, "", None)


def _yaml(path: Path) -> Any:
    try:
        return read_yaml(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise wrong("not_utf8", "文件应为 UTF-8 编码", "the file must be in UTF-8", path.name) from error


class _Files(Protocol):
    def __call__(self, path: str, /) -> Path: ...


def _read(
    documents: Iterable[tuple[str, Any]], file: _Files, root: str, sources: Collection[str] | None
) -> ClaimChecks:
    checks: dict[str, Check] = {}
    digest = hashlib.sha256()
    for path, data in documents:
        if not isinstance(data, Mapping):
            raise wrong("check_not_a_mapping", "检查文件须是键值表", "a check must be a mapping", path)
        kind = handler(str(data.get("handler") or ""))
        check = _read_check(data, kind, path, sources)
        digest.update(f"{path}\0{data!r}\n".encode())
        if data.get("knowledge"):
            name = "/".join(part for part in (root, str(data["knowledge"])) if part)
            check = replace(check, knowledge=knowledge_from_csv(file(name), kind, name, sources))
            digest.update(file(name).read_bytes())
        checks[check.id] = check
    return ClaimChecks(checks, digest.hexdigest())


def _read_check(data: Mapping[str, Any], kind: Handler, path: str, sources: Collection[str] | None) -> Check:
    missing = [key for key in _NEEDED if not data.get(key)]
    unknown = sorted(set(data) - _ALLOWED)
    if missing or unknown:
        raise wrong(
            "check_keys",
            f"检查缺少 {missing}，或多出 {unknown}",
            f"the check lacks {missing} or has unknown {unknown}",
            path,
        )
    if str(data["id"]) != Path(path).stem:
        raise wrong(
            "check_id",
            f"id 应与文件名一致（{Path(path).stem}）",
            f"the id must be the file's name, {Path(path).stem}",
            path,
        )
    if bool(data.get("knowledge")) != bool(kind.knowledge) and not _may_do_without(kind, data):
        raise wrong(
            "knowledge_needed" if kind.knowledge else "knowledge_not_read",
            f"检查方法 {data['handler']} " + ("需要知识表" if kind.knowledge else "不读知识表"),
            f"the handler {data['handler']} " + ("needs a table of knowledge" if kind.knowledge else "reads none"),
            path,
        )
    return Check(
        id=str(data["id"]),
        label=_text(data["label"], "label", path),
        why=str(data["why"]),
        handler=str(data["handler"]),
        strength=Strength(_one_of(data["strength"], [str(strength) for strength in Strength], "strength", path)),
        family=_one_of(data["family"], FAMILIES, "family", path),
        national_code=str(data.get("national_code") or ""),
        stages=frozenset(_one_of(stage, STAGES, "stages", path) for stage in _list(data["stages"], "stages", path)),
        words=_words(data["words"], path),
        versions=_versions(data["versions"], kind, path, sources),
    )


def _may_do_without(kind: Handler, data: Mapping[str, Any]) -> bool:
    """A handler whose columns are all optional (days_supply) judges by its parameters where there is no knowledge."""
    return not data.get("knowledge") and not any(column.required for column in kind.knowledge)


def _text(value: Any, key: str, where: str) -> Text:
    if not isinstance(value, Mapping) or not value.get("zh") or not value.get("en"):
        raise wrong("text_incomplete", f"{key} 须写明 zh 与 en", f"{key} needs zh and en", where)
    return Text(zh=str(value["zh"]), en=str(value["en"]))


def _one_of(value: Any, allowed: Collection[str], key: str, where: str) -> str:
    if str(value) not in allowed:
        raise wrong(
            "value_not_allowed",
            f"{key} 只能是 {'、'.join(allowed)}，不能是“{value}”",
            f"{key} can be {', '.join(allowed)}, not “{value}”",
            where,
        )
    return str(value)


def _list(value: Any, key: str, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise wrong("not_a_list", f"{key} 须是列表", f"{key} must be a list", where)
    return value


def _words(value: Any, where: str) -> Text:
    """The sentence of a finding; only known placeholders, without conversions or formats, may stand in it."""
    text = _text(value, "words", where)
    for sentence in (text.zh, text.en):
        try:
            parts = list(string.Formatter().parse(sentence))
        except ValueError as error:
            raise wrong(
                "words_broken", f"words 中的花括号不成对：{sentence}", f"unpaired brace: {sentence}", where
            ) from error
        for _, name, form, conversion in parts:
            if name is not None and (name not in PLACEHOLDERS or form or conversion):
                raise wrong(
                    "placeholder_unknown",
                    f"words 中的 {{{name}}} 不认识；可用 {'、'.join(sorted(PLACEHOLDERS))}",
                    f"unknown placeholder {{{name}}}; there are {', '.join(sorted(PLACEHOLDERS))}",
                    where,
                )
    return text


def _versions(value: Any, kind: Handler, where: str, sources: Collection[str] | None) -> tuple[Version, ...]:
    versions: list[Version] = []
    for entry in _list(value, "versions", where):
        if not isinstance(entry, Mapping) or set(entry) - {"from", "to", "parameters", "source", "note"}:
            raise wrong(
                "version_keys",
                "每个版本只写 from、to、parameters、source、note",
                "a version has from, to, parameters, source and note",
                where,
            )
        valid_from, valid_to = read_days(str(entry.get("from") or ""), str(entry.get("to") or ""), where)
        source = str(entry.get("source") or "")
        check_source(source, sources, where)
        parameters = read_parameters(entry.get("parameters") or {}, kind, where)
        versions.append(Version(valid_from, valid_to, parameters, source))
    versions.sort(key=lambda version: version.valid_from)
    for before, after in pairwise(versions):
        if before.valid_to is None or after.valid_from <= before.valid_to:
            raise wrong(
                "versions_overlap",
                f"自 {before.valid_from} 起与自 {after.valid_from} 起的两个版本同时有效",
                f"the versions from {before.valid_from} and from {after.valid_from} are in force at once",
                where,
            )
    return tuple(versions)


def read_parameters(written: Any, kind: Handler, where: str) -> dict[str, SettingValue]:
    """A version's parameters as its handler declares them. Raises PolicyError for unknown and missing ones."""
    declared = {setting.name: setting for setting in kind.parameters}
    if not isinstance(written, Mapping):
        raise wrong("parameters_not_a_mapping", "parameters 须是键值表", "parameters must be a mapping", where)
    unknown = sorted(set(written) - set(declared))
    missing = [name for name, setting in declared.items() if setting.required and name not in written]
    if unknown or missing:
        raise wrong(
            "parameters_wrong",
            f"参数缺少 {missing}，不认识 {unknown}",
            f"the parameters lack {missing} or hold unknown {unknown}",
            where,
        )
    return {name: read_setting(declared[name], value, where) for name, value in written.items()}


def read_setting(setting: Setting, value: Any, where: str) -> SettingValue:
    """A parameter as its handler declares it: number → Decimal, codes → tuple, word → str. Raises PolicyError."""
    if setting.kind == "codes":
        codes = tuple(str(code).strip() for code in _list(value, setting.name, where))
        if not all(codes):
            raise wrong("code_empty", f"参数 {setting.name} 中有空的编码", f"{setting.name} holds an empty code", where)
        return codes
    text = value.strip() if isinstance(value, str) else ""
    if setting.kind == "word":
        if not text or (setting.values and text not in setting.values):
            raise wrong(
                "parameter_not_allowed",
                f"参数 {setting.name} 只能是 {'、'.join(setting.values) or '一个词'}",
                f"the parameter {setting.name} must be {' or '.join(setting.values) or 'a word'}",
                where,
            )
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise wrong(
            "parameter_not_readable",
            f"参数 {setting.name} 应为数字，实为“{value}”",
            f"the parameter {setting.name} must be a number, not “{value}”",
            where,
        )
    return number
