"""The peer: each measure as the one SQL statement that an office would keep for it, for the same month and tree.

Written out from the definitions, so that nobody mistypes two hundred of them: each reads the rows of its fact, joins
the tree, and groups by subject; ratios of returns read the returns twice. Shares, means, different persons, medians,
ratios and growth of returns, and levels; without intervals, states and completeness, which a query of this kind does
not have. Standardised rates and the probability over ages are left out, and so is growth of a mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yigongti.engines.measures.definitions import Amount, Count, Growth, Over, Ratio, Spread
from yigongti.engines.measures.public import Book, Subject, has_meaning
from yigongti.foundation.period import Month


def queries(raw: Any, book: Book, tree: Iterable[Subject], month: Month) -> dict[str, str]:
    """measure → its statement, of (subject, value). Makes the table of the tree that they join."""
    own = [(subject.code, each) for subject in tree for each in subject.institutions]
    raw.execute("CREATE OR REPLACE TEMP TABLE tree (subject VARCHAR, institution_code VARCHAR)")
    raw.executemany("INSERT INTO tree VALUES (?, ?)", own)
    found = {}
    for name, measure in book.measures.items():
        formula = measure.versions[0].formula
        if isinstance(formula, Ratio):
            sql = _ratio(book, formula, month)
        elif isinstance(formula, Spread):
            count = book.count(formula.of)
            sql = _select(count.fact, "median(cost)", month)
        elif isinstance(formula, Growth) and isinstance(formula.of, Amount):
            sql = _growth(book.count(formula.of.of.plus[0]), month)
        else:
            continue
        assert any(has_meaning(measure, each, month) for each in tree)
        found[name] = sql
    return found


def _select(source: str, what: str, month: Month) -> str:
    rows = f"{source} JOIN tree USING (institution_code)"
    return f"SELECT subject, {what} FROM {rows} WHERE month = '{month}' GROUP BY subject"


def _ratio(book: Book, formula: Ratio, month: Month) -> str:
    above, below = book.count(formula.numerator.plus[0]), book.count(formula.denominator.plus[0])
    if above.item:
        return (
            f"SELECT a.subject, 100.0 * a.amount / nullif(b.amount, 0) FROM ({_item(above, month)}) a "
            f"JOIN ({_item(below, month)}) b USING (subject)"
        )
    return _select(above.fact, f"100.0 * {_made(book, above)} / nullif({_made(book, below)}, 0)", month)


def _item(count: Count, month: Month) -> str:
    return (
        "SELECT subject, sum(value) AS amount FROM returns JOIN tree USING (institution_code) "
        f"WHERE month = '{month}' AND item = '{count.item}' GROUP BY subject"
    )


def _growth(count: Count, month: Month) -> str:
    return (
        f"SELECT a.subject, 100.0 * (a.amount - b.amount) / b.amount FROM ({_item(count, month)}) a "
        f"JOIN ({_item(count, month.plus(-12))}) b USING (subject)"
    )


def _made(book: Book, count: Count) -> str:
    tests = " AND ".join(_test(each.where.all_of[0], book) for each in book.filters_of(count)) or "true"
    if count.over is Over.SUM:
        return f"coalesce(sum({count.column}) FILTER ({tests}), 0)"
    if count.over is Over.DISTINCT:
        return f"count(DISTINCT {count.column}) FILTER ({tests})"
    return f"count(*) FILTER ({tests})"


def _test(condition: Any, book: Book) -> str:
    column = condition.column
    if condition.codeset:
        codes = ", ".join(f"'{each}'" for each in sorted(book.codesets[condition.codeset].codes))
        return f"list_has_any({column}, [{codes}])"
    if condition.test == "starts_with":
        return "(" + " OR ".join(f"starts_with({column}, '{each}')" for each in condition.values) + ")"
    sign = {"is": "IN", "in": "IN", "at_least": ">=", "above": ">"}[condition.test]
    values = ", ".join(f"'{each}'" if isinstance(each, str) else str(each) for each in condition.values)
    return f"{column} {sign} ({values})"
