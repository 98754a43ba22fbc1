"""The plan's small tables as Ibis tables, for the codes of a scheme or, where it has patterns, of the cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from yigongti.engines.casemix import reasons
from yigongti.engines.casemix.plan import BITS, CC_BIT, MCC_BIT, SEXES, Plan, membership


@dataclass(frozen=True)
class Lookups:
    """The tables; _k stands for a column number, _s for the place of a sex in plan.SEXES.

    principal_diagnoses: diagnosis, diagnosis_class, principal_exclusion_k, alone_s (rank), diagnosis_mask_k.
    principal_procedures: procedure, procedure_class, procedure_mask_k.
    pairs: pair (diagnosis class × procedure_classes + procedure class), paired_s (rank).
    other_diagnoses: code, level (its bit), exclusion_k, mask_k; only codes that can matter.
    other_procedures: code, mask_k; only codes that can matter.
    outcomes: outcome (rank × 4 + level), mdc, adrg, drg, complication, reason.
    counted: for each set that length() counts in, its codes.
    unknown: the ranks by sex of a principal diagnosis in no list, or of the reason that ends its grouping.
    procedure_classes: how many there are.
    """

    principal_diagnoses: ir.Table
    principal_procedures: ir.Table
    pairs: ir.Table
    other_diagnoses: ir.Table
    other_procedures: ir.Table
    outcomes: ir.Table
    counted: dict[str, ir.Table]
    unknown: tuple[int, ...]
    procedure_classes: int


def lookups_of(plan: Plan, diagnoses: Iterable[str], procedures: Iterable[str]) -> Lookups:
    """The tables for these codes. Codes that are not in them count as standing in no list."""
    scheme = plan.scheme
    diagnosis_codes = sorted({code for code in diagnoses if code})
    procedure_codes = sorted({code for code in procedures if code})
    listed = membership(diagnosis_codes, [scheme.diagnosis_sets], scheme)
    known = [
        code
        for code in diagnosis_codes
        if listed[code] or code in scheme.exact_diagnoses or code in scheme.complications or code in scheme.exclusions
    ]
    if not scheme.choices.unknown_principal_is_ungroupable:
        known = diagnosis_codes
    classes = plan.diagnosis_classes(known)
    procedure_classes = plan.procedure_classes(procedure_codes)
    alone, pairs = plan.ranks()
    grey = {code for code in known if scheme.grey(code)}
    grey_ranks = [plan.invalid[reasons.GREY_PRINCIPAL_DIAGNOSIS]] * len(SEXES)
    unknown = alone[0]
    if scheme.choices.unknown_principal_is_ungroupable:
        unknown = [plan.invalid[reasons.UNKNOWN_PRINCIPAL_DIAGNOSIS]] * len(SEXES)
    masks = plan.diagnosis_bits.masks(diagnosis_codes, scheme)
    principal = [
        # A grey code has a class of its own, -1, which no pair joins.
        (
            code,
            -1 if code in grey else classes[code],
            *plan.principal_exclusions(code),
            *(grey_ranks if code in grey else alone[classes[code]]),
            *masks[code],
        )
        for code in known
    ]
    exclusions = [f"exclusion_{column}" for column in range(plan.exclusion_columns)]
    other_mask_lists = {plan.diagnosis_bits.lists[lists] for lists in plan.other_diagnosis_lists}
    wanted = sum(1 << number for number in other_mask_lists)
    others = []
    for code in diagnosis_codes:
        complication = scheme.complications.get(code)
        own = _only(masks[code], wanted)
        if complication is None and not any(own):
            continue
        level = {"mcc": MCC_BIT, "cc": CC_BIT}[complication.level] if complication else 0
        group = complication.exclusion_group if complication else ""
        others.append((code, level, *plan.secondary_exclusions(group), *own))
    procedure_masks = plan.procedure_bits.masks(procedure_codes, scheme)
    wanted_procedures = sum(1 << plan.procedure_bits.lists[lists] for lists in plan.other_procedure_lists)
    other_procedures = [
        (code, *own) for code in procedure_codes if any(own := _only(procedure_masks[code], wanted_procedures))
    ]
    mask_names = [f"mask_{column}" for column in range(plan.diagnosis_bits.columns)]
    procedure_mask_names = [f"mask_{column}" for column in range(plan.procedure_bits.columns)]
    count = len(plan._procedure_classes)
    return Lookups(
        principal_diagnoses=_table(
            principal,
            "diagnosis",
            [
                "diagnosis_class",
                *(f"principal_{name}" for name in exclusions),
                *(f"alone_{sex}" for sex in range(len(SEXES))),
                *(f"diagnosis_{name}" for name in mask_names),
            ],
        ),
        principal_procedures=_table(
            [(code, procedure_classes[code], *procedure_masks[code]) for code in procedure_codes],
            "procedure",
            ["procedure_class", *(f"procedure_{name}" for name in procedure_mask_names)],
        ),
        pairs=_table(
            [(diagnosis * count + procedure, *ranks) for diagnosis, procedure, ranks in pairs],
            None,
            ["pair", *(f"paired_{sex}" for sex in range(len(SEXES)))],
        ),
        other_diagnoses=_table(others, "code", ["level", *exclusions, *mask_names]),
        other_procedures=_table(other_procedures, "code", procedure_mask_names),
        outcomes=_outcomes(plan),
        counted={
            one.set: _table(
                [
                    (code,)
                    for code in (diagnosis_codes if one.fields[0].is_diagnosis else procedure_codes)
                    if code in scheme.sets[one.set]
                ],
                "code",
                [],
            )
            for one in plan.counts
        },
        unknown=tuple(unknown),
        procedure_classes=count,
    )


def _only(masks: list[int], wanted: int) -> list[int]:
    low = (1 << BITS) - 1
    return [mask & (wanted >> (BITS * column)) & low for column, mask in enumerate(masks)]


def _table(rows: list[Any], text: str | None, numbers: list[str]) -> ir.Table:
    """A table of one text column (or none) and whole numbers, also when it has no rows."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(numbers) + (text is not None))
    arrays: dict[str, Any] = {}
    if text is not None:
        arrays[text] = pa.array(columns[0], pa.string())
        columns = columns[1:]
    for name, column in zip(numbers, columns, strict=True):
        wide = any(abs(value) >> 31 for value in column)
        arrays[name] = pa.array(column, pa.int64() if wide else pa.int32())
    return ibis.memtable(pa.table(arrays))


def _outcomes(plan: Plan) -> ir.Table:
    names = ("mdc", "adrg", "drg", "complication", "reason")
    rows = plan.outcomes
    arrays: dict[str, Any] = {"outcome": pa.array([rank * 4 + level for rank, level, *_ in rows], pa.int32())}
    for place, name in enumerate(names, start=2):
        arrays[name] = pa.array([row[place] for row in rows], pa.string())
    return ibis.memtable(pa.table(arrays))
