"""Conditions under which something is written: "create it unless it exists", "update the one that …".

Two bundles with the same condition at the same time must not both find nothing. So each condition is first locked until
the transaction ends (an advisory lock on its digest, in one order for all), and only then asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.records.definitions.public import SUPPORTED, Clause, Search, TokenValue, parse_search
from yigongti.kernel.records.index_rows import parameter_number, system_number
from yigongti.kernel.records.outcomes import Refused, not_supported
from yigongti.kernel.records.searching import find_rows
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import Stored, by_rows

Query = tuple[str, tuple[tuple[str, str], ...]]
"""Type and decoded parameters."""

_LOCK = "SELECT pg_advisory_xact_lock(k) FROM (SELECT k FROM unnest(%s::bigint[]) AS u (k) ORDER BY k) AS s"
_TOKENS = (
    "SELECT w.place, t.resource_id FROM unnest(%s::int[], %s::int[], %s::text[], %s::bigint[])"
    " AS w (place, parameter, code, system)"
    " JOIN records_token t ON t.parameter = w.parameter AND t.code = w.code"
    " AND (w.system IS NULL OR t.system = w.system)"
)


def resolve(
    queries: Iterable[Query], actor: Actor, *, lock: Iterable[Query], base: str, using: str
) -> dict[Query, list[Stored]]:
    """Query → what it finds (two at most say that it is not one). lock: those upon which something is written."""
    wanted = list(dict.fromkeys(queries))
    keys = sorted({_digest(query) for query in lock})
    if keys:
        run(_LOCK, [keys], using=using)
    searches = {query: _parsed(query, base) for query in wanted}
    quick = {query: token for query, search in searches.items() if (token := _one_token(search)) is not None}
    rows = _by_tokens(quick, using)
    for query, search in searches.items():
        if query not in quick:
            rows[query] = find_rows(search, actor, most=2, using=using)
    stored = by_rows(sorted({row for some in rows.values() for row in some}), using=using)
    return {query: [stored[row] for row in some if row in stored] for query, some in rows.items()}


def _parsed(query: Query, base: str) -> Search:
    type_name, parameters = query
    if type_name not in SUPPORTED:
        raise not_supported(type_name)
    search = parse_search(type_name, parameters, base=base)
    if not search.clauses:
        raise Refused(412, "required", zh="条件操作必须给出检索条件", en="a conditional interaction needs a condition")
    return search


def _one_token(search: Search) -> tuple[str, TokenValue] | None:
    """The parameter and value of a search by one identifier or code, which all find in one statement."""
    if len(search.clauses) != 1:
        return None
    (clause,) = search.clauses
    if not (isinstance(clause, Clause) and clause.kind == "token" and not clause.modifier and len(clause.values) == 1):
        return None
    (value,) = clause.values
    if clause.parameter == "_id" or not isinstance(value, TokenValue) or value.code is None:
        return None
    return clause.parameter, value


def _by_tokens(quick: dict[Query, tuple[str, TokenValue]], using: str) -> dict[Query, list[int]]:
    found: dict[Query, list[int]] = {query: [] for query in quick}
    if not quick:
        return found
    order = list(quick)
    columns = [
        (
            place,
            parameter_number(query[0], quick[query][0]),
            quick[query][1].code,
            None if quick[query][1].system is None else system_number(quick[query][1].system or ""),
        )
        for place, query in enumerate(order)
    ]
    for place, row in run(_TOKENS, [list(column) for column in zip(*columns, strict=True)], using=using):
        if row not in found[order[place]]:
            found[order[place]].append(row)
    return found


def only(found: Sequence[Stored], type_name: str) -> Stored | None:
    """The one that was found, or None. Raises Refused (412) where there are several."""
    if len(found) > 1:
        raise Refused(
            412, "multiple-matches", zh=f"条件匹配到多个 {type_name}，请给出更精确的条件",
            en=f"the condition matches several {type_name}; give a narrower one",
        )  # fmt: skip
    return found[0] if found else None


def _digest(query: Query) -> int:
    type_name, parameters = query
    text = "\x1f".join([type_name, *(f"{name}={value}" for name, value in sorted(parameters))])
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big", signed=True)
