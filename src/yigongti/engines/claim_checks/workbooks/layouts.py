"""What headings and words of published workbooks mean: policy/knowledge/layouts.yaml, read and checked whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.policy import Policy

FOLDER = "knowledge"


def plain(text: object) -> str:
    """A heading or word as it is compared: full-width letters made narrow, no spaces, no line ends, upper case."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split()).upper()


@dataclass(frozen=True, slots=True)
class KnowledgeKind:
    """One kind of knowledge that workbooks bring.

    type: texts by which the column 限定类型 names it; headings: else the concepts that must be there. checks: family of
    the item → check; check_by_word: word → check. words: text of a cell → columns of the handler; word_in: the concept
    whose cell it is. into: concept → column, copied as it stands. fixed: columns with one value. left_out: words whose
    rows cannot be judged → why. doubts: word of the explanation → what it would mean; told when the row says less.
    code: the concept that holds the item's code. key: columns that name a row.
    """

    id: str
    label: Text
    handler: str
    type: frozenset[str]
    headings: frozenset[str]
    checks: Mapping[str, str]
    check_by_word: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    word_in: str
    into: Mapping[str, str]
    fixed: Mapping[str, str]
    left_out: Mapping[str, str]
    doubts: Mapping[str, Mapping[str, str]]
    code: str
    key: tuple[str, ...]

    @property
    def needs(self) -> frozenset[str]:
        """The concepts without which its rows cannot be read."""
        needed = {self.code} | self.headings
        if self.words:
            needed.add(self.word_in)
        return frozenset(needed | ({"restriction"} & set(self.into)))


@dataclass(frozen=True)
class Layouts:
    """All headings, families and kinds."""

    concepts: Mapping[str, str]
    families: Mapping[str, str]
    kinds: tuple[KnowledgeKind, ...]
    within_rows: int
    source: str

    def concept(self, heading: object) -> str:
        """The concept of a heading, "" for one that nobody knows."""
        return self.concepts.get(plain(heading), "")

    def family(self, code: str) -> str:
        """medicine, service or supplies by the code's first letters; "" for none of them."""
        return next((family for start, family in self.families.items() if code.startswith(start)), "")

    def kind(self, kind_id: str) -> KnowledgeKind:
        """Raises KeyError for an unknown kind."""
        return {kind.id: kind for kind in self.kinds}[kind_id]

    def recognise(self, concepts: Sequence[str], types: set[str]) -> KnowledgeKind | None:
        """The first kind that the texts of 限定类型 name, or whose headings are all there."""
        for kind in self.kinds:
            if kind.type & types or (kind.headings and kind.headings <= set(concepts)):
                return kind
        return None


def load_layouts(policy: Policy) -> Layouts:
    """Raises PolicyError for a heading or a code's start with two meanings, and for a kind with an unknown concept."""
    documents = [each for each in policy.documents(FOLDER) if each.data.get("id") == "knowledge_layouts"]
    if len(documents) != 1:
        raise _wrong("knowledge", "知识表布局文件应有且只有一个", "there must be exactly one file of knowledge layouts")
    document = documents[0]
    data = document.data
    concepts = _told_apart(data["headings"], document.path)
    families = _told_apart(data["families"], document.path)
    kinds = tuple(_kind(entry, set(data["headings"]), document.path) for entry in data["kinds"])
    return Layouts(concepts, families, kinds, int(data["within_rows"]), str(data["source"]))


def _told_apart(groups: Mapping[str, Sequence[str]], path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, texts in groups.items():
        for text in texts:
            if found.setdefault(plain(text), name) != name:
                raise _wrong(path, f"“{text}”有两种含义", f"“{text}” has two meanings")
    return found


def _kind(entry: Mapping[str, Any], concepts: set[str], path: str) -> KnowledgeKind:
    headings = frozenset(entry.get("headings", ()))
    unknown = (headings | set(entry.get("into", {})) | {entry.get("word_in", "restriction")}) - concepts
    if unknown:
        named = sorted(unknown)[0]
        raise _wrong(
            path, f"“{entry['id']}”用到未说明的表头“{named}”", f"“{entry['id']}” uses the unknown heading “{named}”"
        )

    def by_word(name: str) -> dict[str, Any]:
        return {plain(word): value for word, value in entry.get(name, {}).items()}

    return KnowledgeKind(
        id=entry["id"],
        label=Text(entry["label"]["zh"], entry["label"]["en"]),
        handler=entry["handler"],
        type=frozenset(plain(text) for text in entry.get("type", ())),
        headings=headings,
        checks=entry.get("check", {}),
        check_by_word=by_word("check_by_word"),
        words=by_word("words"),
        word_in=entry.get("word_in", "restriction"),
        into=entry.get("into", {}),
        fixed=entry.get("fixed", {}),
        left_out=by_word("left_out"),
        doubts=entry.get("doubt_when_explained", {}),
        code=entry.get("code", "code"),
        key=tuple(entry.get("key", ("item_code",))),
    )


def _wrong(path: str, zh: str, en: str) -> PolicyError:
    return PolicyError("knowledge.layouts_wrong", zh=zh, en=en, where=path)
