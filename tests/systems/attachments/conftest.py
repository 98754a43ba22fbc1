"""Attachments are kept below a folder of the test's own."""

import importlib.util
from pathlib import Path

import pytest

_place = Path(__file__).resolve().parents[2] / "unit" / "attachments" / "attached_files.py"
_specification = importlib.util.spec_from_file_location("attached_files", _place)
_files = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(_files)


@pytest.fixture
def files():
    """Small files of every kind (tests/unit/attachments/attached_files.py)."""
    return _files


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path / "attachments"
