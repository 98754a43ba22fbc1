"""A process that stops at one place of a clearing and waits there to be killed (test_clearing_killed.py).

python clearing_process.py compute|post NUMBER
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def here(*_given, **_named):
    """Tell that the place is reached, and wait."""
    print("here", flush=True)
    time.sleep(60)


def main(work: str, number: int) -> None:
    import django

    django.setup()
    from systems.year_end_clearing.conftest import AT
    from yigongti.kernel.access.queries import actor_by_username
    from yigongti.kernel.access.scope import scope
    from yigongti.processes.year_end_clearing.actions import compute_clearing, post_clearing

    actor = actor_by_username("one", AT.date())
    with scope(actor):
        if work == "post":  # the entries are posted, the run does not say so yet
            post_clearing.record = here
            post_clearing.post_clearing(actor, number, at=AT)
        elif work == "compute":  # the run is written, the transaction is still open
            from yigongti.kernel.access.limits import policy
            from yigongti.processes.year_end_clearing.models import ClearingRun

            compute_clearing.record = here
            standing = ClearingRun.objects.get(pk=number)
            compute_clearing.compute_clearing(actor, _other(standing), policy=policy(), at=AT)


def _other(run):
    """Other inputs of the same year: the quota a yuan higher."""
    from decimal import Decimal

    from yigongti.processes.year_end_clearing.inputs import ClearingInputs, InstitutionInput

    rows = run.rows.select_related("institution")
    return ClearingInputs(
        run.year, run.institution_id, run.institution.code, run.office_id, run.office.code, run.quota + 1,
        {"inside": run.spending}, Decimal(93),
        tuple(InstitutionInput(row.institution_id, row.institution.code, row.tier, 1) for row in rows),
        run.inputs["months"],
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
