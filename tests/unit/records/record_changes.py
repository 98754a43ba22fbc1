"""Small changes to a resource, most of which make it wrong: what hypothesis tries on the walk and the index."""

import copy
import typing
from decimal import Decimal

from hypothesis import strategies as st


def places(node: typing.Any) -> list[tuple[typing.Any, typing.Any]]:
    found = []
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in pairs:
        if key != "resourceType":
            found.append((node, key))
        found += places(child)
    return found


WRONG = [
    "x y",
    "",
    "2026-02-30",
    "2026-10-05",
    "2026-10-05T09:30:00Z",
    "http://example.org",
    "abc",
    7,
    -1,
    Decimal("1.50"),
    True,
    None,
    {},
    [],
    ["x"],
    {"x": "y"},
    {"coding": [{"code": "a"}]},
]
CHANGES = st.one_of(
    st.tuples(st.just("remove"), st.none()),
    st.tuples(st.just("rename"), st.sampled_from(["X", "Quantity", "s"])),
    st.tuples(st.just("wrap"), st.none()),
    st.tuples(st.just("replace"), st.sampled_from(WRONG)),
)


def mutated(resource: dict, position: int, change: tuple[str, typing.Any]) -> dict:
    resource = copy.deepcopy(resource)
    found = places(resource)
    owner, key = found[position % len(found)]
    kind, value = change
    if kind == "remove":
        del owner[key]
    elif kind == "rename" and isinstance(key, str):
        owner[key + value] = owner.pop(key)
    elif kind == "wrap":
        owner[key] = [owner[key]]
    elif kind == "replace":
        owner[key] = copy.deepcopy(value)
    return resource
