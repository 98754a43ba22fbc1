"""One month from the stays to the files: stays, bills, pages, settlements, what the story plants, submissions."""

from __future__ import annotations

import random
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from yigongti.demo.county.clinical_lists import ClinicalLists
from yigongti.demo.county.fee_lines import CaseSums, expand, fee_line_table, sums_by_case
from yigongti.demo.county.front_pages import Page, PageWriter, fill_fees, page_ids
from yigongti.demo.county.institutions import CountyHouse
from yigongti.demo.county.orders import draw_orders
from yigongti.demo.county.page_defects import plant_defects
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.prices import PriceList
from yigongti.demo.county.residents import Residents
from yigongti.demo.county.settlements import Settlement, settle, settlement_row, uninsured
from yigongti.demo.county.stays import Drawer, Stay
from yigongti.demo.county.story import plant_story, split_some_stays
from yigongti.demo.county.streams import case_stream
from yigongti.demo.county.submission_files import write_table
from yigongti.demo.county.truth import Truth
from yigongti.facts.public import rows_schema
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import DISCHARGES, FEE_LINES, SETTLEMENT_LISTS


class MonthWriter:
    """Writes month after month; holds one month in memory at a time."""

    def __init__(
        self,
        plan: CountyPlan,
        house: CountyHouse,
        residents: Residents,
        lists: ClinicalLists,
        truth: Truth,
        folder: Path,
    ) -> None:
        self.plan, self.residents, self.lists, self.truth, self.folder = plan, residents, lists, truth, folder
        self.prices = PriceList(lists)
        self.drawer = Drawer(plan, house, residents, lists)
        self.pages = PageWriter(house, residents, lists)
        self.discharges = self.fee_lines = self.settlement_lists = 0

    def write(self, month: Month) -> int:
        """Draw and write the month's submissions; returns the number of discharges."""
        seed = self.plan.seed
        stays = self.drawer.month(month)
        split_some_stays(case_stream(seed, "splits", month), stays)
        billing, writing = case_stream(seed, "orders", month), case_stream(seed, "pages", month)
        drawn = [draw_orders(billing, stay, self.prices, self.plan.fee_lines_per_stay) for stay in stays]
        pages = [self.pages.write(writing, stay, given) for stay, (_, given) in zip(stays, drawn, strict=True)]
        lines = expand([orders for orders, _ in drawn], [stay.admitted_on for stay in stays], self.prices)
        sums = sums_by_case(lines, len(stays), self.prices)
        settled = [self._settle(stay, page, sums, at) for at, (stay, page) in enumerate(zip(stays, pages, strict=True))]
        for at, page in enumerate(pages):
            fill_fees(page, sums, at, settled[at].borne_by_patient)
        case_ids = page_ids(pages)
        departments = [str(page["discharge_department_code"]) for page in pages]
        physicians = [str(page["attending_physician"]) for page in pages]
        paid = case_stream(seed, "settlements", month)
        settlements = [
            self._settlement_row(paid, stay, page, settled[at])
            for at, (stay, page) in enumerate(zip(stays, pages, strict=True))
        ]
        plant_story(case_stream(seed, "story", month), self.plan, self.lists, month, stays, pages, self.truth)
        plant_defects(case_stream(seed, "defects", month), month, stays, pages, self.truth)
        first = 0
        for code, group in groupby(stays, key=lambda stay: stay.institution.code):
            last = first + sum(1 for _ in group)
            place = self.folder / str(month) / code
            self._write_rows(place / "discharges", pages[first:last])
            table = fee_line_table(lines, first, last, code, case_ids, departments, physicians, self.prices)
            write_table(place / "fee_lines", FEE_LINES, table, self.plan.layout, self.plan.file_format)
            rows = [row for row in settlements[first:last] if row is not None]
            write_table(
                place / "settlement_lists",
                SETTLEMENT_LISTS,
                pa.Table.from_pylist(rows, schema=rows_schema(SETTLEMENT_LISTS)),
                self.plan.layout,
                self.plan.file_format,
            )
            self.settlement_lists += len(rows)
            first = last
        self.discharges += len(pages)
        self.fee_lines += len(lines)
        return len(pages)

    def _write_rows(self, path: Path, pages: list[Page]) -> None:
        write_table(
            path,
            DISCHARGES,
            pa.Table.from_pylist(pages, schema=rows_schema(DISCHARGES)),
            self.plan.layout,
            self.plan.file_format,
        )

    def _settle(self, stay: Stay, page: Page, sums: CaseSums, at: int) -> Settlement:
        classes = (int(sums.classes[at, 0]), int(sums.classes[at, 1]), int(sums.classes[at, 2]))
        if page["payment_method"] == "7":
            return uninsured(classes)
        return settle(
            stay,
            int(self.residents.insurance_type[stay.resident]),
            bool(self.residents.assisted[stay.resident]),
            classes,
        )

    def _settlement_row(
        self, draw: random.Random, stay: Stay, page: Page, settled: Settlement
    ) -> dict[str, object] | None:
        if page["payment_method"] == "7":
            return None
        at = stay.resident
        return settlement_row(
            draw, stay, page, settled, int(self.residents.insurance_type[at]), self.residents.insured_number(at)
        )
