"""The statement of what can be searched is exactly what can be searched."""

import pytest

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.records.definitions.public import (
    SUPPORTED,
    capability_rest,
    openapi_parameters,
    parse_search,
    validate,
)

VALUES = {
    "token": "x",
    "string": "x",
    "date": "2026",
    "reference": "Patient/1",
    "quantity": "1",
    "uri": "urn:x",
}
STATEMENT = {entry["type"]: entry for entry in capability_rest()}


@pytest.mark.parametrize("name", sorted(SUPPORTED))
def test_everything_that_is_stated_can_be_asked(name):
    entry = STATEMENT[name]
    for parameter in entry["searchParam"]:
        search = parse_search(name, [(parameter["name"], VALUES[parameter["type"]])])
        assert search.clauses[0].kind == parameter["type"]
        for modifier in parameter["documentation"].partition("; modifiers ")[2].split():
            text = "true" if modifier == ":missing" else VALUES[parameter["type"]]
            assert parse_search(name, [(parameter["name"] + modifier, text)]).clauses
    includes = [("_include", include) for include in entry.get("searchInclude", [])]
    includes += [("_revinclude", include) for include in entry.get("searchRevInclude", [])]
    assert len(includes) == sum(
        len(found.includes) + len(found.revincludes) for found in (parse_search(name, [one]) for one in includes)
    )


def test_what_is_not_stated_cannot_be_included():
    for name, entry in STATEMENT.items():
        for parameter in entry["searchParam"]:
            include = f"{name}:{parameter['name']}"
            if include not in entry.get("searchInclude", []):
                with pytest.raises(InvalidInput):
                    parse_search(name, [("_include", include)])


def test_the_statement_is_valid_within_a_capability_statement():
    statement = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-01",
        "kind": "capability",
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "implementation": {"description": "x"},
        "rest": [{"mode": "server", "resource": capability_rest()}],
    }
    assert not validate(statement)


def test_the_rest_description_names_the_same_parameters():
    for name, entry in STATEMENT.items():
        described = {parameter["name"] for parameter in openapi_parameters(name)}
        assert described >= {parameter["name"] for parameter in entry["searchParam"]}
