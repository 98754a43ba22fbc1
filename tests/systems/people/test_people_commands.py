"""The commands people and keys, run as somebody types them."""

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner

from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.sealing import keep_ring, ring


@pytest.fixture
def typed(county, monkeypatch):
    """Runs a command in this process, with the tests' own server in place of a new one."""
    from contextlib import contextmanager

    from yigongti.interfaces.cli import project
    from yigongti.interfaces.cli.main import cli

    @contextmanager
    def already_open():
        yield

    monkeypatch.setattr(project, "opened", already_open)

    def run(*words):
        return CliRunner().invoke(cli, list(words), catch_exceptions=False)

    return run


def test_people_load_and_match_say_what_became_of_the_rows(typed, tmp_path):
    parquet.write_table(
        pa.table({"resident_id": ["R1", "R2"], "name": ["演示甲", "王芳"]}), tmp_path / "residents.parquet"
    )
    assert "2 registered" in typed("people", "load", str(tmp_path)).output
    assert Resident.objects.using("bulk").count() == 2
    assert "2 registrations" in typed("people", "match").output


def test_keys_are_counted_and_rotated(typed, resident):
    before = ring()
    resident("V1")
    try:
        assert f"* {before.current}\t1\tpeople_resident.number_sealed" in typed("keys", "status").output
        assert "kept" in typed("keys", "rotate").output
        assert ring().current != before.current
    finally:
        keep_ring(before)
