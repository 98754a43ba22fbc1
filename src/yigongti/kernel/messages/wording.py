"""The words of messages and notices, as the office writes them in policy/messages: dated, sourced, in both languages.

    id: sign_in_code
    label: {zh: 登录验证码, en: Sign-in code}
    values: [code, minutes]
    secret: [code]            # never kept or shown once the message is delivered
    versions:
      - {from: 2026-01-01, source: product-default, zh: "验证码 {code}……", en: "Your code is {code} …"}

A file whose two languages do not name the same values, or name one that is not declared, is refused when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.policy import Document
from yigongti.kernel.access.limits import policy

FOLDER = "messages"
HIDDEN = "••••••"
_NAMED = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Version:
    """The words from a day on."""

    from_on: date
    text: Text
    source: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One kind of message: its name, the values it needs, which of them are secret, its words by day."""

    id: str
    label: Text
    values: frozenset[str]
    secret: frozenset[str]
    versions: tuple[Version, ...]

    def said(self, values: Mapping[str, Text | str], on: date, *, whole: bool = False) -> Text:
        """The words with the values put in; secret ones as dots unless `whole`.

        Raises PolicyError before the first version, KeyError for a value that is missing.
        """
        in_force = [version for version in self.versions if version.from_on <= on]
        if not in_force:
            raise _wrong(self.id, "当日尚无措辞", "no words are in force on that day")
        text = in_force[-1].text
        return Text(self._filled(text.zh, values, "zh", whole), self._filled(text.en, values, "en", whole))

    def _filled(self, words: str, values: Mapping[str, Text | str], language: str, whole: bool) -> str:
        def put(found: re.Match[str]) -> str:
            name = found[1]
            if name in self.secret and not whole:
                return HIDDEN
            value = values[name]
            return value.in_language(language) if isinstance(value, Text) else str(value)

        return _NAMED.sub(put, words)


def wording(kind: str) -> Wording:
    """The words of a kind of message. Raises PolicyError for an unknown kind."""
    found = _all().get(kind)
    if found is None:
        raise _wrong(kind, "没有这种消息的措辞文件", "there is no file with the words of this kind of message")
    return found


def wordings() -> dict[str, Wording]:
    """Every kind of message that the policy knows."""
    return dict(_all())


@lru_cache(maxsize=1)
def _all() -> dict[str, Wording]:
    sources = policy().sources
    found = [read_wording(document) for document in policy().documents(FOLDER)]
    for read in found:
        for version in read.versions:
            if version.source not in sources:
                raise _wrong(read.id, f"来源 {version.source} 不存在", f"the source {version.source} is unknown")
    return {read.id: read for read in found}


def read_wording(document: Document) -> Wording:
    """One file, checked. Raises PolicyError naming what is wrong."""
    data: dict[str, Any] = document.data
    try:
        versions = tuple(
            Version(date.fromisoformat(item["from"]), Text(item["zh"], item["en"]), item["source"])
            for item in data["versions"]
        )
        read = Wording(
            data["id"],
            Text(data["label"]["zh"], data["label"]["en"]),
            frozenset(data.get("values", [])),
            frozenset(data.get("secret", [])),
            tuple(sorted(versions, key=lambda version: version.from_on)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(document.path, f"缺少或写错了 {error}", f"{error} is missing or wrong") from None
    for version in read.versions:
        named = [set(_NAMED.findall(words)) for words in (version.text.zh, version.text.en)]
        if named[0] != named[1] or not named[0] <= read.values:
            raise _wrong(
                document.path,
                "中英文所用的值应一致，且都在 values 中列出",
                "both languages must use the same values, all of them listed in `values`",
            )
    if not read.secret <= read.values:
        raise _wrong(document.path, "secret 中的值应在 values 中列出", "a secret value must be listed in `values`")
    return read


def _wrong(where: str, zh: str, en: str) -> PolicyError:
    return PolicyError(
        "messages.wording", zh=f"消息措辞有误：{zh}", en=f"the words of a message are wrong: {en}", where=where
    )
