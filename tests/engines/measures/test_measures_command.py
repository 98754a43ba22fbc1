"""yigongti measures: what it lists and refuses, and how it ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_definitions import FILES

from yigongti.interfaces.cli.measures import measures

SOURCE = "id: invented\ntitle: {zh: 虚构, en: Invented}\nchecked: no\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in {**FILES, "sources/invented.yaml": SOURCE}.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return tmp_path


def test_files_that_fit_end_well_and_are_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIGONGTI_LANGUAGE", "en")
    ended = CliRunner().invoke(measures, ["lint", "--policy", str(folder)])
    assert (ended.exit_code, ended.stdout) == (0, "") and "7 measures" in ended.stderr


def test_what_is_wrong_is_told_with_place_and_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIGONGTI_LANGUAGE", "zh")
    shutil.rmtree(folder / "returns")
    ended = CliRunner().invoke(measures, ["lint", "--policy", str(folder)])
    line = "measures/counts/returns.yaml deaths: 没有一张报表有项目 vital.deaths [measures.item_missing]"
    assert ended.exit_code == 1 and line in ended.stdout.splitlines()


def test_a_file_that_cannot_be_read_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIGONGTI_LANGUAGE", "en")
    (folder / "measures/units.yaml").unlink()
    ended = CliRunner().invoke(measures, ["lint", "--policy", str(folder)])
    assert ended.exit_code == 1 and ended.stdout.strip().endswith("[measures.file_missing]")


def test_a_set_is_listed_in_its_printed_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIGONGTI_LANGUAGE", "zh")
    ended = CliRunner().invoke(measures, ["list", "--policy", str(folder), "--set", "printed"])
    assert [line.split("\t")[:3] for line in ended.stdout.splitlines()] == [
        ["1", "colds_share", "互联网感冒占比"],
        ["2.2-1", "cost_of_visit", "次均费用"],
        ["2.2-2", "visits_each", "千人就诊"],
    ]
