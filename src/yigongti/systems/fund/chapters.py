"""Chapters of diseases, as the policy lists them: policy/codesets/icd10_chapters.csv."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from yigongti.engines.fund.public import ChapterOfDiseases
from yigongti.foundation.errors import Text
from yigongti.foundation.policy import Policy

CODESET = "codesets/icd10_chapters.csv"


@dataclass(frozen=True, slots=True)
class Chapter(ChapterOfDiseases):
    """A chapter with its name."""

    name: Text


def read_chapters(policy: Policy) -> tuple[Chapter, ...]:
    """All chapters in the order of the list."""
    with policy.file(CODESET).open(encoding="utf-8", newline="") as file:
        return tuple(
            Chapter(row["code"], row["first"], row["last"], Text(row["zh"], row["en"])) for row in csv.DictReader(file)
        )
