"""Lists of codes that the policy keeps (day surgery, minimally invasive surgery, value domains): read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yigongti.foundation.errors import PolicyError, Text


@dataclass(frozen=True, slots=True)
class Codeset:
    """A list of codes.

    by_prefix: whether a code belongs to it that begins with a member ("51.23" holds "51.2300"); else only equal ones.
    labels: code -> what it is called.
    """

    id: str
    label: Text
    by_prefix: bool
    in_force_from: date
    source: str
    labels: Mapping[str, Text]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.labels)

    def holds(self, code: str) -> bool:
        """Whether the code belongs to the list."""
        return code.startswith(self.codes) if self.by_prefix else code in self.labels


def _wrong(zh: str, en: str, where: str) -> PolicyError:
    return PolicyError("record_quality.codeset_wrong", zh=zh, en=en, where=where)


def read_codeset(data: Any, rows: Iterable[Mapping[str, str]], where: str) -> Codeset:
    """A list from its manifest (id, label, match: exact or prefix, from, source) and its rows (code, zh, en).

    Raises PolicyError when the manifest lacks something, a code stands twice, or the list is empty.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("label"), Mapping):
        raise _wrong("目录须写明 id、label、match、from、source", "a list needs id, label, match, from, source", where)
    if data.get("match") not in ("exact", "prefix"):
        raise _wrong("match 须为 exact 或 prefix", "match must be exact or prefix", where)
    try:
        starts = date.fromisoformat(str(data["from"]))
        identifier, source = str(data["id"]), str(data["source"])
        label = Text(zh=str(data["label"]["zh"]), en=str(data["label"]["en"]))
    except (KeyError, ValueError) as error:
        raise _wrong(f"清单缺少或写错：{error}", f"the list lacks or misspells: {error}", where) from error
    labels: dict[str, Text] = {}
    for number, row in enumerate(rows, start=1):
        code = str(row.get("code") or "").strip()
        if not code or code in labels:
            raise _wrong(f"第 {number} 行编码为空或重复：{code}", f"row {number}: code empty or twice: {code}", where)
        labels[code] = Text(zh=str(row.get("zh") or ""), en=str(row.get("en") or ""))
    if not labels:
        raise _wrong("目录是空的", "the list is empty", where)
    return Codeset(identifier, label, data["match"] == "prefix", starts, source, labels)
