"""What feeds the counts: facts with the columns of their views, items of returns, and the units of all of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yigongti.engines.measures.catalogue import Fact, FactColumn, Item, Unit
from yigongti.engines.measures.reading import keyed, mapping, number, one_of, text, word, words, wrong
from yigongti.foundation.policy import Document
from yigongti.foundation.schemas import FACT_TABLES, Kind


def read_facts(document: Document) -> tuple[dict[str, Fact], frozenset[str]]:
    """The facts of facts.yaml, and the lists that a county imports. A fact with `schema` has the columns of that fact
    table and those that are written beside it."""
    whole = keyed(document.data, ("facts",), ("awaited",), document.path)
    facts = {}
    for name, body in mapping(whole["facts"], document.path).items():
        place = f"{document.path} {name}"
        each = keyed(body, ("label",), ("schema", "columns"), place)
        columns: dict[str, FactColumn] = {}
        if "schema" in each:
            table = FACT_TABLES[one_of(each["schema"], list(FACT_TABLES), "schema", place)]
            columns = {c.name: FactColumn(c.name, c.kind, c.unit, c.codes) for c in table}
        for column, said in mapping(each.get("columns", {}), place).items():
            if column in columns:
                raise wrong(
                    "column_twice", f"{column} 在事实表中已有", f"{column} is a column of the fact table", place
                )
            columns[column] = _column(column, said, place)
        facts[name] = Fact(name, text(each["label"], "label", place), columns)
    awaited = mapping(whole.get("awaited", {}), document.path)
    for name, label in awaited.items():
        text(label, name, document.path)
    return facts, frozenset(awaited)


def _column(name: str, value: Any, place: str) -> FactColumn:
    each = keyed(value, ("kind", "how"), ("unit", "codes"), f"{place}.{name}")
    text(each["how"], "how", f"{place}.{name}")
    return FactColumn(
        name,
        Kind(one_of(each["kind"], [str(kind) for kind in Kind], "kind", place)),
        word(each["unit"], "unit", place) if "unit" in each else "",
        words(each.get("codes", []), "codes", place),
        added=True,
    )


def read_units(document: Document) -> dict[str, Unit]:
    """The units of units.yaml."""
    found = {}
    for name, body in mapping(document.data, document.path).items():
        place = f"{document.path} {name}"
        each = keyed(body, ("label",), ("of", "times"), place)
        of = words(each["of"], "of", place) if "of" in each else ()
        if len(of) not in (0, 2):
            raise wrong("unit_of", "of 应写分子与分母两个单位", "`of` names two units: numerator, denominator", place)
        found[name] = Unit(
            name,
            text(each["label"], "label", place),
            (of[0], of[1]) if of else None,
            number(each.get("times", "1"), "times", place),
        )
    return found


def read_items(documents: Iterable[Document]) -> dict[str, Item]:
    """The items of policy/returns by full code ("workforce.physicians"); their rules and due days are not read here."""
    found: dict[str, Item] = {}
    for document in documents:
        data = mapping(document.data, document.path)
        one_return = word(data.get("id"), "id", document.path)
        for name, body in mapping(data.get("items", {}), document.path).items():
            code = f"{one_return}.{name}"
            place = f"{document.path} {name}"
            each = mapping(body, place)
            found[code] = Item(
                code,
                text(each.get("label"), "label", place),
                word(each.get("unit"), "unit", place),
                one_of(each.get("kind"), ("flow", "stock"), "kind", place) == "stock",
                word(each["breakdown"], "breakdown", place) if each.get("breakdown") else "",
            )
    return found
