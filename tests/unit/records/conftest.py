"""Resources that a test may change as it likes, and the Synthea bundles where they are present."""

import copy
from pathlib import Path

import pytest
from django.utils import translation
from record_samples import OBSERVATION, PATIENT

from yigongti.kernel.records.definitions.public import read_json


@pytest.fixture
def patient() -> dict:
    return copy.deepcopy(PATIENT)


@pytest.fixture
def observation() -> dict:
    return copy.deepcopy(OBSERVATION)


@pytest.fixture(scope="session")
def synthea(shared_data: Path) -> list[dict]:
    """Every resource of the Synthea bundles; a test must not change them."""
    files = sorted((shared_data / "exchange" / "fhir-synthea").glob("*.json"))
    return [entry["resource"] for file in files for entry in read_json(file.read_bytes())["entry"]]


@pytest.fixture(autouse=True)
def english():
    """Texts in English, whatever catalogues have been compiled."""
    with translation.override("en"):
        yield
