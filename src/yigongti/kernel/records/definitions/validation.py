"""Is this a valid FHIR R4 resource? If not, what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yigongti.kernel.records.definitions.issues import Issue
from yigongti.kernel.records.definitions.walk import walk_resource


def validate(resource: Mapping[str, Any]) -> list[Issue]:
    """Everything wrong with a resource, in the order of its elements; an empty list if nothing is.

    Checked are names, types, cardinality, one type per choice, the form of primitives, codes that R4 requires, where
    references may point, contained resources, narratives, and the rules of R4 that cross elements. Issues of severity
    "warning" do not refuse the resource. Any resource type of R4 can be validated, also those that are not stored.
    """
    found = walk_resource(resource)
    if not found:
        return []
    root = resource.get("resourceType") if isinstance(resource, dict) else ""
    return [one.issue(root if isinstance(root, str) else "") for one in found]
