"""One resource and one type: read, history, search, create, update, patch, delete."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl

from django.utils.http import http_date

from yigongti.foundation.errors import YigongtiError
from yigongti.interfaces.fhir.answering import Answer, answering
from yigongti.interfaces.fhir.asked import FORMS, PATCHES, Asked
from yigongti.kernel.records import public as records
from yigongti.kernel.records.public import Stored, Written

CONDITIONS_OF_ANSWERS = ("_format", "_pretty")


def versioned(version: int, updated_at: datetime) -> dict[str, str]:
    """The headers that tell a version."""
    return {"ETag": f'W/"{version}"', "Last-Modified": http_date(int(updated_at.timestamp()))}


def _shown(asked: Asked, stored: Stored) -> Answer:
    headers = versioned(stored.version, stored.updated_at)
    if stored.resident_id is not None:
        asked.viewed(stored.resident_id, stored.type)
    request = asked.request
    known = [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",") if tag.strip()]
    if known:
        if stored.etag in known or "*" in known:
            return Answer(304, None, headers)
    elif _not_since(request.headers.get("If-Modified-Since", ""), stored.updated_at):
        return Answer(304, None, headers)
    wanted = dict(asked.query)
    if "_summary" in wanted or "_elements" in wanted:
        return Answer(200, records.partly(stored, asked.query), headers)
    return Answer(200, stored.text.encode(), headers)


def _not_since(header: str, updated_at: datetime) -> bool:
    try:
        return bool(header) and int(updated_at.timestamp()) <= parsedate_to_datetime(header).timestamp()
    except (TypeError, ValueError, OverflowError):
        return False


def read(asked: Asked, type_name: str, fhir_id: str) -> Answer:
    """GET [type]/[id]"""
    asked.allow("read", type_name)
    return _shown(asked, records.read(type_name, fhir_id, asked.actor))


def vread(asked: Asked, type_name: str, fhir_id: str, version: str) -> Answer:
    """GET [type]/[id]/_history/[version]"""
    asked.allow("vread", type_name)
    return _shown(asked, records.read_version(type_name, fhir_id, version, asked.actor))


def history(asked: Asked, type_name: str, fhir_id: str = "") -> Answer:
    """GET [type]/[id]/_history and [type]/_history"""
    asked.allow("history", type_name)
    found = records.history(type_name, fhir_id, asked.query, asked.actor, base=asked.base, viewed=asked.viewed)
    return Answer(200, found)


def search(asked: Asked, type_name: str) -> Answer:
    """GET [type]?…"""
    return Answer(200, _search(asked, type_name))


def search_by_post(asked: Asked, type_name: str) -> Answer:
    """POST [type]/_search: the query in the body, so that no name or number stands in an address."""
    text = asked.body(FORMS).decode("utf-8", "replace")
    asked.query = [*asked.query, *parse_qsl(text, keep_blank_values=True)]
    return Answer(200, _search(asked, type_name))


def _search(asked: Asked, type_name: str) -> dict:  # type: ignore[type-arg]
    asked.allow("search", type_name)
    return records.search(
        type_name, asked.query, asked.actor, base=asked.base, strict=asked.strict, viewed=asked.viewed,
        allow=asked.allow if asked.credential else None, as_text=True,
    )  # fmt: skip


def create(asked: Asked, type_name: str) -> Answer:
    """POST [type], with If-None-Exist only where nothing matches."""
    condition = asked.request.headers.get("If-None-Exist", "").lstrip("?")
    return _written(asked, records.create(asked.resource(), asked.work(), type_name=type_name, if_none_exist=condition))


def update(asked: Asked, type_name: str, fhir_id: str = "") -> Answer:
    """PUT [type]/[id], or PUT [type]?… for the one that matches."""
    written = records.update(
        asked.resource(), asked.work(), type_name=type_name, fhir_id=fhir_id, query=_condition(asked),
        if_match=records.read_etag(asked.request.headers.get("If-Match")),
    )  # fmt: skip
    return _written(asked, written)


def patch(asked: Asked, type_name: str, fhir_id: str = "") -> Answer:
    """PATCH [type]/[id] with a JSON Patch."""
    operations = records.read_patch(asked.body(PATCHES))
    written = records.patch(
        operations, asked.work(), type_name=type_name, fhir_id=fhir_id, query=_condition(asked),
        if_match=records.read_etag(asked.request.headers.get("If-Match")),
    )  # fmt: skip
    return _written(asked, written)


def delete(asked: Asked, type_name: str, fhir_id: str = "") -> Answer:
    """DELETE [type]/[id], or DELETE [type]?… for the one that matches."""
    written = records.delete(
        asked.work(), type_name=type_name, fhir_id=fhir_id, query=_condition(asked),
        if_match=records.read_etag(asked.request.headers.get("If-Match")),
    )  # fmt: skip
    return Answer(204, None, {"ETag": f'W/"{written.version}"'} if written else {})


def _condition(asked: Asked) -> str:
    from urllib.parse import urlencode

    return urlencode([(name, value) for name, value in asked.query if name not in CONDITIONS_OF_ANSWERS])


def _written(asked: Asked, written: Written) -> Answer:
    status = 201 if written.created else 200
    headers = versioned(written.version, written.updated_at)
    name = f"{written.type}/{written.fhir_id}"
    headers["Location"] = f"{asked.base}/{name}/_history/{written.version}"
    wished = asked.prefer.get("return", "representation")
    if wished == "minimal":
        return Answer(status, None, headers)
    if wished == "OperationOutcome":
        return Answer(status, records.told(f"已保存 {name}", f"{name} is stored"), headers)
    return Answer(status, written.resource, headers)


def transaction(asked: Asked) -> Answer:
    """POST [base]: a transaction or batch Bundle."""
    response = records.transact(
        asked.resource(), asked.actor, institution_id=asked.institution("records.write"), at=asked.at, base=asked.base,
        allow=asked.allow if asked.credential else None, viewed=asked.viewed,
    )  # fmt: skip
    return Answer(200, response)


def nothing_here(asked: Asked, rest: str = "") -> Answer:
    """Any address that is none."""
    raise records.Refused(
        404, "not-found", zh="没有这个地址", en="there is no such address", code="fhir.no_such_address"
    )


__all__ = ["YigongtiError", "answering"]
