"""The words of letters, as the office writes them in policy/letters: dated, sourced, in both languages.

    id: claim_query
    label: {zh: 费用疑点说明通知书, en: Request to explain a doubtful bill}
    word: 医监                              # 文字: stands before year and number
    values: [checks]                       # what the kind of matter must tell (Kind.letter_values), beside KNOWN
    table: findings                        # a table that the kind tells (composing.Rows); left out: none
    versions:
      - from: 2026-01-01
        source: product-default
        title: {zh: 关于说明费用疑点的通知, en: Request to explain a doubtful bill}
        paragraphs:
          - {zh: 经核查……{matter}……, en: "…{matter}…"}
        deadline: {zh: 请于{due_on}前……, en: "… by {due_on}"}     # printed where the step set a deadline
        articles: [fund-supervision-735#第三十八条]              # legal basis in every such letter
        enclosures: [{zh: 疑点明细, en: List of findings}]
        seal: {zh: （盖章处）, en: (place for the seal)}

The letter that goes out is the Chinese one; the English is for those who read the page in English. A file is read whole
and refused with what is wrong: an unknown key, languages that name different values, an unknown value or source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.policy import Document, Policy
from yigongti.kernel.access.limits import policy

FOLDER = "letters"
KNOWN = frozenset({"addressee", "office", "matter", "matter_number", "kind", "amount", "words", "due_on", "date"})
"""Values that every letter knows: whom it is to, whose it is, the matter's title, number and kind, the yuan and the
words of the step, by when, and the day of the letter."""
_NAMED = re.compile(r"\{([a-z_]+)\}")
_WORD = re.compile(r"[^\s〔〕\[\]0-9号]{1,16}")
_KEYS = {"id", "label", "word", "values", "table", "versions", "overlays"}
_VERSION_KEYS = {"from", "source", "title", "paragraphs", "deadline", "articles", "enclosures", "seal", "note"}


@dataclass(frozen=True, slots=True)
class Version:
    """The words from a day on. deadline: None where the letter sets none."""

    from_on: date
    source: str
    title: Text
    paragraphs: tuple[Text, ...]
    deadline: Text | None
    articles: tuple[str, ...]
    enclosures: tuple[Text, ...]
    seal: Text

    @property
    def texts(self) -> tuple[Text, ...]:
        """Every text that may name values."""
        return (self.title, *self.paragraphs, *([self.deadline] if self.deadline else []), *self.enclosures)


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter: its name, its 文字, what its kind of matter must tell, its words by day."""

    id: str
    label: Text
    word: str
    values: frozenset[str]
    table: str
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version:
        """The words in force. Raises PolicyError before the first."""
        in_force = [version for version in self.versions if version.from_on <= day]
        if not in_force:
            raise _wrong(self.id, f"{day} 尚无措辞", f"no words are in force on {day}")
        return in_force[-1]


def letter_kind(kind_id: str) -> LetterKind:
    """A kind of letter. Raises PolicyError for one that the policy lacks, or whose file is wrong."""
    found = letter_kinds().get(kind_id)
    if found is None:
        raise _wrong(kind_id, "没有这种文书的措辞文件", "there is no file with the words of this kind of letter")
    return found


def letter_kinds() -> dict[str, LetterKind]:
    """Every kind of letter of the policy in force, by id."""
    return _all(policy().release.digest)


@lru_cache(maxsize=2)
def _all(release: str) -> dict[str, LetterKind]:
    return read_letters(policy())


def read_letters(given: Policy) -> dict[str, LetterKind]:
    """All files of policy/letters, checked whole. Raises PolicyError naming the file and what is wrong."""
    found: dict[str, LetterKind] = {}
    for document in given.documents(FOLDER):
        read = _read(document)
        for version in read.versions:
            for source in (version.source, *(article.partition("#")[0] for article in version.articles)):
                if source not in given.sources:
                    raise _wrong(document.path, f"来源 {source} 不存在", f"the source {source} is unknown")
        found[read.id] = read
    return found


def _read(document: Document) -> LetterKind:
    path, data = document.path, document.data
    if not isinstance(data, Mapping):
        raise _wrong(path, "文件是空的", "the file is empty")
    _only(data, _KEYS, path)
    if data.get("id") != PurePosixPath(path).stem:
        raise _wrong(path, "id 应与文件名一致", "the id must be the file's name")
    word = str(data.get("word", ""))
    if not _WORD.fullmatch(word):
        raise _wrong(
            path, "word（文字）应为 16 字以内的文字，不含数字和括号", "`word` must be 1 to 16 signs, no digits"
        )
    versions = data.get("versions")
    if not isinstance(versions, list) or not versions:
        raise _wrong(path, "至少要有一个版本", "at least one version is needed")
    read = LetterKind(
        id=str(data["id"]),
        label=_text(data.get("label"), "label", path),
        word=word,
        values=frozenset(_list(data, "values", path)),
        table=str(data.get("table", "")),
        versions=tuple(_read_version(version, path) for version in versions),
    )
    days = [version.from_on for version in read.versions]
    if days != sorted(set(days)):
        raise _wrong(path, "各版本的生效日期必须依次递增", "the versions' first days must increase without repeating")
    _require_values(read, path)
    return read


def _read_version(data: Any, path: str) -> Version:
    if not isinstance(data, Mapping):
        raise _wrong(
            path, "版本应写明 from、source、title 与 paragraphs", "a version needs from, source, title, paragraphs"
        )
    _only(data, _VERSION_KEYS, path)
    try:
        from_on = date.fromisoformat(str(data.get("from", "")))
    except ValueError:
        raise _wrong(path, f"“{data.get('from')}”不是日期", f"“{data.get('from')}” is not a date") from None
    paragraphs = _list(data, "paragraphs", path)
    if not paragraphs:
        raise _wrong(path, "正文不能为空", "the letter says nothing: `paragraphs` is empty")
    return Version(
        from_on=from_on,
        source=str(data.get("source", "")),
        title=_text(data.get("title"), "title", path),
        paragraphs=tuple(_text(each, "paragraphs", path) for each in paragraphs),
        deadline=_text(data["deadline"], "deadline", path) if "deadline" in data else None,
        articles=tuple(str(each) for each in _list(data, "articles", path)),
        enclosures=tuple(_text(each, "enclosures", path) for each in _list(data, "enclosures", path)),
        seal=_text(data.get("seal"), "seal", path),
    )


def _require_values(read: LetterKind, path: str) -> None:
    named: set[str] = set()
    for version in read.versions:
        for text in version.texts:
            zh, en = (set(_NAMED.findall(words)) for words in (text.zh, text.en))
            if zh != en:
                raise _wrong(
                    path, f"中英文所用的值不一致：{text.zh}", f"the two languages name other values: {text.en}"
                )
            named |= zh
    if unknown := named - read.values - KNOWN:
        raise _wrong(path, f"不认识的值 {min(unknown)}", f"the value {min(unknown)} is not declared")
    if unused := read.values - named:
        raise _wrong(path, f"values 中的 {min(unused)} 没有用到", f"the value {min(unused)} is declared and not used")
    if twice := read.values & KNOWN:
        raise _wrong(path, f"{min(twice)} 本来就有", f"{min(twice)} is known to every letter: do not declare it")


def filled(text: Text, values: Mapping[str, Text]) -> Text:
    """The text with its values put in. Raises KeyError for one that is missing."""
    return Text(
        _NAMED.sub(lambda found: values[found[1]].zh, text.zh), _NAMED.sub(lambda found: values[found[1]].en, text.en)
    )


def names_in(texts: Iterable[Text]) -> set[str]:
    """The values that the texts name."""
    return {name for text in texts for name in _NAMED.findall(text.zh)}


def _text(data: Any, name: str, path: str) -> Text:
    if not isinstance(data, Mapping) or not data.get("zh") or not data.get("en"):
        raise _wrong(path, f"{name} 必须有 zh 与 en", f"`{name}` needs zh and en")
    return Text(str(data["zh"]), str(data["en"]))


def _list(data: Mapping[str, Any], name: str, path: str) -> list[Any]:
    found = data.get(name) or []
    if not isinstance(found, list):
        raise _wrong(path, f"{name} 应为清单", f"`{name}` must be a list")
    return found


def _only(data: Mapping[str, Any], known: set[str], path: str) -> None:
    if unknown := set(data) - known:
        raise _wrong(path, f"不认识的项“{min(unknown)}”", f"unknown key “{min(unknown)}”")


def _wrong(where: str, zh: str, en: str) -> PolicyError:
    return PolicyError("matters.letter", zh=f"文书措辞有误：{zh}", en=f"a letter's words are wrong: {en}", where=where)
