"""Our walk against the library fhir.resources (R4B), an independent reading of the same standard.

The library is laxer where pydantic is lax: it takes null, an empty object or array for "nothing", a number for a date,
true for 1, and spaces in a uri. Where it refuses, we must refuse; where a change cannot meet that laxness, both must
say the same.
"""

import copy
import typing

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from record_changes import CHANGES, mutated
from record_samples import OBSERVATION, PATIENT

from yigongti.kernel.records.definitions.public import SUPPORTED
from yigongti.kernel.records.definitions.structure import Shape, shape_of
from yigongti.kernel.records.definitions.walk import walk_resource

# what the library judges at all: names, types, cardinality, the form of primitives
COMPARED = {"not_an_object", "not_a_list", "a_list", "unknown_element", "two_choices", "required", "bad_value"}
OURS_ALONE = {"null", "empty_object", "empty_list"}

# where R4 and R4B differ for the types that are kept; everything else is the same in both
ONLY_R4 = {"Extension.valueMeta"}
ONLY_R4B = {"Extension.valueCodeableReference", "Extension.valueRatioRange"}


def library_accepts(resource: dict) -> bool:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(copy.deepcopy(resource))
    except ValidationError:
        return False
    return True


def reasons(resource: dict) -> set[str]:
    return {found.reason for found in walk_resource(resource)}


def library_fields(model: type) -> dict[str, tuple[bool, bool, type | None]]:
    """Of each element of a model: whether it repeats, whether it is required, and the model of what it holds."""
    fields = {}
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra or {}
        alias = field.alias or name
        if extra.get("element_property"):
            many = "List" in str(field.annotation)
            fields[alias] = (many, field.is_required() or bool(extra.get("element_required")), inner_model(field))
    return fields


def inner_model(field: typing.Any) -> type | None:
    for argument in typing.get_args(field.annotation) or (field.annotation,):
        for inner in (argument, *typing.get_args(argument)):
            for marker in (inner, *getattr(inner, "__metadata__", ())):
                if hasattr(marker, "get_model_klass"):
                    return marker.get_model_klass()
    return None


def compare_shapes(shape: Shape, model: type, seen: set[str], differences: set[str]) -> None:
    if shape.name in seen:
        return
    seen.add(shape.name)
    theirs = library_fields(model)
    ours = {name: slot for name, slot in shape.slots.items() if name != "resourceType" and not slot.sibling}
    differences.update(f"{shape.name}.{name}" for name in theirs.keys() ^ ours.keys())
    for name in theirs.keys() & ours.keys():
        slot, (many, required, inner) = ours[name], theirs[name]
        if many != slot.many or (not slot.choice and required != slot.required):
            differences.add(f"{shape.name}.{name} cardinality")
        if slot.shape is not None and inner is not None:
            compare_shapes(slot.shape, inner, seen, differences)


def test_the_tables_have_the_elements_and_cardinalities_of_the_library():
    seen: set[str] = set()
    differences: set[str] = set()
    for name in SUPPORTED:
        compare_shapes(shape_of(name), get_fhir_model_class(name), seen, differences)
    assert len(seen) > 200
    assert differences == ONLY_R4 | ONLY_R4B


def test_the_library_accepts_every_synthea_resource_as_we_do(synthea):
    assert all(library_accepts(resource) and not walk_resource(resource) for resource in synthea)


def compare(resource: dict, change: tuple[str, typing.Any]) -> None:
    found = reasons(resource)
    if not found & (COMPARED | OURS_ALONE):
        assert library_accepts(resource)
    elif change[0] != "replace" and found & COMPARED and not found & OURS_ALONE:
        assert not library_accepts(resource)


@settings(max_examples=300, deadline=None)
@given(sample=st.sampled_from([PATIENT, OBSERVATION]), position=st.integers(0, 500), change=CHANGES)
def test_a_changed_sample_is_judged_as_the_library_judges_it(sample, position, change):
    compare(mutated(sample, position, change), change)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(kind=st.integers(0, 50), which=st.integers(0, 500), position=st.integers(0, 5000), change=CHANGES)
def test_a_changed_synthea_resource_is_judged_as_the_library_judges_it(synthea, kind, which, position, change):
    kinds = sorted({resource["resourceType"] for resource in synthea})
    some = [resource for resource in synthea if resource["resourceType"] == kinds[kind % len(kinds)]]
    compare(mutated(some[which % len(some)], position, change), change)
