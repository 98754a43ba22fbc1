"""A process of the product that stops at one place and waits there to be killed (test_letter_killed.py).

python letter_process.py act|make|remind NUMBER
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
    from systems.matters.conftest import AT, LOOP
    from yigongti.kernel.access.queries import actor_by_username
    from yigongti.kernel.access.scope import scope
    from yigongti.kernel.matters import deadlines, registry
    from yigongti.kernel.matters.actions import act as acting
    from yigongti.kernel.matters.letters import making
    from yigongti.kernel.matters.public import Given

    registry.kinds()[LOOP.id] = LOOP
    if work == "act":  # the letter has its number, the transaction is still open
        acting.tell_of_move = here
        bureau = actor_by_username("one", AT.date())
        with scope(bureau):
            acting.act(bureau, number, "ask", at=AT, given=Given(words="请说明"))
    elif work == "make":  # the document is made, the page is being drawn
        making.as_page = here
        making.make_letter(number, AT)
    elif work == "remind":  # that it was reminded of is written, the notice is not
        deadlines.tell_hands = here
        deadlines.remind(AT.replace(month=10, day=19))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
