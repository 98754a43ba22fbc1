"""Invented messages, and what stands for the record where a test says what the record answers."""

from datetime import UTC, datetime, timedelta

from yigongti.kernel.trail.public import record

AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


class Records:
    """Stands where a bundle is applied, so that a test can say what the record answers. Each bundle that is applied
    leaves one line in the trail, in the same transaction: a line that is there was committed with its message."""

    def __init__(self):
        self.raising = []
        self.seen = []

    def __call__(self, translation, actor, *, institution_id, at):
        self.seen.append(translation)
        record(actor, "records.write", subject=translation.subject[-40:], at=at, institution_id=institution_id)
        if self.raising:
            error = self.raising.pop(0)
            if error is not None:
                raise error
        return {"resources": ["Patient/1"]}

    @property
    def lines(self):
        from yigongti.kernel.trail.models import TrailEntry

        return TrailEntry.objects.using("bulk").filter(verb="records.write").count()


def admission(number="42", patient="100", event="A01", facility="HIS", charset="UNICODE UTF-8", more=""):
    return (
        f"MSH|^~\\&|HIS|{facility}|YGT|COUNTY|20261001||ADT^{event}|{number}|P|2.5.1||||||{charset}\r"
        f"PID|1||{patient}||张^三||19491231|M\r"
        f"PV1|1|I|||||||||||||||||V1\r{more}"
    )


def row(answer):
    from yigongti.interfaces.hl7v2.models import MessageLog

    return MessageLog.objects.using("bulk").get(pk=answer.message_id)


def kinds(answer):
    from yigongti.interfaces.hl7v2.models import MessageEvent

    found = MessageEvent.objects.using("bulk").filter(message_id=answer.message_id).order_by("id")
    return list(found.values_list("kind", flat=True))


def later(seconds):
    return AT + timedelta(seconds=seconds)
