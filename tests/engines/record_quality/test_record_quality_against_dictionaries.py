"""Our own lists and code shapes held against the national dictionaries (where they are present)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yigongti.engines.record_quality.language.syntax import Matches, nodes_of
from yigongti.engines.record_quality.public import RuleBook


def _codes(file: Path) -> list[str]:
    return [line.split()[0] for line in file.read_text("utf-8-sig").splitlines() if line.strip()]


def _pattern(book: RuleBook, rule: str) -> re.Pattern[str]:
    return next(re.compile(n.pattern) for n in nodes_of(book.rule(rule).must) if isinstance(n, Matches))


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["day_surgery", "minimally_invasive", "level_four_surgery", "non_operative_chapters"])
def test_every_beginning_in_our_lists_begins_a_code_of_the_insurance_edition(
    book: RuleBook, shared_data: Path, name: str
) -> None:
    codes = _codes(shared_data / "codes" / "ICD9CM3医保版v2.0.dat")
    assert [b for b in book.codesets[name].codes if not any(code.startswith(b) for code in codes)] == []


@pytest.mark.shared_data
def test_every_procedure_that_suggests_a_complication_exists(book: RuleBook, shared_data: Path) -> None:
    codes = _codes(shared_data / "codes" / "ICD9CM3医保版v2.0.dat")
    named = [procedure for suggestion in book.suggestions for procedure in suggestion.procedures]
    assert [p for p in named if not any(code.startswith(p) for code in codes)] == []


@pytest.mark.shared_data
def test_the_shape_of_a_diagnosis_admits_the_whole_insurance_edition(book: RuleBook, shared_data: Path) -> None:
    shape = _pattern(book, "value_domain.diagnosis_shape")
    assert [c for c in _codes(shared_data / "codes" / "ICD10医保版v2.0.dat") if not shape.fullmatch(c)] == []


@pytest.mark.shared_data
def test_the_shape_of_a_procedure_admits_the_whole_insurance_edition(book: RuleBook, shared_data: Path) -> None:
    shape = _pattern(book, "value_domain.procedure_shape")
    assert [c for c in _codes(shared_data / "codes" / "ICD9CM3医保版v2.0.dat") if not shape.fullmatch(c)] == []
