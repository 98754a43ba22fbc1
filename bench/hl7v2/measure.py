"""How fast are HL7 v2 messages read, mapped and answered, without the database? Peer: hl7apy, which only reads.

python bench/hl7v2/measure.py ../shared/data/exchange/hl7v2-cdc
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_message

from yigongti.foundation.policy import Policy
from yigongti.interfaces.hl7v2.acknowledgement import acknowledge
from yigongti.interfaces.hl7v2.batch import messages_of_file
from yigongti.interfaces.hl7v2.local_choices import read_choices
from yigongti.interfaces.hl7v2.message import read_message
from yigongti.interfaces.hl7v2.reception import Sender, judge

SECONDS = 5.0
AT = datetime(2026, 1, 1, tzinfo=UTC)


def own(raw):
    facility = read_message(raw.decode()).sending_facility
    return Sender("45678901-2", "", frozenset({facility.text(1), facility.text(2)} - {""}))


def rate(work, inputs):
    """Inputs a second, over whole rounds for about SECONDS."""
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        for given in inputs:
            work(*given)
        done += len(inputs)
    return done / (time.perf_counter() - begun)


def answered(raw, sender, choices):
    judgement = judge(raw, sender, choices)
    return acknowledge(judgement.header, judgement.problems, control_id="1", at=AT, answered_as="YIGONGTI")


def read_by_hl7apy(text):
    return parse_message(text, find_groups=True)


def taken_by_hl7apy(text):
    try:
        read_by_hl7apy(text)
    except HL7apyException:
        return False
    return True


def main(folder):
    choices = read_choices(Policy.load(Path(__file__).resolve().parents[2] / "policy"))
    raws = [raw for path in sorted(Path(folder).glob("*.hl7")) for raw in messages_of_file(path.read_bytes())]
    texts = [raw.decode().replace("\r\n", "\r").replace("\n", "\r") for raw in raws]
    whole = [(raw, text) for raw, text in zip(raws, texts, strict=True) if taken_by_hl7apy(text)]
    print(f"{len(raws)} messages; hl7apy reads {len(whole)} of them")
    all_inputs = [(raw, own(raw), choices) for raw in raws]
    whole_inputs = [(raw, own(raw), choices) for raw, _text in whole]
    theirs = [(text,) for _raw, text in whole]
    print(f"ours, read, mapped, answered, all:            {rate(answered, all_inputs):8,.0f} messages/s")
    print(f"ours, read, mapped, answered, hl7apy's share: {rate(answered, whole_inputs):8,.0f} messages/s")
    print(f"hl7apy, only read, its share:                 {rate(read_by_hl7apy, theirs):8,.0f} messages/s")


if __name__ == "__main__":
    main(sys.argv[1])
