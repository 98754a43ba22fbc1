"""Times one peer on invented ICD-10-CM cases: `PYTHON_OF_PEERS bench/grouping/peers.py drgpy|msdrg --cases N`.

Each case has a principal diagnosis, 4 secondary ones and 0 to 3 procedures (1.5 on average) from a short list of
common codes. Prints cases, seconds of the grouping loop alone and processor seconds of the whole process.
"""

from __future__ import annotations

import argparse
import random
import time

# fmt: off
DIAGNOSES = [
    "I5020", "I2510", "I10", "E119", "E1165", "J189", "J449", "J9601", "N179", "N186", "A419", "K8000", "K3580",
    "S72001A", "M1711", "I639", "I6350", "G40909", "C3490", "C50911", "D649", "E871", "E876", "F329", "I214", "I4891",
    "I509", "K922", "L03115", "N390", "O80", "R6521", "Z7901", "Z794", "J690", "K5660", "E43", "I469", "G9341",
    "T8141XA",
]
PROCEDURES = [
    "02703DZ", "0FT44ZZ", "0DTJ4ZZ", "0SRC0J9", "0SR9019", "5A1955Z", "5A1D70Z", "02100Z9", "0HBT0ZZ", "10D00Z1",
    "3E03317", "0BH17EZ",
]
# fmt: on


def invented(count: int) -> list[tuple[list[str], list[str], int, str]]:
    drawn = random.Random(1)
    return [
        (
            drawn.choices(DIAGNOSES, k=5),
            drawn.choices(PROCEDURES, k=drawn.choice((0, 1, 2, 3))),
            drawn.randint(1, 95),
            drawn.choice("MF"),
        )
        for _ in range(count)
    ]


def time_drgpy(cases: list[tuple[list[str], list[str], int, str]]) -> float:
    from drgpy.msdrg import DRGEngine

    engine = DRGEngine()
    started = time.perf_counter()
    for diagnoses, procedures, _age, gender in cases:
        engine.get_drg(diagnoses, procedures, gender=gender)
    return time.perf_counter() - started


def time_msdrg(cases: list[tuple[list[str], list[str], int, str]]) -> float:
    import msdrg

    with msdrg.MsdrgGrouper() as grouper:
        started = time.perf_counter()
        for diagnoses, procedures, age, gender in cases:
            grouper.group(
                msdrg.create_claim(
                    version=431,
                    age=age,
                    sex=0 if gender == "M" else 1,
                    discharge_status=1,
                    pdx=diagnoses[0],
                    sdx=diagnoses[1:],
                    procedures=procedures,
                )
            )
        return time.perf_counter() - started


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=["drgpy", "msdrg"])
    parser.add_argument("--cases", type=int, default=1_000_000)
    given = parser.parse_args()
    seconds = {"drgpy": time_drgpy, "msdrg": time_msdrg}[given.peer](invented(given.cases))
    print(f"{given.cases} {seconds:.3f} {time.process_time():.3f}")
