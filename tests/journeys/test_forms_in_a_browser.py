"""The worked cases of forms in a browser: the script must say of each what Python says, word for word."""

import importlib.util
import json
from decimal import Decimal
from pathlib import Path

import pytest

from yigongti.kernel.forms.definition import as_json
from yigongti.kernel.forms.expressions import rounded
from yigongti.kernel.forms.findings import findings
from yigongti.kernel.forms.scopes import Evaluation
from yigongti.kernel.forms.validation import faults, words

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REPOSITORY = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
SCRIPT = REPOSITORY / "src" / "yigongti" / "kernel" / "forms" / "static" / "forms" / "evaluation.js"
_specification = importlib.util.spec_from_file_location(
    "form_cases", REPOSITORY / "tests" / "policy" / "test_form_cases.py"
)
form_cases = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(form_cases)

TOLD = """([definition, items, on, words]) => {
  const found = Forms.evaluate(definition, items, { on, words });
  return {
    asked: Object.fromEntries(found.every().map((one) => [one.path, found.enabled(one)])),
    calculated: Object.fromEntries(
      found.every().filter((one) => one.item.calculated).map((one) => [one.path, found.textOf(one)])),
    faults: found.faults(),
    findings: found.findings().map((one) => one.path),
  };
}"""


@pytest.fixture(scope="module")
def page():
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is absent")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.add_script_tag(content=SCRIPT.read_text("utf-8"))
        yield opened
        browser.close()


def by_python(version, items, on):
    evaluation = Evaluation(version, items, on)
    calculated = {}
    for filled in evaluation.every():
        if filled.item.calculated:
            number = evaluation.number_of(filled)
            calculated[filled.path] = None if number is None else str(rounded(number, filled.item.decimals))
    return {
        "asked": {filled.path: evaluation.enabled(filled) for filled in evaluation.every()},
        "calculated": calculated,
        "faults": [
            {"path": fault.path, "code": fault.code, "zh": fault.text.zh, "en": fault.text.en}
            for fault in faults(version, items, on)
        ],
        "findings": [finding.path for finding in findings(version, items, on)],
    }


def plain(value):
    """As JSON carries it to the browser: decimals as numbers."""
    return json.loads(
        json.dumps(value, default=lambda number: float(number) if isinstance(number, Decimal) else number)
    )


@pytest.mark.parametrize(("version", "on", "case", "items"), form_cases.CASES)
def test_the_browser_says_what_python_says(page, version, on, case, items):
    said = page.evaluate(TOLD, [plain(as_json(version)), plain(items), on.isoformat(), words()])
    assert said == by_python(version, items, on), case["name"]
