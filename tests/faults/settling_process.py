"""A process that settles a bill, stops at one place and waits there to be killed (test_settling_killed.py).

python settling_process.py before-the-books|before-the-end INSTITUTION
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "systems" / "benefits"))


def here(*_given, **_named):
    """Tell that the place is reached, and wait."""
    print("here", flush=True)
    time.sleep(60)


def main(place: str, institution: int) -> None:
    import django

    django.setup()
    from invented_bills import AT, asked

    from yigongti.kernel.access.queries import actor_by_username
    from yigongti.kernel.access.scope import scope
    from yigongti.systems.benefits import settling
    from yigongti.systems.benefits.actions.settle import settle

    clerk = actor_by_username("clerk", AT.date())
    if place == "before-the-books":  # the settlement and the year are written, the entries are not
        settling.post = here
    with scope(clerk):
        settle(clerk, institution, asked(paid=True), at=AT)
        here()  # everything is written, nothing is committed


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
