"""The description of the counter's addresses (OpenAPI 3.1), made from the types that read the requests."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from yigongti.systems.benefits.asked import Asked
from yigongti.systems.benefits.models import AMOUNTS


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The whole description."""
    (bill,), parts = msgspec.json.schema_components([Asked], ref_template="#/components/schemas/{name}")
    schemas = {**parts, "Answer": _ANSWER, "Refused": _REFUSED, "Refund": _REFUND}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Yigongti benefits", "version": "1"},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
        "paths": {
            "/api/benefits/quote": _post("What a bill would come to, step by step", bill),
            "/api/benefits/settle": _post("Settle a bill; the same key again answers the first result", bill),
            "/api/benefits/refund": _post("Take a settlement back, whole", {"$ref": "#/components/schemas/Refund"}),
        },
    }


def _post(summary: str, body: dict[str, Any]) -> dict[str, Any]:
    refused = {"description": "Refused, with a code, a sentence and the place", "content": _content("Refused")}
    return {
        "post": {
            "summary": summary,
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": {
                "200": {"description": "The answer", "content": _content("Answer")},
                **dict.fromkeys(("400", "401", "403", "404", "409", "422"), refused),
            },
        }
    }


def _content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


_YUAN = {"type": "string", "pattern": r"^-?\d+\.\d\d$"}
_ANSWER = {
    "type": "object",
    "properties": {
        "state": {"type": "string"},
        "number": {"type": "string"},
        "again": {"type": "boolean"},
        "amounts": {"type": "object", "properties": dict.fromkeys((*AMOUNTS, "insurance", "patient"), _YUAN)},
        "steps": {"type": "array", "items": {"type": "object"}},
        "lines": {"type": "array", "items": {"type": "object"}},
        "release": {"type": "string"},
    },
}
_TEXT = {"type": "string"}
_REFUSED = {"type": "object", "properties": dict.fromkeys(("error", "zh", "en", "where"), _TEXT)}
_REFUND = {
    "type": "object",
    "required": ["institution_code", "number", "reason"],
    "properties": dict.fromkeys(("institution_code", "number", "reason", "key"), _TEXT),
    "additionalProperties": False,
}
