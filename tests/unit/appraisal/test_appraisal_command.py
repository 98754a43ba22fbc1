"""yigongti appraisal on the terminal: faults of a card, scores with why, a pool; bad files are refused whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from yigongti.foundation.errors import InvalidInput
from yigongti.interfaces.cli.appraisal import appraisal, read_values

VALUES = """subject,item,state,value,n
D1,entry_rate,value,90,50
D1,balance,value,-8,50
D2,entry_rate,value,100,9
D2,balance,too_few,,9
"""


@pytest.fixture
def run(policy_root: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("YIGONGTI_LANGUAGE", "zh-hans")

    def call(*arguments: str, policy: bool = True) -> Result:
        more = ["--policy", str(policy_root)] if policy else []
        return CliRunner().invoke(appraisal, [*arguments, *more], catch_exceptions=True)

    return call


@pytest.fixture
def values(tmp_path: Path) -> Path:
    file = tmp_path / "values.csv"
    file.write_text(VALUES, "utf-8")
    return file


def test_a_card_without_faults_passes(run: Any) -> None:
    done = run("lint", "person_monthly", "--on", "2026-10-01")
    assert (done.exit_code, done.output) == (0, "person_monthly: 8\n")


def test_a_card_with_faults_ends_with_code_1_and_says_them(run: Any, policy_root: Path, tmp_path: Path) -> None:
    card = policy_root / "scorecards" / "appraisal" / "person_monthly.yaml"
    broken = tmp_path / card.name
    broken.write_text(card.read_text("utf-8").replace("weight: 30\n", "weight: 31\n"), "utf-8")
    done = run("lint", "--file", str(broken), "--on", "2026-10-01")
    assert done.exit_code == 1
    assert "[appraisal.weights_do_not_add_up]" in done.stderr


def test_scores_are_told_with_who_is_not_assessed(run: Any, values: Path) -> None:
    done = run("score", "department_monthly", str(values), "--on", "2026-10-31")
    assert done.output.splitlines() == [
        "  60.00  D1  总分 60，合格",
        "      —  D2  不考核：能考核的项目合计 0 分，少于 100 分",
    ]


def test_why_tells_each_item_and_what_would_earn_more(run: Any, values: Path) -> None:
    done = run("score", "department_monthly", str(values), "--on", "2026-10-31", "--why")
    assert "盈亏占基金支出比 -8，落在“-10 至 -5（不含）”档，得 10 分（满分 50 分）" in done.output
    assert "↑ 再增加 3（达到 -5），得 30 分 (+20.00)" in done.output


def test_json_tells_the_same_with_both_languages(run: Any, values: Path) -> None:
    done = run("score", "department_monthly", str(values), "--on", "2026-10-31", "--json")
    first, second = json.loads(done.output)
    assert (first["score"], first["grade"], first["coefficient"]) == ("60.00", "pass", "0.6000")
    assert (second["score"], bool(second["reason"]["en"])) == (None, True)


def test_a_pool_is_shared_as_a_preview(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "pool.yaml"
    file.write_text(
        "pool: 100.00\nreceivers:\n"
        "  - {code: A, factors: {工作量: 2, 得分: 0.5}}\n  - {code: B, factors: {工作量: 3}, cap: 60}\n",
        "utf-8",
    )
    done = run("pool", str(file), "--json", policy=False)
    assert [row["amount"] for row in json.loads(done.output)["rows"]] == ["40.00", "60.00"]


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("appraisal.value_twice", "subject,item,value\nA,x,1\nA,x,2\n"),
        ("appraisal.not_readable", "subject,item,value\nA,x,many\n"),
        ("appraisal.not_readable", "subject,item,state\nA,x,guessed\n"),
        ("appraisal.not_readable", "who,item,value\nA,x,1\n"),
        ("appraisal.value_not_usable", "subject,item,state,value\nA,x,no_data,3\n"),
    ],
)
def test_a_file_of_values_that_is_wrong_is_refused(tmp_path: Path, code: str, content: str) -> None:
    file = tmp_path / "values.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_values(file)
    assert refused.value.code == code


def test_an_unknown_card_is_refused_with_those_that_there_are(run: Any, values: Path) -> None:
    done = run("score", "nobody", str(values), "--on", "2026-10-31")
    assert isinstance(done.exception, InvalidInput)
    assert "person_monthly" in done.exception.text.zh
