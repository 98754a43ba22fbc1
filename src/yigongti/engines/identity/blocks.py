"""Which pairs are looked at at all: two registrations that agree in every column of one block.

One list for the batch (Splink's blocking rules) and for the search while registering (`candidates.py`), so that the
desk finds what the night would find. Every block is narrow: a county of a million gives well under a million pairs.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """columns: of `Normalised`; why: which slips it catches."""

    id: str
    columns: tuple[str, ...]
    why: str


BLOCKS = (
    Block("number", ("number",), "the same resident number, whatever else was written"),
    Block("number_body", ("number_body",), "another region's places, or a slip in the first six or the last"),
    Block("insured_number", ("insured_number",), "the same insured number"),
    Block("name_birth", ("blurred", "birth_date"), "number missing or with slips, moved, new telephone"),
    Block("name_phone", ("blurred", "phone"), "birth date with any slip"),
    Block("name_house", ("blurred", "village_code", "house"), "birth date with any slip and a new telephone"),
    Block("phone_birth", ("phone", "birth_date"), "another name"),
    Block("village_birth", ("village_code", "birth_date", "sex"), "another name and no telephone"),
)
