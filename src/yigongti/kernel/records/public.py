"""The door of the records: everything else about how they are kept is this package's own.

All calls happen in the caller's scope: what the actor may not see is not there. Only `publish` looks past it.
"""

from __future__ import annotations

from yigongti.kernel.records.answers import partly
from yigongti.kernel.records.asking import history, may_see, read, read_version, search
from yigongti.kernel.records.bundles import Work
from yigongti.kernel.records.definitions.public import (
    SUPPORTED,
    capability_rest,
    openapi_parameters,
    read_json,
    write_json,
)
from yigongti.kernel.records.entries import GENERATED, read_patch
from yigongti.kernel.records.entries import read_version as read_etag
from yigongti.kernel.records.everything import everything
from yigongti.kernel.records.interactions import Written, create, delete, patch, update
from yigongti.kernel.records.matching import match
from yigongti.kernel.records.outcomes import Refused, as_refused, outcome_of, told, validation
from yigongti.kernel.records.publishing import Published, publish
from yigongti.kernel.records.residents import counted, of_resident
from yigongti.kernel.records.stored import Stored
from yigongti.kernel.records.transactions import transact

__all__ = [
    "GENERATED",
    "SUPPORTED",
    "Published",
    "Refused",
    "Stored",
    "Work",
    "Written",
    "as_refused",
    "capability_rest",
    "counted",
    "create",
    "delete",
    "everything",
    "history",
    "match",
    "may_see",
    "of_resident",
    "openapi_parameters",
    "outcome_of",
    "partly",
    "patch",
    "publish",
    "read",
    "read_etag",
    "read_json",
    "read_patch",
    "read_version",
    "search",
    "told",
    "transact",
    "update",
    "validation",
    "write_json",
]
