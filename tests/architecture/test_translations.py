"""The interface is Chinese first and English complete: every text has its translation, and none is written twice."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "yigongti"
APPS = sorted(
    folder
    for layer in ("kernel", "systems", "processes", "interfaces")
    for folder in (PACKAGE / layer).iterdir()
    if (folder / "__init__.py").exists()
)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def texts_of(folder):
    """All texts of an application that are to be translated → where the first stands."""
    found = {}
    sources = [
        (path, path.read_text("utf-8")) for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts
    ]
    sources += [(path, templatize(path.read_text("utf-8"))) for path in sorted(folder.rglob("templates/**/*.html"))]
    for path, text in sources:
        for line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            if message:
                found.setdefault(
                    message if isinstance(message, str) else message[0], f"{path.relative_to(PACKAGE)}:{line}"
                )
    return found


def translations_of(folder):
    """What the application's catalogue says, without fuzzy and empty ones."""
    path = folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file, locale="zh_Hans")
    texts = {}
    for message in catalog:
        if message.id and not message.fuzzy:
            key = message.id if isinstance(message.id, str) else message.id[0]
            texts[key] = message.string if isinstance(message.string, str) else message.string[0]
    return {key: text for key, text in texts.items() if text}


@pytest.mark.parametrize("folder", APPS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_every_text_of_the_application_has_its_chinese(folder):
    known = translations_of(folder)
    missing = {text: where for text, where in texts_of(folder).items() if text not in known}
    assert missing == {}


@pytest.mark.parametrize("folder", APPS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_every_translation_keeps_the_names_in_the_text(folder):
    names = re.compile(r"%\((\w+)\)")
    wrong = {
        text: chinese
        for text, chinese in translations_of(folder).items()
        if not set(names.findall(chinese)) <= set(names.findall(text))
    }
    assert wrong == {}


def test_no_template_holds_chinese_of_its_own():
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in sorted(PACKAGE.rglob("templates/**/*.html"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if CHINESE.search(line)
    ]
    assert found == []


def test_one_text_has_one_translation_in_all_applications():
    """Django puts all catalogues into one: of two translations of a text, one would never be seen."""
    seen = {}
    for folder in APPS:
        for text, chinese in translations_of(folder).items():
            seen.setdefault(text, {}).setdefault(chinese, []).append(f"{folder.parent.name}/{folder.name}")
    assert {text: chinese for text, chinese in seen.items() if len(chinese) > 1} == {}
