"""The door of identity stays light: a web process that only searches never loads Splink or DuckDB."""

import subprocess
import sys

import pytest

from yigongti.engines.identity import public


def test_searching_does_not_load_splink() -> None:
    asked = (
        "import sys; from yigongti.engines.identity.public import rank, search_keys, compare; "
        "print(sorted({'splink', 'duckdb', 'ibis'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("name", public.__all__)
def test_everything_that_the_door_names_is_there(name: str) -> None:
    assert getattr(public, name) is not None


def test_what_the_door_does_not_name_is_not_there() -> None:
    with pytest.raises(AttributeError):
        public.merge_everything  # noqa: B018
