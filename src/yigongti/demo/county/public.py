"""The door of the demo county: one function that writes a whole county into a folder.

Layout of the folder: see docs/guides/demo-county.md. Nothing is read but the clinical lists beside this package;
there is no clock and no shared random state, so the same arguments give the same bytes of every file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from yigongti.demo.county.clinical_lists import read_lists
from yigongti.demo.county.county_files import ELSEWHERE_COLUMNS, elsewhere_rows, write_house, write_notice
from yigongti.demo.county.county_files import write_residents as _write_residents
from yigongti.demo.county.institutions import build_county
from yigongti.demo.county.insured_register import write_insured
from yigongti.demo.county.month_files import MonthWriter
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.residents import draw_residents
from yigongti.demo.county.second_registrations import plant_duplicates, plant_look_alikes
from yigongti.demo.county.truth import Truth, duplicate_rows, look_alike_rows, write_csv
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

Progress = Callable[[str, int, int], None]
"""Called with a step ("residents" or a month), the number of steps done and the number of all steps."""

__all__ = ["CountyPlan", "Generated", "Progress", "generate"]


@dataclass(frozen=True, slots=True)
class Generated:
    """What was written: the folder and the counts that county.json holds as well."""

    folder: Path
    discharges: int
    fee_lines: int
    settlement_lists: int
    planted_defects: int
    visits: int
    planted_claim_faults: int
    settlements: int = 0
    planted_settlement_faults: int = 0


def generate(
    folder: Path,
    residents: int,
    months: int,
    last_month: Month,
    seed: int,
    progress: Progress | None = None,
    *,
    fee_lines_per_stay: int = 600,
    file_format: str = "parquet",
    layout: str = "own",
    planted: bool = True,
    policy: Policy | None = None,
    settlement_months: int = 0,
) -> Generated:
    """Write a county of so many residents with so many months of discharges, the last one being `last_month`.

    folder is made; a folder that holds anything already is refused (InvalidInput), so that two counties never mix.
    file_format: parquet, csv or xlsx; layout: own, pinyin or national column names of the submissions.
    planted: False leaves out everything that is planted; second registrations and look-alikes stay.
    policy: whose benefit rules the bills are settled by; None: the county has no settlements.
    settlement_months: how many months of settlements, also before the others (see CountyPlan).
    """
    plan = CountyPlan(
        residents, months, last_month, seed, fee_lines_per_stay, file_format, layout, planted,
        settlement_months)  # fmt: skip
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput(
            "county.folder_not_empty",
            zh=f"“{folder.name}”不是空文件夹，请另选一个，以免两个演示县混在一起",
            en=f"“{folder.name}” is not an empty folder; choose another, so that two counties do not mix",
            where=str(folder),
        )
    lists = read_lists()
    folder.mkdir(parents=True, exist_ok=True)
    report = progress or (lambda step, done, steps: None)
    earlier = plan.earlier_months if policy is not None else ()
    steps = plan.months + len(earlier) + 1
    report("residents", 0, steps)
    house = build_county(plan.seed)
    people = draw_residents(plan)
    duplicates = plant_duplicates(plan, people)
    write_house(folder, house)
    look_alikes = plant_look_alikes(plan, people, len(people) + len(duplicates))
    _write_residents(folder, people, duplicates + look_alikes)
    truth = Truth(duplicate_patients=duplicate_rows(duplicates), look_alikes=look_alike_rows(look_alikes))
    writer = MonthWriter(plan, house, people, lists, truth, folder / "submissions")
    write_insured(folder, plan, house, people)
    settled = writer.settle_by(policy) if policy is not None else None
    for done, month in enumerate(earlier, start=1):
        report(str(month), done, steps)
        assert settled is not None
        settled.write_drawn(month)
    elsewhere: list[dict[str, object]] = []
    for done, month in enumerate(plan.all_months, start=1 + len(earlier)):
        report(str(month), done, steps)
        within = writer.write(month)
        elsewhere += elsewhere_rows(plan, house, people, month, within)
    write_csv(folder / "admissions_elsewhere.csv", ELSEWHERE_COLUMNS, elsewhere)
    truth.settlement_faults = settled.faults.rows if settled is not None else []
    truth.write(folder / "truth")
    generated = Generated(
        folder,
        writer.discharges,
        writer.fee_lines,
        writer.settlement_lists,
        len(truth.front_page_defects),
        writer.visits,
        sum(not row["follows"] for row in truth.claim_faults),
        settled.settlements if settled is not None else 0,
        len(truth.settlement_faults),
    )
    write_notice(
        folder,
        plan,
        {
            "discharges": generated.discharges,
            "fee_lines": generated.fee_lines,
            "settlement_lists": generated.settlement_lists,
            "planted_defects": generated.planted_defects,
            "visits": generated.visits,
            "planted_claim_faults": generated.planted_claim_faults,
            "settlements": generated.settlements,
            "planted_settlement_faults": generated.planted_settlement_faults,
        },
    )
    report("done", steps, steps)
    return generated
