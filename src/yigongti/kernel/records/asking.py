"""Reads: one resource, its versions, searches with what is included, all within the actor's scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.records.answers import bundle, entry_of, history_entry, links
from yigongti.kernel.records.bundles import Work
from yigongti.kernel.records.definitions.public import SUPPORTED, Chain, Condition, Has, Issue, Search, parse_search
from yigongti.kernel.records.entries import Allow, Entry, Viewed
from yigongti.kernel.records.including import included
from yigongti.kernel.records.outcomes import Refused, gone, not_found, not_supported, outcome_of
from yigongti.kernel.records.persons import person
from yigongti.kernel.records.searching import find
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import COLUMNS, OF_VERSION, Stored, by_id, by_rows, instant, version_of

SEE = "records.see"
BESIDES = ("_page", "_type", "_totalMethod")
"""Not for the search itself: our mark of the page; the types of a search over all; how clients of Aidbox (fhirpy) ask
for an exact total."""
LONGEST_HISTORY = 200  # versions of one page


def known(type_name: str) -> str:
    """The type, if it is kept. Raises Refused."""
    if type_name not in SUPPORTED:
        raise not_supported(type_name)
    return type_name


def may_see(actor: Actor) -> None:
    """Raises NotPermitted unless a post lets the actor read records at all; a resident reads the own one."""
    if not actor.resident_id and not actor.may("records.see_public_health"):
        actor.require(SEE)


def read(type_name: str, fhir_id: str, actor: Actor, *, using: str = "default") -> Stored:
    """The newest version. Raises Refused: 404 for none (or not the actor's to see), 410 for a deleted one."""
    may_see(actor)
    if known(type_name) == "Person":
        return person(fhir_id, using=using)
    stored = by_id(type_name, fhir_id, using=using)
    if stored is None:
        raise not_found(type_name, fhir_id)
    if stored.deleted:
        raise gone(type_name, fhir_id)
    return stored


def read_version(type_name: str, fhir_id: str, version: str, actor: Actor, *, using: str = "default") -> Stored:
    """One version. Raises Refused as `read`."""
    may_see(actor)
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    stored = version_of(known(type_name), fhir_id, number, using=using) if number else None
    if stored is None:
        raise not_found(type_name, f"{fhir_id}/_history/{version}")
    if stored.deleted:
        raise gone(type_name, fhir_id)
    return stored


def search(
    type_name: str,
    query: Sequence[tuple[str, str]],
    actor: Actor,
    *,
    base: str,
    path: str = "",
    strict: bool = True,
    viewed: Viewed | None = None,
    allow: Allow | None = None,
    as_text: bool = False,
    using: str = "default",
) -> dict[str, Any]:
    """The Bundle of one page of a search. query: decoded. strict: unknown parameters are refused. allow: asked for
    every type that the search looks at or includes. as_text: resources as JSON ready to be sent.
    """
    may_see(actor)
    wanted = parse_search(known(type_name), query, strict=strict, base=base, besides=BESIDES)
    if ("_totalMethod", "count") in query:
        wanted = replace(wanted, total="accurate")
    if allow:
        for name in _types_asked(wanted.clauses):
            allow("search", name)
    page = next((value for name, value in query if name == "_page"), "")
    found = find(wanted, actor, page=page, using=using)
    matches = by_rows(found.rows, using=using)
    rows = [matches[row] for row in found.rows if row in matches]
    entries = [entry_of(stored, base, "match", wanted, as_text=as_text) for stored in rows]
    others, cut = included(wanted, rows, using=using)
    others = [stored for stored in others if allowed(allow, stored.type)]
    entries += [entry_of(stored, base, "include", _whole(wanted), as_text=as_text) for stored in others]
    entries += _remarks(wanted, cut)
    if viewed:
        for stored in (*rows, *others):
            if stored.resident_id is not None:
                viewed(stored.resident_id, stored.type)
    rest: dict[str, Any] = {} if found.total is None else {"total": found.total}
    return bundle("searchset", entries, **rest, link=links(base, path or type_name, query, found.next_page))


def _types_asked(conditions: Iterable[Condition]) -> Iterator[str]:
    """The other types whose resources help to find."""
    for condition in conditions:
        if isinstance(condition, Chain):
            for name, inner in condition.alternatives:
                yield name
                yield from _types_asked([inner])
        elif isinstance(condition, Has):
            yield condition.type
            yield from _types_asked([condition.condition])


def allowed(allow: Allow | None, type_name: str) -> bool:
    """Whether the caller's scopes let resources of the type be read."""
    try:
        if allow:
            allow("read", type_name)
    except NotPermitted:
        return False
    return True


def _whole(search: Search) -> Search | None:
    """Included resources are cut by `_summary`, not by `_elements`, which names elements of the matches."""
    return None if search.elements else search


def _remarks(search: Search, cut: bool) -> list[dict[str, Any]]:
    issues = []
    if search.ignored:
        names = ", ".join(search.ignored)
        issues.append(
            Issue(
                "warning", "not-supported", "", f"未识别的检索参数已忽略：{names}", f"ignored, because unknown: {names}"
            )
        )
    if cut:
        issues.append(
            Issue("warning", "incomplete", "", "附带的资源过多，未全部列出", "too many to include; not all are listed")
        )
    return [{"resource": outcome_of(issues), "search": {"mode": "outcome"}}] if issues else []


_HISTORY = (
    f"SELECT * FROM (SELECT {COLUMNS.format('r')} FROM records_resource r WHERE r.type = %s AND {{0}}"
    f" UNION ALL SELECT {OF_VERSION} FROM records_version v WHERE v.type = %s AND {{1}}) h"
)


def history(
    type_name: str,
    fhir_id: str,
    query: Sequence[tuple[str, str]],
    actor: Actor,
    *,
    base: str,
    viewed: Viewed | None = None,
    using: str = "default",
) -> dict[str, Any]:
    """The Bundle of versions, newest first: of one resource, or (no id) of a type. Raises Refused (404)."""
    may_see(actor)
    known(type_name)
    count, since, page = _history_query(query)
    ours, theirs, values = ["true"], ["true"], []
    if fhir_id:
        ours, theirs = ["r.fhir_id = %s"], ["v.fhir_id = %s"]
        values.append(fhir_id)
    if since:
        ours.append("r.updated_at >= %s")
        theirs.append("v.updated_at >= %s")
        values.append(since)
    statement = _HISTORY.format(" AND ".join(ours), " AND ".join(theirs))
    parameters: list[Any] = [type_name, *values, type_name, *values]
    if page:
        statement += " WHERE (h.updated_at, h.id, h.version) < (%s, %s, %s)"
        parameters += page
    statement += f" ORDER BY h.updated_at DESC, h.id DESC, h.version DESC LIMIT {count + 1}"
    rows = [Stored(*row) for row in run(statement, parameters, using=using, prepare=False)]
    if fhir_id and not rows and not since and not page:
        raise not_found(type_name, fhir_id)
    for stored in rows[:count]:
        if viewed and stored.resident_id is not None:
            viewed(stored.resident_id, stored.type)
    mark = ""
    if len(rows) > count:
        last = rows[count - 1]
        mark = f"{instant(last.updated_at)}~{last.row}~{last.version}"
    path = f"{type_name}/{fhir_id}/_history" if fhir_id else f"{type_name}/_history"
    rest = {"total": len(rows)} if not page and not mark and not since else {}
    entries = [history_entry(stored, base) for stored in rows[:count]]
    return bundle("history", entries, **rest, link=links(base, path, query, mark))


def _history_query(query: Sequence[tuple[str, str]]) -> tuple[int, datetime | None, list[Any]]:
    count, since, page = 50, None, []
    for name, value in query:
        try:
            if name == "_count":
                count = max(1, min(int(value), LONGEST_HISTORY))
            elif name == "_since":
                since = _moment(value)
            elif name == "_page":
                moment, row, version = value.split("~")
                page = [_moment(moment), int(row), int(version)]
            elif name not in {"_format", "_pretty"}:
                raise ValueError(name)
            if any(isinstance(part, int) and part >= 2**63 for part in page):
                raise ValueError(name)
        except ValueError as error:
            raise Refused(
                400, "value", zh=f"参数 {name[:40]} 不能识别", en=f"the parameter {name[:40]} is not understood",
                where=name[:40],
            ) from error  # fmt: skip
    return count, since, page


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def answer_entry(entry: Entry, work: Work, viewed: Viewed | None = None) -> dict[str, Any]:
    """The answer to a GET within a bundle."""
    if work.allow:
        work.allow("read" if entry.fhir_id else "search", entry.type)
    if entry.fhir_id:
        stored = read(entry.type, entry.fhir_id, work.actor, using=work.using)
        if viewed and stored.resident_id is not None:
            viewed(stored.resident_id, stored.type)
        return {
            "fullUrl": f"{work.base}/{stored.reference}", "resource": stored.resource,
            "response": {"status": "200", "etag": stored.etag, "lastModified": instant(stored.updated_at)},
        }  # fmt: skip
    query = parse_qsl(entry.query, keep_blank_values=True)
    found = search(entry.type, query, work.actor, base=work.base, using=work.using, allow=work.allow, viewed=viewed)
    return {"resource": found, "response": {"status": "200"}}
