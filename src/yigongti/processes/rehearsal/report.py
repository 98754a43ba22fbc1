"""A rehearsal as a paper and as a workbook: the same words and figures as its page, from the same rows.

The paper (DOCX, PDF) is what is signed and filed: the answer, what changes, before and after, by institution and by
group of residents, who gains and who loses, how it was computed, and the digests. The workbook holds every row of every
dimension. Both are made from what was kept, or from a result that was not kept (the command line).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from yigongti.kernel.presentation.figures import money
from yigongti.processes.rehearsal import wording
from yigongti.processes.rehearsal.labels import DIMENSIONS, Labels
from yigongti.processes.rehearsal.models import Rehearsal, RehearsalRow
from yigongti.processes.rehearsal.pages.charts import bar_words
from yigongti.processes.rehearsal.replayers import REPLAYERS
from yigongti.processes.rehearsal.replaying import COUNT, PATIENT, Replayer

ON_PAPER = ("institution", "level", "check", "group", "care")
AMOUNTS = (
    "fund_before",
    "fund_after",
    "fund_change",
    "low",
    "high",
    "patient_before",
    "patient_after",
    "patient_change",
)


@dataclass(frozen=True)
class Grid:
    """A table of the paper: its title, the heads, the rows as texts."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Report:
    """What the paper says, in one language."""

    title: str
    sentence: str
    untouched: str
    reason: str
    facts: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    grids: tuple[Grid, ...]
    how: tuple[str, ...]
    digests: tuple[tuple[str, str], ...]


def report_of(rehearsal: Rehearsal, rows: Sequence[RehearsalRow], labels: Labels) -> Report:
    """The paper of a rehearsal, in the language that is active."""
    changes = [
        wording.value_words(value, labels) + " · " + _("from %(day)s") % {"day": value["from_on"]}
        for change in rehearsal.changes
        for value in change["values"]
    ] + [change["path"] for change in rehearsal.changes if not change["values"]]
    grids: list[Grid] = []
    for part in REPLAYERS:
        if part.name in rehearsal.totals:
            grids += _grids(part, rehearsal.totals[part.name], [row for row in rows if row.part == part.name])
    signed = f"{rehearsal.signed_by_name} {rehearsal.signed_at:%Y-%m-%d}" if rehearsal.signed_at else "—"
    return Report(
        title=rehearsal.title,
        sentence=wording.sentence(rehearsal, labels),
        untouched=wording.untouched_words(rehearsal),
        reason=rehearsal.reason,
        facts=(
            (_("In force from"), rehearsal.effective_on.isoformat()),
            (_("Replayed over these months"), wording.period_words(rehearsal)),
            (_("State"), str(rehearsal.get_state_display())),
            (_("Prepared by"), rehearsal.made_by_name or "—"),
            (_("Rehearsed by"), rehearsal.ran_by_name or "—"),
            (_("Signed by"), signed),
        ),
        changes=tuple(changes),
        grids=tuple(grids),
        how=tuple(wording.how_it_was_replayed(rehearsal)),
        digests=digests_of(rehearsal),
    )


def digests_of(rehearsal: Rehearsal) -> tuple[tuple[str, str], ...]:
    """What the result rests on, each with its name."""
    return (
        (_("Changed files"), rehearsal.ran_files_digest),
        (_("Facts"), rehearsal.facts_digest),
        (_("Policy in force"), rehearsal.base_release),
        (_("Policy as replayed"), rehearsal.changed_release),
        (_("Program"), rehearsal.code_release),
        (_("Seed of the draws"), str(rehearsal.seed)),
        (_("Result of the rehearsal"), rehearsal.result_digest),
    )


def _grids(part: Replayer, total: dict[str, Any], rows: Sequence[RehearsalRow]) -> Iterable[Grid]:
    language = wording.language()
    name = part.label.in_language(language)
    yield Grid(
        name + " · " + _("Before and after"),
        (
            _("Borne by") if _has_patient(part) else _("Item"),
            _("Before the change"),
            _("After the change"),
            _("Difference"),
        ),
        (
            *(
                (payer.label.in_language(language), *_three(total["payers"][payer.name], payer.side))
                for payer in part.payers
            ),
            (part.fund_words.in_language(language) + _(", together"), *_three(total["fund"])),
            *([(_("Patients together"), *_three(total["patient"]))] if _has_patient(part) else []),
        ),
    )  # fmt: skip
    bars = [bar for bar in total["distribution"]["bars"] if bar[2]]
    yield Grid(
        name + " · " + part.spread_words.in_language(language),
        (_("Change, yuan"), _("Count"), _("Together, yuan")),
        (
            *((bar_words(bar[0], bar[1]), f"{bar[2]:,}", money(Decimal(bar[3]))) for bar in bars),
            (_("not affected"), f"{total['distribution']['unaffected']:,}", "0.00"),
        ),
    )
    fund = {"what": part.fund_words.in_language(language)}
    for dimension in ON_PAPER:
        chosen = [row for row in rows if row.dimension == dimension]
        if chosen:
            yield Grid(
                name + " · " + DIMENSIONS[dimension].in_language(language),
                (_("Name"), _("%(what)s, before") % fund, _("%(what)s, after") % fund, _("Difference"),
                 _("95 % from"), _("95 % to"),
                 _("Bear less"), _("Bear more")),
                tuple(
                    (row.label(language), money(row.fund_before), money(row.fund_after), money(row.fund_change),
                     money(row.low), money(row.high), f"{row.better:,}", f"{row.worse:,}")
                    for row in sorted(chosen, key=lambda row: (row.fund_change, row.key))
                ),
            )  # fmt: skip


def _has_patient(part: Replayer) -> bool:
    return any(payer.side == PATIENT for payer in part.payers)


def _three(texts: Sequence[str], side: str = "") -> tuple[str, str, str]:
    before, after = Decimal(texts[0]), Decimal(texts[1])
    if side == COUNT:
        return f"{int(before):,}", f"{int(after):,}", f"{int(after - before):+,}"
    return money(before), money(after), money(after - before)


def as_workbook(rehearsal: Rehearsal, rows: Sequence[RehearsalRow], labels: Labels) -> bytes:
    """The whole result: a first sheet with the answer and the digests, one sheet for each part and dimension."""
    told = report_of(rehearsal, rows, labels)
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    if rehearsal.ran_at:
        book.set_properties({"title": told.title, "created": rehearsal.ran_at.replace(tzinfo=None)})
    looks = {"head": book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1}),
             "money": book.add_format({"num_format": "#,##0.00"}),
             "words": book.add_format({"text_wrap": True, "valign": "top"})}  # fmt: skip
    _front(book.add_worksheet(_("Result of the rehearsal")), told, looks)
    for part in REPLAYERS:
        of_part = [row for row in rows if row.part == part.name]
        for dimension in DIMENSIONS:
            chosen = sorted((row for row in of_part if row.dimension == dimension), key=lambda row: row.key)
            if chosen and dimension != "total":
                words = [each.in_language(wording.language()) for each in (part.label, DIMENSIONS[dimension])]
                _sheet(book.add_worksheet(" ".join(words)[:31]), part, chosen, looks)
    book.close()
    return made.getvalue()


def _front(sheet: Any, told: Report, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110, looks["words"])
    lines = [(told.title, told.sentence), ("", told.untouched), (_("Reason"), told.reason), *told.facts]
    lines += [(_("What changes"), words) for words in told.changes]
    lines += [(_("How it was replayed"), words) for words in told.how] + list(told.digests)
    for number, (name, text) in enumerate(lines):
        sheet.write_string(number, 0, str(name))
        sheet.write_string(number, 1, str(text))


def _sheet(sheet: Any, part: Replayer, rows: Sequence[RehearsalRow], looks: dict[str, Any]) -> None:
    language = wording.language()
    fund = {"what": part.fund_words.in_language(language)}
    heads = [_("Code"), _("Name"), part.rows_words.in_language(language),
             part.persons_words.in_language(language),
             _("%(what)s, before") % fund, _("%(what)s, after") % fund,
             _("%(what)s, difference") % fund, _("95 % from"), _("95 % to"),
             _("Patients, before"), _("Patients, after"), _("Patients, difference"), _("Bear less"), _("Bear more"),
             _("Relief together"), _("Burden together"), _("Most relief of one"), _("Most burden of one")]  # fmt: skip
    payers = [(payer, side) for payer in part.payers for side in (0, 1)]
    heads += [f"{payer.label.in_language(language)} {(_('before'), _('after'))[side]}" for payer, side in payers]
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, looks["head"])
    sheet.set_column(0, len(heads) - 1, 16)
    sheet.set_column(1, 1, 30)
    sheet.freeze_panes(1, 2)
    for number, row in enumerate(rows, start=1):
        sheet.write_string(number, 0, row.key)
        sheet.write_string(number, 1, row.label(language))
        sheet.write_number(number, 2, row.rows)
        sheet.write_number(number, 3, row.persons)
        for place, name in enumerate(AMOUNTS, start=4):
            sheet.write_number(number, place, float(getattr(row, name)), looks["money"])
        sheet.write_number(number, 12, row.better)
        sheet.write_number(number, 13, row.worse)
        for place, name in enumerate(("relief", "burden", "most_relief", "most_burden"), start=14):
            sheet.write_number(number, place, float(getattr(row, name)), looks["money"])
        for place, (payer, side) in enumerate(payers, start=18):
            sheet.write_number(number, place, float(row.payers[payer.name][side]), looks["money"])
