"""A description of the addresses in OpenAPI 3, made from the routes and the search parameters that there are."""

from __future__ import annotations

from typing import Any

from yigongti.interfaces.fhir.answering import Answer
from yigongti.interfaces.fhir.asked import Asked
from yigongti.kernel.records.public import GENERATED, SUPPORTED, openapi_parameters

_BODY = "application/fhir+json"
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9.-]{1,64}$"}}
_VERSION = {"name": "vid", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
_COUNT = {"name": "_count", "in": "query", "required": False, "schema": {"type": "integer", "minimum": 1}}
_SINCE = {"name": "_since", "in": "query", "required": False, "schema": {"type": "string", "format": "date-time"}}


def _resource(name: str) -> dict[str, Any]:
    properties = {"resourceType": {"type": "string", "enum": [name]}}
    return {"type": "object", "required": ["resourceType"], "properties": properties}


def _operation(summary: str, *parameters: dict[str, Any], body: str = "", kind: str = _BODY) -> dict[str, Any]:
    answers = {code: {"description": text} for code, text in (("2XX", "done"), ("4XX", "refused, with the reason"))}
    made: dict[str, Any] = {"summary": summary, "responses": answers}
    if parameters:
        made["parameters"] = list(parameters)
    if body:
        schema = _resource(body) if kind == _BODY else {"type": "array", "items": {"type": "object"}}
        made["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    return made


def _paths_of(name: str) -> dict[str, Any]:
    query = openapi_parameters(name)
    if name in GENERATED:
        return {f"/{name}/{{id}}": {"get": _operation(f"Read a {name}", _ID)}}
    return {
        f"/{name}": {
            "get": _operation(f"Search {name}", *query),
            "post": _operation(f"Create a {name}", body=name),
        },
        f"/{name}/_history": {"get": _operation(f"Versions of {name}", _COUNT, _SINCE)},
        f"/{name}/$validate": {"post": _operation(f"Validate a {name}", body=name)},
        f"/{name}/{{id}}": {
            "get": _operation(f"Read a {name}", _ID),
            "put": _operation(f"Update a {name}", _ID, body=name),
            "patch": _operation(f"Patch a {name}", _ID, body=name, kind="application/json-patch+json"),
            "delete": _operation(f"Delete a {name}", _ID),
        },
        f"/{name}/{{id}}/_history": {"get": _operation(f"Versions of a {name}", _ID, _COUNT, _SINCE)},
        f"/{name}/{{id}}/_history/{{vid}}": {"get": _operation(f"One version of a {name}", _ID, _VERSION)},
    }


def description(base: str) -> dict[str, Any]:
    """The OpenAPI description of everything below the base."""
    paths: dict[str, Any] = {
        "/": {"post": _operation("A transaction or batch", body="Bundle")},
        "/metadata": {"get": _operation("What this server can do")},
        "/.well-known/smart-configuration": {"get": _operation("Where tokens are given")},
        "/Patient/{id}/$everything": {"get": _operation("The whole record", _ID, _COUNT, _SINCE)},
        "/Patient/$match": {"post": _operation("Who might this be", body="Patient")},
    }
    for name in SUPPORTED:
        paths.update(_paths_of(name))
    return {
        "openapi": "3.0.3",
        "info": {"title": "Yigongti FHIR R4", "version": "4.0.1"},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }


def openapi(asked: Asked) -> Answer:
    """GET openapi.json"""
    return Answer(200, description(asked.base), kind="application/json")
