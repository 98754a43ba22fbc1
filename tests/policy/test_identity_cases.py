"""The worked cases of matching registrations in policy/cases, each run as a test."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.identity.public import Matching, Registration, compare, load_matching
from yigongti.foundation.policy import Policy

ON = date(2026, 11, 24)
_POLICY = Policy.load(Path(__file__).resolve().parents[2] / "policy")
_DOCUMENTS = _POLICY.documents("cases/identity")
_CASES = [(document, case) for document in _DOCUMENTS for case in document.data["cases"]]


def _registration(written: dict[str, Any]) -> Registration:
    born = written.get("birth_date")
    return Registration(**written | {"birth_date": date.fromisoformat(born) if born else None})


@pytest.fixture(scope="module")
def matching() -> Matching:
    return load_matching(_POLICY, ON).among(int(_DOCUMENTS[0].data["registered_among"]))


def test_there_are_worked_cases() -> None:
    assert len(_CASES) >= 12


@pytest.mark.parametrize(("document", "case"), _CASES, ids=[case["say"]["en"] for _, case in _CASES])
def test_the_worked_case_comes_out_as_written(matching: Matching, document: Any, case: Any) -> None:
    one = _registration(document.data["registration"])
    two = _registration(document.data["registration"] | case["change"] | {"key": "B"})
    likeness = compare(one, two, matching)
    assert likeness.decision == case["decision"]
    assert (likeness.rule.id if likeness.rule else "") == case.get("rule", "")
