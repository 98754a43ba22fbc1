"""A handler: one kind of judgement, twice written. A folder of `handlers/` is a handler; its name is the folder's.

    handlers/sex/__init__.py     HANDLER = Handler(...): what it needs and looks at, in the office's words
    handlers/sex/reference.py    judge(facts, check, trace) -> findings: plain Python, told step by step
    handlers/sex/table.py        find(tables, check, version) -> ibis table of findings (finding.COLUMNS); of a handler
                                 that looks at lines also narrow(tables, check, version) (narrowing.py)

hypothesis holds the two together (tests/engines/claim_checks).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn
from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.trace import Trace


class LooksAt(StrEnum):
    """What one judgement needs to see, and so at which stages it can run."""

    LINE = "line"  # a line and its bill
    BILL = "bill"  # all lines of a bill
    PERSON = "person"  # all bills of a person, before and after
    COUNTY = "county"  # all institutions of the month


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter that the handler reads from a version.

    kind: number (Decimal), word (str) or codes (tuple). required False: a version may leave it out, and the handler
    says what then holds. values: the words allowed, or empty when any.
    """

    name: str
    kind: str
    label: Text
    required: bool = True
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """What a handler is: its words, what it looks at, the knowledge and the parameters that it reads.

    one_row_by: columns of the knowledge that on any day only one row may share, or empty when several may. reads:
    columns of lines and bills (or "stock_moves") without which nothing at all can be judged; item_code, charged_on and
    amount are always there.
    """

    label: Text
    meaning: Text
    looks_at: LooksAt
    knowledge: tuple[KnowledgeColumn, ...] = ()
    parameters: tuple[Setting, ...] = ()
    one_row_by: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tables:
    """What `table.find` reads: Ibis tables of one backend.

    lines: fee lines with the columns of foundation/schemas/fee_lines.py; bills: one row a stay or visit, columns as
    facts.Bill (diagnoses and procedures as text joined with "|"); stock_moves: as facts.StockMove; knowledge: check id
    → its rows (key, valid_from, valid_to, and the handler's columns; several codes as text joined with "|").
    Lines and bills meet on institution_code and case_id.
    """

    lines: Any
    bills: Any
    stock_moves: Any
    knowledge: Mapping[str, Any]


class Reference(Protocol):
    def __call__(self, facts: Facts, check: Check, trace: Trace) -> Iterable[Finding]: ...


class Table(Protocol):
    def __call__(self, tables: Tables, check: Check, version: Version) -> Any: ...


_FOLDER = Path(__file__).parent / "handlers"


@lru_cache(maxsize=1)  # asked for each check of each bill at the doctor's desk
def handler_names() -> list[str]:
    """Every handler that there is."""
    return sorted(folder.parent.name for folder in _FOLDER.glob("*/table.py"))


def _module(name: str, part: str) -> Any:
    if name not in handler_names():
        raise PolicyError(
            "claim_checks.unknown_handler",
            zh=f"没有名为“{name}”的检查方法",
            en=f"there is no kind of check named “{name}”",
            where="policy/checks/claim_checks",
        )
    return import_module(f"yigongti.engines.claim_checks.handlers.{name}{part}")


def handler(name: str) -> Handler:
    """The handler's declaration. Raises PolicyError for an unknown one."""
    found: Handler = _module(name, "").HANDLER
    return found


def reference_of(name: str) -> Reference:
    """The handler's plain implementation."""
    found: Reference = _module(name, ".reference").judge
    return found


def narrow_of(name: str) -> Any:
    """How the handler narrows lines (`narrowing.py`), or None where it does not."""
    return getattr(_module(name, ".table"), "narrow", None)


def table_of(name: str) -> Table:
    """The handler's implementation over tables."""
    found: Table = _module(name, ".table").find
    return found
