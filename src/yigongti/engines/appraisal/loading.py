"""The score cards of policy/scorecards/appraisal, read strictly: unknown keys, missing languages and unreadable numbers
are refused with the place. Whether a card makes sense is linting.py's to say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from yigongti.engines.appraisal.definitions import (
    Card,
    Grade,
    Item,
    Money,
    MoneyKind,
    NotAssessed,
    PeriodKind,
    Section,
    State,
    SubjectKind,
    Version,
)
from yigongti.engines.appraisal.reading import day, mapping, number, one_of, sequence, text, whole, wrong
from yigongti.engines.appraisal.reading_scoring import LARGEST_SCORE, read_bands, read_scoring
from yigongti.foundation.policy import Policy, read_yaml

CARDS_FOLDER = "scorecards/appraisal"
ZERO = Decimal(0)

_CARD = ("id", "label", "why", "period", "subjects", "versions")
_VERSION = (
    "from", "full_score", "sections", "not_assessed", "least_assessed", "publish_days", "objection_days", "money",
    "source",
)  # fmt: skip
_ITEM_MAY = ("measure", "asks", "form", "weight", "minimum_cases", "not_assessed")


def load_cards(policy: Policy) -> dict[str, Card]:
    """The cards of the policy in force, by id. Raises PolicyError at the first that cannot be read."""
    cards: dict[str, Card] = {}
    for document in policy.documents(CARDS_FOLDER):
        card = replace(read_card(document.data, document.path), digest=document.digest)
        for version in card.versions:
            if version.source not in policy.sources:
                raise wrong(
                    "source_unknown",
                    f"来源 {version.source} 不存在",
                    f"the source {version.source} is unknown",
                    card.path,
                )
        if card.id in cards:
            raise wrong("card_twice", f"评分表 {card.id} 重复", f"the card {card.id} stands twice", card.path)
        cards[card.id] = card
    return cards


def load_card_from(file: Path) -> Card:
    """One card of a file, as an analyst keeps it. Raises PolicyError."""
    content = file.read_bytes()
    try:
        data = read_yaml(content.decode("utf-8"), file.name)
    except UnicodeDecodeError as error:
        raise wrong("not_utf8", "文件应为 UTF-8 编码", "the file must be in UTF-8", file.name) from error
    return replace(read_card(data, file.name), digest=hashlib.sha256(content).hexdigest())


def read_card(data: Any, path: str) -> Card:
    """A card of a file's content. Raises PolicyError with the place in the file."""
    row = mapping(data, path, _CARD, ("overlays",))
    if row["id"] != Path(path).stem:
        raise wrong(
            "card_id",
            f"id 应与文件名一致（{Path(path).stem}）",
            f"the id must be the file's name, {Path(path).stem}",
            path,
        )
    subjects = mapping(row["subjects"], f"{path} subjects", ("kind",), ("institution_kinds",))
    versions = [_version(entry, f"{path} versions") for entry in sequence(row["versions"], path)]
    days = [version.from_on for version in versions]
    if not versions or days != sorted(set(days)):
        raise wrong(
            "versions_order",
            "至少要有一个版本，生效日由早到晚且不重复",
            "there must be a version; their first days rise and differ",
            path,
        )
    return Card(
        id=str(row["id"]),
        label=text(row["label"], f"{path} label"),
        why=text(row["why"], f"{path} why"),
        period=one_of(PeriodKind, row["period"], f"{path} period"),
        subjects=one_of(SubjectKind, subjects["kind"], f"{path} subjects"),
        institution_kinds=tuple(str(each) for each in sequence(subjects.get("institution_kinds", []), path)),
        versions=tuple(versions),
        path=path,
    )


def _version(data: Any, path: str) -> Version:
    row = mapping(data, path, _VERSION, ("grades", "left_out"))
    where = f"{path} {row['from']}"
    sections = tuple(_section(entry, where) for entry in sequence(row["sections"], where))
    names = [item.id for section in sections for item in section.items] + [section.id for section in sections]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise wrong("id_twice", f"编号重复：{'、'.join(twice)}", f"ids stand twice: {', '.join(twice)}", where)
    return Version(
        from_on=day(row["from"], where),
        full_score=number(row["full_score"], f"{where} full_score", least=Decimal(1), most=LARGEST_SCORE),
        sections=sections,
        grades=tuple(_grade(entry, f"{where} grades") for entry in sequence(row.get("grades", []), where)),
        not_assessed=_states(row["not_assessed"], f"{where} not_assessed", whole_table=True),
        least_assessed=number(row["least_assessed"], f"{where} least_assessed", least=ZERO, most=LARGEST_SCORE),
        left_out=frozenset(str(code) for code in sequence(row.get("left_out", []), where)),
        publish_days=whole(row["publish_days"], f"{where} publish_days"),
        objection_days=whole(row["objection_days"], f"{where} objection_days"),
        money=_money(row["money"], f"{where} money"),
        source=str(row["source"]),
    )


def _section(data: Any, path: str) -> Section:
    row = mapping(data, path, ("id", "label", "weight", "items"))
    where = f"{path} {row['id']}"
    items = tuple(_item(entry, where) for entry in sequence(row["items"], where))
    return Section(
        str(row["id"]),
        text(row["label"], where),
        number(row["weight"], where, least=ZERO, most=LARGEST_SCORE),
        items,
    )


def _item(data: Any, path: str) -> Item:
    row = mapping(data, path, ("id", "label", "scoring"), _ITEM_MAY)
    where = f"{path} {row['id']}"
    if ("measure" in row) == ("asks" in row):
        raise wrong(
            "item_from_nowhere",
            "每项须写 measure（指标）或 asks（评什么）之一",
            "an item names a measure or says what is asked, one of the two",
            where,
        )
    if "form" in row and "measure" in row:
        raise wrong(
            "form_of_a_measure",
            "指标由程序计算，不用检查表（form）",
            "a measure is computed: it has no form",
            where,
        )
    scoring = read_scoring(row["scoring"], f"{where} scoring")
    item = Item(
        id=str(row["id"]),
        label=text(row["label"], where),
        weight=number(row.get("weight", "0"), where, least=ZERO, most=LARGEST_SCORE),
        scoring=scoring,
        measure=str(row.get("measure", "")),
        asks=text(row["asks"], f"{where} asks") if "asks" in row else None,
        form=str(row.get("form", "")),
        minimum_cases=whole(row.get("minimum_cases", "0"), where),
        not_assessed=_states(row.get("not_assessed", {}), f"{where} not_assessed", whole_table=False),
    )
    if item.carries_weight != (item.weight > 0):
        raise wrong(
            "weight_missing",
            "计分项须有权重；否决项与加减分项不得有权重",
            "an item with points needs a weight; vetoes and adjustments have none",
            where,
        )
    return item


def _states(value: Any, where: str, *, whole_table: bool) -> Mapping[State, NotAssessed]:
    states = [str(state) for state in State if state is not State.VALUE]
    row = mapping(value, where, states if whole_table else (), () if whole_table else states)
    return {State(state): one_of(NotAssessed, rule, where) for state, rule in row.items()}


def _grade(data: Any, where: str) -> Grade:
    row = mapping(data, where, ("id", "label", "at_least"))
    return Grade(str(row["id"]), text(row["label"], where), number(row["at_least"], where, least=ZERO))


def _money(data: Any, where: str) -> Money:
    row = mapping(data, where, ("kind", "label"), ("coefficient",))
    bands = read_bands(row["coefficient"], where, "value") if "coefficient" in row else ()
    return Money(one_of(MoneyKind, row["kind"], where), text(row["label"], where), bands)
