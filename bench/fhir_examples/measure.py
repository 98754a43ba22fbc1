"""How many of HL7's R4 examples are accepted and come out equal, and what reading, checking and indexing cost.

npm pack hl7.fhir.r4.examples && tar xzf hl7.fhir.r4.examples-4.0.1.tgz
python bench/fhir_examples/measure.py package --synthea ../shared/data/exchange/fhir-synthea
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.records.definitions.public import (
    SUPPORTED,
    compartment_of,
    index_rows,
    read_json,
    references_in,
    summary_of,
    validate,
    write_json,
)


def same(one: Any, other: Any) -> bool:
    """Equal with every digit (1.10 is not 1.1), and still equal as jsonb writes numbers, without exponent."""
    if isinstance(one, Decimal):
        stored = read_json(b'{"value":%s}' % format(one, "f").encode())["value"]
        return isinstance(other, Decimal) and one.as_tuple() == other.as_tuple() and stored == one
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def library_refuses(resource: dict[str, Any]) -> str:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(copy.deepcopy(resource))
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'].splitlines()[0]}"
    return ""


def examples(package: Path) -> None:
    tried, accepted = Counter[str](), Counter[str]()
    rejected: list[str] = []
    unequal: list[str] = []
    library: list[str] = []
    for path in sorted(package.glob("*.json")):
        kind = path.name.split("-")[0]
        if kind not in SUPPORTED:
            continue
        tried[kind] += 1
        try:
            resource = read_json(path.read_bytes())
        except InvalidInput as error:
            rejected.append(f"{path.name}: {error}")
            continue
        errors = [issue for issue in validate(resource) if issue.severity == "error"]
        if errors:
            rejected.append(f"{path.name}: {errors[0].expression}: {errors[0].en} ({len(errors)} in all)")
            continue
        if not same(resource, read_json(write_json(resource))):
            unequal.append(path.name)
        index_rows(resource)
        compartment_of(resource)
        references_in(resource)
        summary_of(resource, "true")
        accepted[kind] += 1
        if reason := library_refuses(resource):
            library.append(f"{path.name}: {reason[:150]}")
    total, good = sum(tried.values()), sum(accepted.values())
    print(f"supported types: {len(SUPPORTED)}, of which {len(tried)} have examples")
    print(f"examples {total}, accepted {good} ({good / total:.1%}), of these equal {good - len(unequal)}")
    print("rejected:", *rejected, sep="\n  ")
    print("accepted here, refused by the library (R4B):", *library, sep="\n  ")
    print("by type:", ", ".join(f"{kind} {accepted[kind]}/{count}" for kind, count in sorted(tried.items())))


def microseconds(work: Callable[[Any], object], values: list[Any], rounds: int = 5) -> float:
    """Per value, the best of some rounds: other work on the machine only makes it slower."""
    for value in values:
        work(value)
    best = float("inf")
    for _ in range(rounds):
        begin = time.perf_counter()
        for value in values:
            work(value)
        best = min(best, time.perf_counter() - begin)
    return best / len(values) * 1e6


def costs(folder: Path) -> None:
    by_type: dict[str, list[dict[str, Any]]] = defaultdict(list)
    texts = [path.read_bytes() for path in sorted(folder.glob("*.json"))]
    for text in texts:
        for entry in read_json(text)["entry"]:
            by_type[entry["resource"]["resourceType"]].append(entry["resource"])
    every = [resource for some in by_type.values() for resource in some]
    copies = microseconds(copy.deepcopy, every)
    print(f"\n{len(every)} resources of Synthea, µs per resource, best of 5")
    print("type | number | validate | library | index rows | rows")
    for kind, some in sorted({**by_type, "all": every}.items()):
        rows = statistics.mean(
            sum(map(len, (r.tokens, r.strings, r.dates, r.references, r.quantities, r.uris)))
            for r in map(index_rows, some)
        )
        lost = microseconds(copy.deepcopy, some)
        library = microseconds(library_refuses, some, rounds=2) - lost
        print(
            f"{kind} | {len(some)} | {microseconds(validate, some):.0f} | {library:.0f} "
            f"| {microseconds(index_rows, some):.0f} | {rows:.1f}"
        )
    bundles = microseconds(read_json, texts) * len(texts) / len(every)
    print(
        f"read_json of the bundles (pretty-printed): {bundles:.0f}; write_json: {microseconds(write_json, every):.0f}"
    )
    print(f"compartment_of: {microseconds(compartment_of, every):.1f}; a deep copy, for comparison: {copies:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    parser.add_argument("--synthea", type=Path, help="folder of Synthea bundles")
    arguments = parser.parse_args()
    examples(arguments.package)
    if arguments.synthea:
        costs(arguments.synthea)


if __name__ == "__main__":
    main()
