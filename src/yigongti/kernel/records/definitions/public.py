"""The door of the definitions: read, validate, index, search, patch. Pure functions over JSON values.

A resource is a plain dict as `read_json` gives it: decimals are Decimal, everything else as JSON has it.
"""

from yigongti.kernel.records.definitions.capability import (
    capability_rest,
    includes_of,
    openapi_parameters,
    revincludes_of,
)
from yigongti.kernel.records.definitions.extraction import compartment_of, index_rows
from yigongti.kernel.records.definitions.issues import Issue
from yigongti.kernel.records.definitions.json_text import read_json, write_json
from yigongti.kernel.records.definitions.parameters import SearchParameter, parameters_of
from yigongti.kernel.records.definitions.patching import patched
from yigongti.kernel.records.definitions.references import Target, references_in, rewritten, split_reference
from yigongti.kernel.records.definitions.rows import (
    DateRow,
    IndexRows,
    QuantityRow,
    ReferenceRow,
    StringRow,
    TokenRow,
    UriRow,
)
from yigongti.kernel.records.definitions.search import (
    Chain,
    Clause,
    Condition,
    DateValue,
    Has,
    Include,
    MissingValue,
    QuantityValue,
    ReferenceValue,
    Search,
    Sort,
    StringValue,
    Summary,
    TokenValue,
    UriValue,
)
from yigongti.kernel.records.definitions.search_query import parse_search
from yigongti.kernel.records.definitions.structure import RESOURCE_TYPES
from yigongti.kernel.records.definitions.texts import normal
from yigongti.kernel.records.definitions.times import BEGINNING, END_OF_TIME
from yigongti.kernel.records.definitions.types import SUPPORTED, ResourceType
from yigongti.kernel.records.definitions.validation import validate
from yigongti.kernel.records.definitions.views import elements_of, summary_of

__all__ = [
    "BEGINNING",
    "END_OF_TIME",
    "RESOURCE_TYPES",
    "SUPPORTED",
    "Chain",
    "Clause",
    "Condition",
    "DateRow",
    "DateValue",
    "Has",
    "Include",
    "IndexRows",
    "Issue",
    "MissingValue",
    "QuantityRow",
    "QuantityValue",
    "ReferenceRow",
    "ReferenceValue",
    "ResourceType",
    "Search",
    "SearchParameter",
    "Sort",
    "StringRow",
    "StringValue",
    "Summary",
    "Target",
    "TokenRow",
    "TokenValue",
    "UriRow",
    "UriValue",
    "capability_rest",
    "compartment_of",
    "elements_of",
    "includes_of",
    "index_rows",
    "normal",
    "openapi_parameters",
    "parameters_of",
    "parse_search",
    "patched",
    "read_json",
    "references_in",
    "revincludes_of",
    "rewritten",
    "split_reference",
    "summary_of",
    "validate",
    "write_json",
]
