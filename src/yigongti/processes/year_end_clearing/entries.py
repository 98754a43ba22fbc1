"""The ledger's drafts of a cleared year (docs/adr/0020, 6), on the year's last day. Debit positive.

    surplus kept          fund +5101 −2003 (institution)        institution +1101.01 (fund) −4102
    overrun borne         fund +2003 (institution) −5001.01     institution +4103 −1101.01 (fund)
    overrun shared        fund +5102 −5001.01                   what of the year's spending goes beyond the quotas
    kept back, returned   fund +2102 (institution) −2003        institution +1101.01 (fund) −2102 (fund)
    kept back, forfeited  fund +2102 (institution) −5201        institution +4103 −2102 (fund)
    cases by group        fund ±5001.01 ∓2003 (institution)     institution ±1101.01 (fund) ∓4103
    deposit, returned     fund +2101 (institution) −2003        institution +1101.01 (fund) −2101 (fund)
    deposit, forfeited    fund +2101 (institution) −5201        institution +4103 −2101 (fund)

The bills were paid as they came, so that what a community bears of an overrun is given back by its institutions.
Keys: clearing/<year>/<community>/<institution>/<what>/<side>; cause clearing:<year>/<community>.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.kernel.ledger.public import EntryDraft, PostingDraft
from yigongti.processes.year_end_clearing.models import ClearingRow, ClearingRun

Line = tuple[str, Decimal, int | None]
_WORDS = {
    "surplus": Text("结余留用", "surplus kept"),
    "overrun": Text("超支自担", "overrun borne"),
    "retained": Text("考核预留兑现", "kept back for the assessment, settled"),
    "cases": Text("按病种付费年终清算", "payment by group, cleared for the year"),
    "deposit": Text("质量保证金兑现", "quality deposit, settled"),
    "overrun_shared": Text("超支由基金分担", "overrun borne by the fund"),
}


def clearing_entries(run: ClearingRun, rows: list[ClearingRow]) -> list[EntryDraft]:
    """All drafts of the run, in the order of institutions; nothing for an amount of zero."""
    fund = run.office_id
    drafts = []
    if run.fund_share:
        lines: list[Line] = [("5102", run.fund_share, None), ("5001.01", -run.fund_share, None)]
        drafts.append(_draft(run, run.institution.code, "overrun_shared", "fund", fund, lines))
    for row in rows:
        drafts += _of_institution(run, row, fund)
    return drafts


def _of_institution(run: ClearingRun, row: ClearingRow, fund: int) -> list[EntryDraft]:
    own, code = row.institution_id, row.institution.code
    sides: list[tuple[str, list[Line], list[Line]]] = []
    if row.kept:
        sides.append(
            (
                "surplus",
                [("5101", row.kept, None), ("2003", -row.kept, own)],
                [("1101.01", row.kept, fund), ("4102", -row.kept, None)],
            )
        )
    if row.borne:
        sides.append(
            (
                "overrun",
                [("2003", row.borne, own), ("5001.01", -row.borne, None)],
                [("4103", row.borne, None), ("1101.01", -row.borne, fund)],
            )
        )
    if row.retained:
        sides.append(
            (
                "retained",
                [("2102", row.retained, own), ("2003", -row.returned, own), ("5201", -row.forfeited, None)],
                [("1101.01", row.returned, fund), ("4103", row.forfeited, None), ("2102", -row.retained, fund)],
            )
        )
    if row.added:
        sides.append(
            (
                "cases",
                [("5001.01", row.added, None), ("2003", -row.added, own)],
                [("1101.01", row.added, fund), ("4103", -row.added, None)],
            )
        )
    if row.deposit:
        back, gone = row.deposit_returned, row.deposit_forfeited
        sides.append(
            (
                "deposit",
                [("2101", row.deposit, own), ("2003", -back, own), ("5201", -gone, None)],
                [("1101.01", back, fund), ("4103", gone, None), ("2101", -row.deposit, fund)],
            )
        )
    return [
        draft
        for what, of_fund, of_institution in sides
        for draft in (
            _draft(run, code, what, "fund", fund, of_fund),
            _draft(run, code, what, "institution", own, of_institution),
        )
    ]


def _draft(run: ClearingRun, code: str, what: str, side: str, book: int, lines: list[Line]) -> EntryDraft:
    community, word = run.institution.code, _WORDS[what]
    return EntryDraft(
        key=f"clearing/{run.year}/{community}/{code}/{what}/{side}",
        book_id=book,
        on=date(run.year, 12, 31),
        kind="clearing",
        said=Text(f"{run.year} 年清算 {code}：{word.zh}", f"Clearing of {run.year}, {code}: {word.en}"),
        cause=f"clearing:{run.year}/{community}",
        postings=tuple(
            PostingDraft(account, amount, partner_id=partner) for account, amount, partner in lines if amount
        ),
    )
