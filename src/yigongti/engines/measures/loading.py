"""The files of policy/measures, policy/returns and policy/targets, read strictly into definitions.

A file that is not as it should be raises PolicyError with its place at once; what is wrong between files (a count that
no fact feeds, a number used twice) is found by linting.py, which tells all of it.

    policy/measures/facts.yaml     facts and the columns that their views add; lists that a county imports
                    units.yaml     units, and of which units a ratio is
                    sets.yaml      printed sets with their numbers
                    filters/*.yaml, counts/*.yaml, <set>/<measure>.yaml
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, TypeVar

from yigongti.engines.measures.catalogue import RETURNS, Definitions, MeasureSet
from yigongti.engines.measures.definitions import (
    Better,
    Count,
    Grain,
    Measure,
    Over,
    PeriodKind,
    Version,
)
from yigongti.engines.measures.feeds import read_facts, read_items, read_units
from yigongti.engines.measures.filter_files import WrittenFilter, names_within, read_filters, written_filters
from yigongti.engines.measures.formula_files import FORMULAS, read_formula
from yigongti.engines.measures.reading import (
    cited,
    day,
    each_of,
    keyed,
    mapping,
    one_of,
    text,
    whole,
    word,
    words,
    wrong,
)
from yigongti.engines.measures.target_files import read_targets
from yigongti.foundation.policy import Document, Policy

_T = TypeVar("_T")
FOLDER = "measures"
SYSTEMS = tuple(f"S{number:02}" for number in range(1, 28))
LEVELS = ("village", "township", "county", "city", "province")

_MEASURE = ("id", "label", "why", "better", "unit", "grain", "periods", "versions")
_VERSION = ("to", "when_denominator_is_zero", "minimum", "note")


def load_definitions(policy: Policy) -> Definitions:
    """All definitions of the policy in force. Raises PolicyError at the first mistake in a file."""
    documents = {folder: policy.documents(folder) for folder in (FOLDER, "returns", "targets", "codesets")}
    return read_definitions(documents, policy.sources)


def read_definitions(documents: Mapping[str, Iterable[Document]], sources: Collection[str]) -> Definitions:
    """The definitions of documents by top folder (measures, returns, targets, codesets). sources: what may be cited."""
    own = {document.path.removeprefix(f"{FOLDER}/"): document for document in documents[FOLDER]}
    facts, awaited = read_facts(_document(own, "facts.yaml"))
    units = read_units(_document(own, "units.yaml"))
    places: dict[str, str] = {}
    filters: dict[str, WrittenFilter] = {}
    counts: dict[str, Count] = {}
    measures: dict[str, Measure] = {}
    for name, document in own.items():
        folder = PurePosixPath(name).parts[0]
        if folder == "filters":
            for each in written_filters(document.data, document.path):
                _add(filters, each.name, each, each.place, "filter", places)
        elif folder == "counts":
            for count, place in _counts(document):
                _add(counts, count.name, count, place, "count", places)
        elif folder != name:
            measure = _measure(document, sources)
            _add(measures, measure.id, measure, document.path, "measure", places)
    sets = _sets(_document(own, "sets.yaml"), sources)
    targets = read_targets(documents["targets"], sources)
    places.update({f"target {each.id}": f"targets/{each.id}.yaml" for each in targets.values()})
    every = [document for folder in sorted(documents) for document in documents[folder]]
    return Definitions(
        facts=facts,
        items=read_items(documents["returns"]),
        units=units,
        codesets=frozenset(PurePosixPath(document.path).stem for document in documents["codesets"]),
        awaited=awaited,
        filters=read_filters(filters, facts),
        named_filters=frozenset(name for each in filters.values() for name in names_within(each.where)),
        counts=counts,
        measures=measures,
        sets=sets,
        targets=targets,
        places=places,
        digest=hashlib.sha256("".join(f"{each.path}\0{each.digest}\n" for each in every).encode()).hexdigest(),
    )


def _document(own: Mapping[str, Document], name: str) -> Document:
    if name not in own:
        raise wrong(
            "file_missing", f"缺少 policy/measures/{name}", f"policy/measures/{name} is missing", f"{FOLDER}/{name}"
        )
    return own[name]


def _add(found: dict[str, _T], name: str, value: _T, place: str, kind: str, places: dict[str, str]) -> None:
    if name in found:
        first = places[f"{kind} {name}"]
        raise wrong("name_twice", f"{name} 已写在 {first}", f"{name} stands already in {first}", place)
    found[name] = value
    places[f"{kind} {name}"] = place


def _counts(document: Document) -> list[tuple[Count, str]]:
    entry = keyed(document.data, ("fact", "counts"), (), document.path)
    fact = word(entry["fact"], "fact", document.path)
    found = []
    for name, body in mapping(entry["counts"], document.path).items():
        place = f"{document.path} {name}"
        found.append((_count(name, fact, body, place), place))
    return found


def _count(name: str, fact: str, body: Any, place: str) -> Count:
    each = keyed(body, ("label", "unit", "over"), ("column", "item", "where", "by"), place)
    over = Over(one_of(each["over"], [str(kind) for kind in Over], "over", place))
    column = word(each["column"], "column", place) if "column" in each else ""
    item = word(each["item"], "item", place) if "item" in each else ""
    needs = ("item" if fact == RETURNS else "") or ("" if over is Over.ROWS else "column")
    if (needs == "item") != bool(item) or (needs == "column") != bool(column):
        raise wrong(
            "count_of_what",
            f"{over} 的计数应写 {needs or '无须列'}（上报数据写 item，其他事实写 column）",
            f"a count over {over} of {fact} names {needs or 'no column'} (returns an item, other facts a column)",
            place,
        )
    return Count(
        name=name,
        fact=fact,
        label=text(each["label"], "label", place),
        unit=word(each["unit"], "unit", place),
        over=over,
        column=column,
        item=item,
        filters=words(each.get("where", []), "where", place),
        by=word(each["by"], "by", place) if "by" in each else "",
    )


def _measure(document: Document, sources: Collection[str]) -> Measure:
    path = document.path
    each = keyed(document.data, _MEASURE, ("numbers", "levels", "system"), path)
    if each["id"] != PurePosixPath(path).stem:
        stem = PurePosixPath(path).stem
        raise wrong("measure_id", f"id 应与文件名一致（{stem}）", f"the id must be the file's name, {stem}", path)
    numbers = mapping(each.get("numbers", {}), path)
    return Measure(
        id=each["id"],
        label=text(each["label"], "label", path),
        why=text(each["why"], "why", path),
        better=Better(one_of(each["better"], [str(kind) for kind in Better], "better", path)),
        unit=word(each["unit"], "unit", path),
        grain=each_of(each["grain"], Grain, "grain", path),
        periods=each_of(each["periods"], PeriodKind, "periods", path),
        versions=_versions(each["versions"], sources, path),
        numbers={name: word(value, name, path) for name, value in numbers.items()},
        levels=tuple(one_of(level, LEVELS, "levels", path) for level in words(each.get("levels", []), "levels", path)),
        system=one_of(each["system"], SYSTEMS, "system", path) if "system" in each else "",
        digest=document.digest,
    )


def _versions(value: Any, sources: Collection[str], path: str) -> tuple[Version, ...]:
    if not isinstance(value, list) or not value:
        raise wrong("versions_empty", "versions 须是列表，不能为空", "versions must be a list, not empty", path)
    versions = sorted((_version(entry, sources, path) for entry in value), key=lambda version: version.from_on)
    for before, after in pairwise(versions):
        if before.from_on == after.from_on:
            raise wrong(
                "versions_overlap",
                f"两个版本都自 {after.from_on} 起生效",
                f"two versions are in force from {after.from_on}",
                path,
            )
    return tuple(versions)


def _version(value: Any, sources: Collection[str], path: str) -> Version:
    entry = keyed(value, ("from", "source"), (*_VERSION, *FORMULAS), path)
    from_on = day(entry["from"], "from", path)
    place = f"{path} {from_on}"
    to_on = day(entry["to"], "to", place) if "to" in entry else None
    if to_on is not None and to_on < from_on:
        raise wrong("end_before_start", "to 早于 from", "`to` lies before `from`", place)
    return Version(
        from_on=from_on,
        formula=read_formula(entry, place),
        source=cited(entry["source"], sources, place),
        zero=one_of(
            entry.get("when_denominator_is_zero", "not_applicable"),
            ("not_applicable", "no_data"),
            "when_denominator_is_zero",
            place,
        ),
        minimum=whole(entry.get("minimum", "0"), "minimum", place),
        to_on=to_on,
    )


def _sets(document: Document, sources: Collection[str]) -> dict[str, MeasureSet]:
    found = {}
    for name, body in mapping(document.data, document.path).items():
        place = f"{document.path} {name}"
        each = keyed(body, ("label", "source", "numbers"), (), place)
        found[name] = MeasureSet(
            name,
            text(each["label"], "label", place),
            cited(each["source"], sources, place),
            words(each["numbers"], "numbers", place),
        )
    return found
