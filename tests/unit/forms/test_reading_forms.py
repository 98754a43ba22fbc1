"""A form file is read whole or refused with the item and what is wrong with it."""

import copy
from datetime import date

import pytest

from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Document, Policy, read_yaml
from yigongti.kernel.forms.differences import changes
from yigongti.kernel.forms.reading import read_form

GOOD = """
id: trial
label: {zh: 试, en: Trial}
versions:
  - from: 2026-01-01
    source: forms-starter
    score: total
    option_sets:
      met: [{code: "yes", zh: 是, en: "Yes", score: 1}, {code: "no", zh: 否, en: "No", score: 0}]
    items:
      - {id: open, type: boolean, text: {zh: 开, en: Open}}
      - {id: first, type: choice, options: met, text: {zh: 甲, en: First}, enable_when: {item: open, answer: "true"}}
      - {id: size, type: decimal, decimals: "1", min: "0", text: {zh: 大小, en: Size}}
      - id: rooms
        type: group
        text: {zh: 房间, en: Rooms}
        repeats: {min: "1", max: "3"}
        items:
          - {id: name, type: string, text: {zh: 名称, en: Name}}
      - {id: total, type: decimal, text: {zh: 得分, en: Total}, calculated: {score: [first]}}
"""


def form(change=None):
    told = read_yaml(GOOD, "trial")
    if change:
        change(told, told["versions"][0], {item["id"]: item for item in told["versions"][0]["items"]})
    return read_form(Document("forms/trial.yaml", told, ""))


def test_a_good_form_is_read_whole():
    version = form().on(date(2026, 11, 24))
    assert [item.id for item in version.every_item()] == ["open", "first", "size", "rooms", "name", "total"]
    assert (version.score, version.by_id["rooms"].max_count) == ("total", 3)


def test_before_the_first_day_no_version_is_in_force():
    assert form().on(date(2025, 12, 31)) is None


def put(item, **values):
    return lambda told, version, items: items[item].update(values)


def without(item, key):
    return lambda told, version, items: items[item].pop(key)


def added(**item):
    return lambda told, version, items: version["items"].append(item)


TEXT = {"zh": "文", "en": "Text"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told, version, items: told.update(id="other"), "must be the file's name"),
        (lambda told, version, items: told["label"].pop("en"), "needs zh and en"),
        (lambda told, version, items: version.pop("source"), "needs its source"),
        (lambda told, version, items: version.update({"from": "2026-13-01"}), "write the first day"),
        (lambda told, version, items: told["versions"].append(copy.deepcopy(version)), "must increase"),
        (lambda told, version, items: version.update(score="size"), "must name a calculated item"),
        (lambda told, version, items: version.update(items=[]), "at least one item"),
        (added(id="open", type="string", text=TEXT), "the same id stands twice"),
        (added(id="Not Good", type="string", text=TEXT), "an id is lower case"),
        (added(id="x", type="geometry", text=TEXT), "unknown type"),
        (added(id="x", type="string"), "needs zh and en"),
        (added(id="x", type="string", text=TEXT, colour="red"), "unknown keys"),
        (added(id="x", type="group", text=TEXT, required="yes", items=[{"id": "y", "type": "string", "text": TEXT}]),
         "cannot be required"),
        (put("first", enable_when={"item": "nowhere", "answer": "x"}), "depends on nowhere"),
        (put("first", enable_when={"item": "rooms", "answer": "x"}), "has no answer to compare"),
        (put("first", enable_when={"item": "open", "answer": "ja"}), "compared with true or false"),
        (put("size", enable_when={"item": "first", "answer": "maybe"}), "has no option maybe"),
        (put("first", enable_when={"item": "size", "operator": "~", "answer": "1"}), "unknown comparison"),
        (put("first", enable_when={"item": "size", "operator": ">", "answer": "much"}), "does not fit the type"),
        (put("first", enable_when={"item": "open", "operator": ">", "answer": "true"}), "is not larger or smaller"),
        (put("first", enable_when={"item": "size", "operator": "exists", "answer": "1"}), "compared with yes or no"),
        (put("open", enable_when={"item": "first", "operator": "exists", "answer": "yes"}), "depend on each other"),
        (put("open", enable_when={"item": "total", "operator": ">", "answer": "0"}), "depend on each other"),
        (put("open", enable_when={"item": "name", "answer": "x"}), None),
        (put("total", calculated={"score": ["nowhere"]}), "not there"),
        (put("total", calculated={"score": ["size"]}), "has no scores"),
        (put("total", calculated={"value": "first"}), "is no number"),
        (put("total", calculated={"count": {"items": ["first"], "code": "maybe"}}), "has no option maybe"),
        (put("total", calculated={"power": ["first"]}), "is no operator"),
        (put("total", calculated={"minus": [{"number": "1"}]}), "needs two parts"),
        (put("total", calculated={"number": "NaN"}), "is no number"),
        (put("total", calculated={"value": "total"}), "depend on each other"),
        (put("total", type="string"), "a calculated item is a number"),
        (put("size", min="small"), "does not fit the type"),
        (put("size", decimals="7"), "whole number up to 6"),
        (put("first", options="unknown_set"), "no set of options"),
        (put("first", options=[]), "needs options"),
        (put("first", options=[{"code": "a", **TEXT}, {"code": "a", **TEXT}]), "stands twice"),
        (put("open", options="met"), "only a choice has options"),
        (put("open", pattern="[a-z]+", pattern_words=TEXT), "a pattern is for texts"),
        (added(id="x", type="string", text=TEXT, pattern="(?i)a", pattern_words=TEXT), "same everywhere"),
        (added(id="x", type="string", text=TEXT, pattern="([a-z]", pattern_words=TEXT), "the pattern is wrong"),
        (added(id="x", type="quantity", text=TEXT), "needs its units"),
        (added(id="x", type="string", text=TEXT, repeats={"min": "3", "max": "2"}), "must not be below"),
        (put("first", finding={"when": {"answer": "no"}, "severity": "major", "days_to_correct": "3"}),
         "needs zh and en"),
        (put("first", finding={"when": {"answer": "no"}, "sentence": TEXT, "severity": "bad", "days_to_correct": "3"}),
         "severity is one of"),
        (put("first", finding={"when": {"answer": "no"}, "sentence": TEXT, "severity": "major"}),
         "must be a whole number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_in_words(change, said):
    if said is None:
        assert form(change)
        return
    with pytest.raises(PolicyError) as refused:
        form(change)
    assert said in refused.value.in_language("en")
    assert refused.value.in_language("zh").startswith("表单有误")
    assert "trial.yaml" in refused.value.where


def test_the_ready_forms_cite_sources_that_are_there(policy_root):
    policy = Policy.load(policy_root)
    read = [read_form(document) for document in policy.documents("forms")]
    assert {version.source for one in read for version in one.versions} <= set(policy.sources)


def test_what_a_new_version_changes_is_told_item_by_item():
    def second(told, version, items):
        later = copy.deepcopy(version)
        later["from"] = "2026-07-01"
        later["items"] = [item for item in later["items"] if item["id"] != "open"]
        for item in later["items"]:
            if item["id"] == "first":
                item.pop("enable_when")
            if item["id"] == "size":
                item["text"] = {"zh": "面积", "en": "Area"}
        later["items"].append({"id": "new", "type": "string", "text": TEXT})
        told["versions"].append(later)

    before, after = form(second).versions
    told = {change.id: (change.kind, [aspect.en for aspect in change.aspects]) for change in changes(before, after)}
    assert told == {
        "first": ("changed", ["condition"]),
        "size": ("changed", ["text"]),
        "new": ("added", []),
        "open": ("removed", []),
    }
