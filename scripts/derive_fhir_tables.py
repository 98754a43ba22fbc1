"""Derive the tables of the record store from HL7's own definitions of FHIR R4.

Run by hand when the tables need a new column; the outcome is committed, the package is not:

    npm pack hl7.fhir.r4.examples && tar xzf hl7.fhir.r4.examples-4.0.1.tgz
    python scripts/derive_fhir_tables.py package

The package (HL7, version 4.0.1, CC0) holds every StructureDefinition, ValueSet, CodeSystem and SearchParameter of R4
beside its examples. Written are, into kernel/records/definitions/tables:

    elements.csv             one row per element of every type: cardinality, types, summary, required binding, targets
    codes.csv                one row per value set that an element is bound to as required: its codes, by system
    search_parameters.csv    one row per type and search parameter: kind, expression, targets
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLES = Path(__file__).resolve().parents[1] / "src/yigongti/kernel/records/definitions/tables"
R4 = "http://hl7.org/fhir/"
FHIR_TYPE = R4 + "StructureDefinition/structuredefinition-fhir-type"  # names the type where R4 says only System.String
INHERITED = {
    "Element": {"id", "extension"},
    "BackboneElement": {"id", "extension", "modifierExtension"},
    "Resource": {"id", "meta", "implicitRules", "language"},
}
INHERITED["DomainResource"] = INHERITED["Resource"] | {"text", "contained", "extension", "modifierExtension"}
# Sets too large to list, or open by nature; their form is checked instead (a mime type, a language tag)
NOT_LISTED = {"mimetypes", "all-languages", "ucum-units"}


def read(package: Path, kind: str) -> Iterator[dict[str, Any]]:
    for path in sorted(package.glob(f"{kind}-*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def base_types(package: Path) -> list[dict[str, Any]]:
    """The definitions of R4's own resources and data types, without profiles and primitives."""
    kept = {}
    for definition in read(package, "StructureDefinition"):
        own = definition.get("url") == R4 + "StructureDefinition/" + definition["type"]
        if own and definition["kind"] in {"resource", "complex-type"} and definition.get("derivation") != "constraint":
            kept[definition["type"]] = definition
    return [kept[name] for name in sorted(kept)]


def base_of(definition: dict[str, Any]) -> str:
    return definition.get("baseDefinition", "").rsplit("/", 1)[-1]


def types_of(element: dict[str, Any]) -> str:
    if "contentReference" in element:
        return element["contentReference"]
    if element["path"] in {"Resource.id", "DomainResource.id"}:
        return "id"
    return "|".join(type_name(kind) for kind in element.get("type", []))


def type_name(kind: dict[str, Any]) -> str:
    named = [e.get("valueUrl") or e.get("valueUri") for e in kind.get("extension", []) if e["url"] == FHIR_TYPE]
    return named[0] if named else kind["code"]


def targets_of(element: dict[str, Any]) -> str:
    profiles = [
        p for kind in element.get("type", []) if kind["code"] == "Reference" for p in kind.get("targetProfile", [])
    ]
    names = [profile.rsplit("/", 1)[-1] for profile in profiles]
    return "" if "Resource" in names else "|".join(names)


def element_rows(definitions: list[dict[str, Any]], listed: set[str]) -> Iterator[list[str]]:
    for definition in definitions:
        name = definition["type"]
        base = base_of(definition)
        yield [name, "", "", base, "", "", ""]
        inherited = INHERITED.get(base, set()) if name not in INHERITED else set()
        for element in definition["snapshot"]["element"][1:]:
            path = element["path"]
            parent, _, leaf = path.rpartition(".")
            skipped = inherited if parent == name else INHERITED["BackboneElement"]
            if leaf in skipped:
                continue
            binding = element.get("binding", {})
            value_set = binding.get("valueSet", "").split("|")[0].rsplit("/", 1)[-1]
            required = value_set if binding.get("strength") == "required" and value_set in listed else ""
            summary = "s" if element.get("isSummary") else ""
            yield [path, str(element["min"]), element["max"], types_of(element), summary, required, targets_of(element)]


class Terminology:
    """Expands the value sets of the package from its own code systems."""

    def __init__(self, package: Path) -> None:
        self.sets = {d["url"]: d for d in read(package, "ValueSet") if "url" in d}
        self.systems = {d["url"]: d for d in read(package, "CodeSystem") if "url" in d}

    def codes(self, url: str) -> dict[str, list[str]] | None:
        """The codes of a value set by system, or nothing if the package does not hold all of them."""
        definition = self.sets.get(url.split("|")[0])
        if definition is None or "compose" not in definition:
            return None
        found: dict[str, list[str]] = {}
        for part in definition["compose"]["include"]:
            part_codes = self.included(part)
            if part_codes is None:
                return None
            for system, codes in part_codes.items():
                found.setdefault(system, []).extend(code for code in codes if code not in found.get(system, []))
        for part in definition["compose"].get("exclude", []):
            if "concept" not in part:
                return None
            left_out = {concept["code"] for concept in part["concept"]}
            found[part["system"]] = [code for code in found.get(part["system"], []) if code not in left_out]
        return found

    def included(self, part: dict[str, Any]) -> dict[str, list[str]] | None:
        if "filter" in part:
            return None
        if "concept" in part:
            return {part["system"]: [concept["code"] for concept in part["concept"]]}
        if "system" in part:
            system = self.systems.get(part["system"])
            if system is None or system.get("content") != "complete":
                return None
            return {part["system"]: list(concept_codes(system.get("concept", [])))}
        merged: dict[str, list[str]] = {}
        for url in part.get("valueSet", []):
            codes = self.codes(url)
            if codes is None:
                return None
            for system, names in codes.items():
                merged.setdefault(system, []).extend(names)
        return merged


def concept_codes(concepts: list[dict[str, Any]]) -> Iterator[str]:
    for concept in concepts:
        if " " in concept["code"]:
            raise ValueError(f"codes.csv joins codes with spaces, but there is {concept['code']!r}")
        yield concept["code"]
        yield from concept_codes(concept.get("concept", []))


def required_sets(definitions: list[dict[str, Any]], terminology: Terminology) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    left: set[str] = set()
    for definition in definitions:
        for element in definition["snapshot"]["element"]:
            binding = element.get("binding", {})
            if binding.get("strength") != "required" or "valueSet" not in binding:
                continue
            url = binding["valueSet"].split("|")[0]
            name = url.rsplit("/", 1)[-1]
            if name in found or name in NOT_LISTED:
                continue
            codes = terminology.codes(url)
            if codes is None:
                left.add(name)
            else:
                found[name] = codes
    print("value sets that the package does not hold in full, so not checked:", sorted(left))
    return found


def search_rows(package: Path, resources: set[str]) -> Iterator[list[str]]:
    rows = {}
    for parameter in read(package, "SearchParameter"):
        own = parameter.get("url", "").startswith(R4 + "SearchParameter/") and parameter.get("version") == "4.0.1"
        if not own or not parameter.get("expression") or parameter["type"] == "special":
            continue
        for base in set(parameter.get("base", [])) & resources:
            parts = [part.strip() for part in parameter["expression"].split("|")]
            mine = [part for part in parts if part.strip("(").startswith(base + ".") or part == base]
            if not mine or "extension(" in parameter["expression"]:
                continue
            components = "|".join(
                f"{component['definition'].rsplit('/', 1)[-1]}={component['expression']}"
                for component in parameter.get("component", [])
            )
            key = (base, parameter["code"])
            if key not in rows or parameter["url"].rsplit("/", 1)[-1].startswith(("clinical", base)):
                targets = [] if len(parameter.get("target", [])) > 100 else parameter.get("target", [])
                rows[key] = [*key, parameter["type"], " | ".join(mine), "|".join(targets), components]
    yield from (rows[key] for key in sorted(rows))


def write(name: str, header: list[str], rows: Iterator[list[str]]) -> None:
    with (TABLES / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(package: Path) -> None:
    definitions = base_types(package)
    sets = required_sets(definitions, Terminology(package))
    resources = {d["type"] for d in definitions if d["kind"] == "resource"}
    columns = ["path", "min", "max", "types", "summary", "required_binding", "targets"]
    write("elements.csv", columns, element_rows(definitions, set(sets)))
    code_rows = ([n, system, " ".join(codes)] for n in sorted(sets) for system, codes in sorted(sets[n].items()))
    write("codes.csv", ["value_set", "system", "codes"], code_rows)
    columns = ["type", "name", "kind", "expression", "targets", "components"]
    write("search_parameters.csv", columns, search_rows(package, resources))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
