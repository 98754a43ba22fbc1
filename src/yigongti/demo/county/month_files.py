"""One month from the stays and visits to the files: bills, pages, settlements, what is planted, submissions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from yigongti.demo.county.claim_faults import FaultBook
from yigongti.demo.county.claim_limits import ClaimLimits
from yigongti.demo.county.clinical_lists import ClinicalLists
from yigongti.demo.county.fee_lines import CaseSums, LineArrays, expand, fee_line_table, sums_by_case
from yigongti.demo.county.front_pages import Page, PageWriter, fill_fees, page_ids
from yigongti.demo.county.institutions import CountyHouse, Institution
from yigongti.demo.county.insured_bills import BillMaker, bills_of_month
from yigongti.demo.county.month_claims import note_consequences, note_planted_bills, visit_rows
from yigongti.demo.county.orders import Order, draw_orders
from yigongti.demo.county.outpatient import Visit, VisitDrawer
from yigongti.demo.county.page_defects import plant_defects
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.prices import PriceList
from yigongti.demo.county.profiles import SKEWED_TOWNSHIPS
from yigongti.demo.county.residents import EPOCH, Residents
from yigongti.demo.county.settled_months import Paid, SettledMonths
from yigongti.demo.county.settlements import Settlement, settle, settlement_of, settlement_row, uninsured
from yigongti.demo.county.stay_faults import StayFaults, StrayVisits
from yigongti.demo.county.stay_line_faults import StayLineFaults
from yigongti.demo.county.stays import Drawer, Stay
from yigongti.demo.county.stock import Stores
from yigongti.demo.county.story import plant_story, split_some_stays
from yigongti.demo.county.streams import case_stream
from yigongti.demo.county.submission_files import write_table
from yigongti.demo.county.truth import Truth
from yigongti.demo.county.visit_faults import VisitFaults
from yigongti.facts.public import rows_schema
from yigongti.foundation.period import Month, completed_years
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas import DISCHARGES, FACT_TABLES, FEE_LINES, SETTLEMENT_LISTS, STOCK_MOVES, VISITS

INPATIENT = "2"


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
        self.plan, self.house, self.residents, self.lists = plan, house, residents, lists
        self.truth, self.folder = truth, folder
        self.settled_months: SettledMonths | None = None
        self.prices = PriceList(lists)
        self.limits = ClaimLimits(self.prices)
        self.drawer = Drawer(plan, house, residents, lists)
        self.visit_drawer = VisitDrawer(plan, house, residents, lists, self.limits)
        self.pages = PageWriter(house, residents, lists)
        self.stores = Stores(self.prices)
        self._had: set[tuple[int, int]] = set()  # (resident, position) of first-line medicines charged so far
        self._seen: set[int] = set()
        self.discharges = self.fee_lines = self.settlement_lists = self.visits = 0

    def settle_by(self, policy: Policy) -> SettledMonths:
        """Have the bills settled by these benefit rules, and the settlements submitted."""
        # drawers of their own: whoever was in hospital in earlier months is not remembered by those of the full months
        drawer = Drawer(self.plan, self.house, self.residents, self.lists)
        visits = VisitDrawer(self.plan, self.house, self.residents, self.lists, self.limits)
        maker = BillMaker(self.plan, self.house, self.residents, drawer, visits)
        self.settled_months = SettledMonths(self.plan, policy, maker, self.folder)
        return self.settled_months

    def write(self, month: Month) -> int:
        """Draw and write the month's submissions; returns the number of discharges."""
        book = FaultBook(self.plan, month, case_stream(self.plan.seed, "claim faults", month), self.truth)
        stays, visits, orders, blood = self._happened(month, book)
        bills = _Bills(stays, pages_of_stays(self, month, stays, blood), expand(
            orders, [stay.admitted_on for stay in stays], self.prices
        ))  # fmt: skip
        seen = _Visits(self, visits)
        settlements = self._settled(month, bills, seen)
        self._plant(month, bills, book)
        for lines, institutions, case_ids in (
            (bills.lines, [stay.institution.code for stay in stays], bills.case_ids),
            (seen.lines, [visit.institution.code for visit in visits], seen.case_ids),
        ):
            book.note_lines(lines, self.prices, institutions, case_ids)
        note_planted_bills(book, stays, bills.pages, visits, seen.case_ids, seen.totals)
        self._write(month, bills, seen, settlements, book)
        self.discharges += len(stays)
        self.visits += len(visits)
        self.fee_lines += len(bills.lines) + len(seen.lines)
        return len(stays)

    # what happened

    def _happened(
        self, month: Month, book: FaultBook
    ) -> tuple[list[Stay], list[Visit], list[list[Order]], list[bool]]:  # fmt: skip
        seed = self.plan.seed
        stays = self.drawer.month(month)
        if self.plan.planted:
            split_some_stays(case_stream(seed, "splits", month), stays, self.drawer.seen_on)
            StayFaults(self.residents, self.lists, self.house, self.limits, self.drawer, book, month).plant(stays)
        visits = self.visit_drawer.month(month, stays, self.drawer.free_from >= 10**6)
        visited = {visit.resident for visit in visits}
        if self.plan.planted:
            visits += StrayVisits(self.residents, self.visit_drawer, book, month, visited).plant(stays)
            visits.sort(key=lambda v: (v.institution.number, v.visited_on, v.resident))
        orders, blood = self._orders(case_stream(seed, "orders", month), month, stays, book)
        self._remember(stays, orders, visits)
        if self.plan.planted:
            faults = VisitFaults(self.visit_drawer, self.residents, book, self._had)
            faults.know(visits, self._seen | {stay.resident for stay in stays})
            faults.plant(visits)
        self._seen |= visited | {stay.resident for stay in stays}
        return stays, visits, orders, blood

    def _orders(
        self, draw: random.Random, month: Month, stays: Sequence[Stay], book: FaultBook
    ) -> tuple[list[list[Order]], list[bool]]:
        planted = StayLineFaults(self.limits, book, month)
        found, blood = [], []
        for stay in stays:
            born = self.residents.birth_date(stay.resident)
            ages = completed_years(born, stay.admitted_on), completed_years(born, stay.discharged_on)
            _, skew = SKEWED_TOWNSHIPS.get(stay.institution.number, ("", {})) if self.plan.planted else ("", {})
            drawn, given = draw_orders(draw, stay, self.prices, self.limits, ages, self.plan.fee_lines_per_stay, skew)
            found.append(planted.reshape(stay, drawn, ages[0]))
            blood.append(given)
        if self.plan.planted:
            planted.plant(stays, found)
        return found, blood

    def _remember(self, stays: Sequence[Stay], orders: Sequence[Sequence[Order]], visits: Sequence[Visit]) -> None:
        """First-line medicines by resident, and when each was last seen as an outpatient."""
        firsts = {at for positions in self.limits.first_lines.values() for at in positions}
        for stay, own in zip(stays, orders, strict=True):
            self._had |= {(stay.resident, order.entry) for order in own if order.entry in firsts}
        for visit in visits:
            self._had |= {
                (visit.resident, order.entry)
                for order in visit.orders
                if order.entry in firsts and visit.resident in self._seen
            }
            day = (visit.visited_on - EPOCH).days
            self.drawer.seen_on[visit.resident] = max(day, int(self.drawer.seen_on[visit.resident]))

    # pages and settlements

    def _settled(self, month: Month, bills: _Bills, seen: _Visits) -> list[dict[str, object] | None]:
        sums = sums_by_case(bills.lines, len(bills.stays), self.prices)
        paid = self._paid(month, bills, sums, seen)
        settled = [
            settlement_of(paid["stay", at].amounts) if ("stay", at) in paid else self._settle(stay, page, sums, at)
            for at, (stay, page) in enumerate(bills.both())
        ]
        for at, page in enumerate(bills.pages):
            fill_fees(page, sums, at, settled[at].borne_by_patient)
        draw = case_stream(self.plan.seed, "settlements", month)
        rows = [self._settlement_row(draw, stay, page, settled[at]) for at, (stay, page) in enumerate(bills.both())]
        for at, row in enumerate(rows):
            if row is not None and ("stay", at) in paid:
                row["settlement_number"] = paid["stay", at].number
        return rows

    def _paid(self, month: Month, bills: _Bills, sums: CaseSums, seen: _Visits) -> dict[tuple[str, int], Paid]:
        """What insurance paid for the month's bills, when the county has settlements at all."""
        if self.settled_months is None:
            return {}
        of_visits = sums_by_case(seen.lines, len(seen.visits), self.prices).classes.tolist()
        liable = [page["payment_method"] == "7" for page in bills.pages]
        found = bills_of_month(
            self.settled_months.maker, month, bills.stays, bills.case_ids, sums.classes.tolist(), liable,
            seen.visits, seen.case_ids, of_visits,
        )  # fmt: skip
        return self.settled_months.write(month, found)

    def _plant(self, month: Month, bills: _Bills, book: FaultBook) -> None:
        if not self.plan.planted:
            return
        seed, truth = self.plan.seed, self.truth
        before = len(truth.front_page_defects), len(truth.upcoding)
        story = case_stream(seed, "story", month)
        plant_story(
            story, self.plan, self.lists, month, bills.stays, bills.pages, bills.charged(), self.limits, book
        )  # fmt: skip
        plant_defects(case_stream(seed, "defects", month), month, bills.stays, bills.pages, truth)
        note_consequences(book, truth.front_page_defects[before[0] :], truth.upcoding[before[1] :])

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

    # files

    def _write(
        self,
        month: Month,
        bills: _Bills,
        seen: _Visits,
        settlements: Sequence[dict[str, object] | None],
        book: FaultBook,
    ) -> None:
        stays_of, visits_of = _slices(bills.stays), _slices(seen.visits)
        for place in sorted(stays_of.keys() | visits_of.keys(), key=lambda place: place.number):
            folder = self.folder / str(month) / place.code
            first, last = stays_of.get(place, (0, 0))
            if last:
                self._rows(folder, DISCHARGES.name, bills.pages[first:last])
                rows = [row for row in settlements[first:last] if row is not None]
                if rows:  # a file without rows is refused: nobody's stay was settled here
                    self._rows(folder, SETTLEMENT_LISTS.name, rows)
                self.settlement_lists += len(rows)
            begin, end = visits_of.get(place, (0, 0))
            if end:
                self._rows(folder, VISITS.name, visit_rows(self.residents, seen, begin, end))
            stay_lines, visit_lines = bills.table(place, first, last, self.prices), seen.table(place, begin, end)
            self._table(folder, FEE_LINES.name, pa.concat_tables([stay_lines, visit_lines]))
            lines = [
                (bills.lines, _lines_of(bills.lines, first, last)),
                (seen.lines, _lines_of(seen.lines, begin, end)),
            ]
            self._table(folder, STOCK_MOVES.name, self.stores.month(place.code, month, lines, book))

    def _rows(self, folder: Path, kind: str, rows: Sequence[dict[str, object]]) -> None:
        self._table(folder, kind, pa.Table.from_pylist(list(rows), schema=rows_schema(FACT_TABLES[kind])))

    def _table(self, folder: Path, kind: str, table: pa.Table) -> None:
        write_table(folder / kind, FACT_TABLES[kind], table, self.plan.layout, self.plan.file_format)


def pages_of_stays(writer: MonthWriter, month: Month, stays: Sequence[Stay], blood: Sequence[bool]) -> list[Page]:
    """The front pages, still without their fees."""
    writing = case_stream(writer.plan.seed, "pages", month)
    return [writer.pages.write(writing, stay, given) for stay, given in zip(stays, blood, strict=True)]


class _Bills:
    """The stays of a month with their pages and lines."""

    def __init__(self, stays: list[Stay], pages: list[Page], lines: LineArrays) -> None:
        self.stays, self.pages, self.lines = stays, pages, lines
        self.case_ids = page_ids(pages)
        self.departments = [str(page["discharge_department_code"]) for page in pages]
        self.physicians = [str(page["attending_physician"]) for page in pages]

    def both(self) -> list[tuple[Stay, Page]]:
        return list(zip(self.stays, self.pages, strict=True))

    def charged(self) -> list[frozenset[int]]:
        """What each bill holds, as positions in the price list."""
        bounds = np.searchsorted(self.lines.case, np.arange(len(self.stays) + 1)).tolist()
        return [frozenset(self.lines.entry[a:b].tolist()) for a, b in pairwise(bounds)]

    def table(self, place: Institution, first: int, last: int, prices: PriceList) -> pa.Table:
        settings = [INPATIENT] * len(self.stays)
        return fee_line_table(
            self.lines, first, last, place.code, self.case_ids, self.departments, self.physicians, settings, prices
        )  # fmt: skip


class _Visits:
    """The visits of a month with their numbers, physicians and lines."""

    def __init__(self, writer: MonthWriter, visits: list[Visit]) -> None:
        self.visits, self.prices = visits, writer.prices
        self.lines = expand([visit.orders for visit in visits], [visit.visited_on for visit in visits], writer.prices)
        totals = np.zeros(len(visits), dtype=np.int64)
        np.add.at(totals, self.lines.case, self.lines.amount)
        self.totals: list[int] = totals.tolist()
        self.case_ids: list[str] = []
        self.physicians: list[str] = []
        for _, group in groupby(visits, key=lambda visit: visit.institution.number):
            for number, visit in enumerate(group, start=1):
                self.case_ids.append(f"M{visit.visited_on:%y%m}{number:06d}")
                post = "physician" if visit.department else "village_doctor"
                staff = writer.house.by_post[(visit.institution.code, visit.department_code, post)]
                self.physicians.append(staff[(visit.resident + number) % len(staff)])

    def table(self, place: Institution, first: int, last: int) -> pa.Table:
        departments = [visit.department_code for visit in self.visits]
        settings = [visit.setting for visit in self.visits]
        return fee_line_table(
            self.lines, first, last, place.code, self.case_ids, departments, self.physicians, settings, self.prices
        )  # fmt: skip


def _slices(bills: Sequence[Stay] | Sequence[Visit]) -> dict[Institution, tuple[int, int]]:
    """Which of the bills, ordered by institution, are whose: first included, last excluded."""
    found: dict[Institution, tuple[int, int]] = {}
    first = 0
    for place, group in groupby(bills, key=lambda bill: bill.institution):
        last = first + sum(1 for _ in group)
        found[place] = (first, last)
        first = last
    return found


def _lines_of(lines: LineArrays, first: int, last: int) -> slice:
    low, high = np.searchsorted(lines.case, (first, last))
    return slice(int(low), int(high))
