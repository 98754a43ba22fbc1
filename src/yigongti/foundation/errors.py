"""Errors that a person can act on.

Every error that may reach a user carries a stable code, one sentence in Chinese and one in English that say
what to do, and where it is (a file, row, column, field or policy name).

    YigongtiError
    ├── InvalidInput        what was given cannot be accepted: a file, a row, a field, an argument
    ├── NotPermitted        the actor's posts do not allow it
    ├── NotFound            there is no such thing, or it is not the actor's to see
    ├── Conflict            somebody else changed it meanwhile, or it is already under way
    └── PolicyError         a policy file is wrong, or does not cover what was asked
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages of the product."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The sentence in the language asked for; anything that is not English answers Chinese."""
        return self.en if language.lower().startswith("en") else self.zh


class YigongtiError(Exception):
    """The root of all errors that are meant for users.

    code: stable, lower case with dots ("submission.header_not_found"); tests and support refer to it.
    where: the place in words of the input ("第 12 行 出院时间", "policy/parameters/x.yaml"), or empty.
    """

    def __init__(self, code: str, *, zh: str, en: str, where: str = "") -> None:
        self.code = code
        self.text = Text(zh=zh, en=en)
        self.where = where
        super().__init__(f"[{code}] {en}" + (f" ({where})" if where else ""))

    def in_language(self, language: str) -> str:
        """The sentence with its place, in the language asked for."""
        sentence = self.text.in_language(language)
        if not self.where:
            return sentence
        return f"{sentence} ({self.where})" if language.lower().startswith("en") else f"{sentence}（{self.where}）"


class InvalidInput(YigongtiError):
    """What was given cannot be accepted; nothing of it was kept."""


class NotPermitted(YigongtiError):
    """The actor's posts do not allow this."""


class NotFound(YigongtiError):
    """There is no such thing, or it is not the actor's to see (the two are not told apart on purpose)."""


class Conflict(YigongtiError):
    """The thing changed meanwhile, or the same work is already under way."""


class PolicyError(YigongtiError):
    """A policy file is wrong, or no value is in force for what was asked."""
