"""yigongti rehearse: a folder in, the answer out; a folder that cannot be read is refused in words."""

import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from systems.rehearsal.conftest import DEDUCTIBLE, NEXT_YEAR, typed
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.interfaces.cli import project
from yigongti.interfaces.cli.rehearse import rehearse

PERIOD = ("--from", "2026-07", "--to", "2026-09")
PATH = "parameters/benefit/deductible.yaml"


@pytest.fixture
def folder(installation, county, now, tmp_path, monkeypatch, policy_root):
    """The changed file of these tests in a folder, as an office would send it; the test's database is up."""
    from yigongti.foundation.policy import Policy
    from yigongti.processes.rehearsal.editing import NewValue, with_new_value

    @contextmanager
    def open_already():
        yield

    monkeypatch.setattr(project, "opened", open_already)
    monkeypatch.setenv("YIGONGTI_LANGUAGE", "zh")
    base = Policy.load(policy_root)
    made = tmp_path / "change"
    for path, content in with_new_value(base, DEDUCTIBLE, NewValue(NEXT_YEAR, typed(base), "product-default")).items():
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_bytes(content)
    return made


def said(*words):
    answer = CliRunner().invoke(rehearse, words, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_answer_is_a_sentence_with_its_digest(folder, result):
    words = said(str(folder), *PERIOD, "--reason", "基金压力")
    assert "0 人负担减轻，2 人加重" in words
    assert "sha256 " in words


def test_as_json_every_dimension_adds_up_to_the_total(folder):
    from decimal import Decimal

    told = json.loads(said(str(folder), *PERIOD, "--json"))
    assert told["effective_on"] == "2027-01-01"  # the new value's own day
    by = {}
    for row in told["rows"]:
        by[row["dimension"]] = by.get(row["dimension"], Decimal(0)) + Decimal(row["fund_change"])
    assert set(by.values()) == {by["total"]}
    assert by["total"] < 0


def test_the_document_is_written_where_it_is_wanted(folder, tmp_path):
    place = tmp_path / "answer.xlsx"
    said(str(folder), *PERIOD, "-o", str(place))
    assert place.read_bytes()[:2] == b"PK"


def test_another_ending_is_refused_before_anything_runs(folder, tmp_path):
    with pytest.raises(InvalidInput, match=r"rehearsal\.output_kind"):
        said(str(folder), *PERIOD, "-o", str(tmp_path / "answer.pdf"))


def test_a_broken_file_is_refused_by_its_name_and_in_words(folder):
    (folder / PATH).write_text("id: benefit.deductible\nvalues: [", "utf-8")
    with pytest.raises((InvalidInput, PolicyError)) as raised:
        said(str(folder), *PERIOD)
    assert PATH in str(raised.value)
    assert raised.value.in_language("zh-hans")


def test_an_empty_folder_is_refused(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match=r"rehearsal\.files_count"):
        said(str(tmp_path / "empty"), *PERIOD)


def test_a_broken_folder_ends_with_an_exit_code_and_one_sentence(folder, monkeypatch, capsys):
    """The product's own entry turns the error into words; nothing of Python is shown."""
    from yigongti.interfaces.cli.main import main

    (folder / PATH).write_text("id: benefit.deductible\nvalues: [", "utf-8")
    monkeypatch.setattr("sys.argv", ["yigongti", "rehearse", str(folder), *PERIOD])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    assert left.value.code == 1
    assert PATH in told.err + told.out
    assert "Traceback" not in told.err + told.out
