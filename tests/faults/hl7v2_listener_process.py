"""A listener in a process of its own, for tests that kill it: python hl7v2_listener_process.py ACCOUNT INSTITUTION WHEN

WHEN: never, before_apply (stored, not yet applied), inside_apply (the record's change is begun), before_answer (applied
and not answered). Tells its port on the first line.
"""

import os
import signal
import sys

import django


def die(*_given):
    os.kill(os.getpid(), signal.SIGKILL)


def main(account, institution, when):
    django.setup()
    from django.utils import timezone

    from yigongti.interfaces.hl7v2 import listener as listening
    from yigongti.interfaces.hl7v2.binding import open_door
    from yigongti.interfaces.hl7v2.limits import choices
    from yigongti.kernel.trail.public import record

    def apply(translation, actor, *, institution_id, at):
        if when == "before_apply":
            die()
        record(actor, "records.write", subject=translation.subject[-40:], at=at, institution_id=institution_id)
        if when == "inside_apply":
            die()
        return {}

    if when == "before_answer":
        listening._send = die
    door = open_door(account, institution, frozenset({"HIS"}), choices(), timezone.localdate())
    limits = listening.Limits(largest=100_000, connections=4, idle_seconds=60)
    listening.Listener(door, limits, port=0, apply=apply).serve(lambda _host, port: print(port, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
