"""Every worked case of forms, in Python; tests/journeys/test_forms_in_a_browser.py runs the same in Chromium."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest

from yigongti.foundation.policy import Document, Policy, read_yaml
from yigongti.kernel.forms.expressions import rounded
from yigongti.kernel.forms.findings import findings
from yigongti.kernel.forms.reading import read_form
from yigongti.kernel.forms.scopes import Evaluation
from yigongti.kernel.forms.validation import faults

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "policy" / "cases" / "forms"
_specification = importlib.util.spec_from_file_location(
    "form_answers", REPOSITORY / "tests" / "unit" / "forms" / "form_answers.py"
)
form_answers = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(form_answers)


def form_of(told):
    """The form of a file of cases: written there, or one of policy/forms by its name."""
    if isinstance(told, dict):
        return read_form(Document(f"forms/{told['id']}.yaml", told, ""))
    path = f"forms/{told}.yaml"
    return read_form(Document(path, read_yaml((REPOSITORY / "policy" / path).read_text("utf-8"), path), ""))


def cases():
    """(form version, day, case, items of the response) of every case."""
    for place in sorted(FOLDER.glob("*.yaml")):
        told = read_yaml(place.read_text("utf-8"), place.name)
        on = date.fromisoformat(told["on"])
        version = form_of(told["form"]).on(on)
        for case in told["cases"]:
            answers = form_answers.merged(told.get("base", {}), case.get("change"))
            answers = {name: value for name, value in answers.items() if value != "null"}
            items = form_answers.response_items(version.items, answers)
            yield pytest.param(version, on, case, items, id=f"{place.stem}: {case['name']}")


CASES = list(cases())


def asked(evaluation):
    return {filled.path: evaluation.enabled(filled) for filled in evaluation.every()}


def calculated(evaluation):
    found = {}
    for filled in evaluation.every():
        if filled.item.calculated:
            number = evaluation.number_of(filled)
            found[filled.path] = None if number is None else str(rounded(number, filled.item.decimals))
    return found


@pytest.mark.parametrize(("version", "on", "case", "items"), CASES)
def test_a_worked_case_comes_out_as_written(version, on, case, items):
    evaluation = Evaluation(version, items, on)
    if "faults" in case:
        assert {fault.path: fault.code for fault in faults(version, items, on)} == case["faults"]
    for path, wanted in case.get("asked", {}).items():
        assert asked(evaluation)[path] == (wanted == "yes"), path
    for path, wanted in case.get("calculated", {}).items():
        assert calculated(evaluation)[path] == (None if wanted == "null" else wanted), path
    if "findings" in case:
        assert [finding.path for finding in findings(version, items, on)] == case["findings"]


def test_there_are_cases_of_the_rules_and_of_every_ready_form():
    used = {param.values[0].form_id for param in CASES}
    ready = {document.path[6:-5] for document in Policy.load(REPOSITORY / "policy").documents("forms")}
    assert ready <= used
    assert len(ready) >= 5
