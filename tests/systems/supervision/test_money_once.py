"""Money is taken back once, whoever asks and however many at the same time; two who rule at once make one ruling."""

import threading
from decimal import Decimal

import pytest

from yigongti.foundation.errors import Conflict, InvalidInput, YigongtiError
from yigongti.kernel.access.scope import scope
from yigongti.systems.supervision.models import Recovery

ARTICLE = "fund-supervision-735#第三十八条"


def at_once(count, work):
    """Run work(n) in that many threads that begin together; what each answered or raised."""
    from django.db import connections

    gate, answers = threading.Barrier(count), []

    def run(number):
        gate.wait()
        try:
            answers.append(work(number))
        except YigongtiError as error:
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def due(office):
    case = office.to_accountability(office.opened())
    office.take("officer", case, "order_recovery", amount=Decimal("1200.00"), data={"month": "2026-12"})
    with scope(office.people["officer"]):
        return Recovery.objects.get()


def test_sixteen_clearings_at_once_deduct_a_recovery_once(office):
    from yigongti.systems.supervision.public import mark_deducted

    row = due(office)
    answers = at_once(16, lambda n: mark_deducted(row.key, month="2026-12", reference=f"clearing/{n}", at=office.at))
    done = [answer for answer in answers if isinstance(answer, Recovery)]
    assert len(done) == 1
    assert {type(answer) for answer in answers if answer not in done} == {Conflict}
    with scope(office.people["officer"]):
        assert Recovery.objects.get().settled_with == done[0].settled_with


def test_the_same_clearing_run_again_takes_nothing_more(office):
    from yigongti.systems.supervision.public import mark_deducted, recoveries_due

    row = due(office)
    first = mark_deducted(row.key, month="2026-12", reference="clearing/2026-12", at=office.at)
    assert (
        mark_deducted(row.key, month="2026-12", reference="clearing/2026-12", at=office.at).settled_at
        == first.settled_at
    )
    assert recoveries_due("2026-12") == []


def test_no_more_is_recovered_than_was_ruled(office):
    case = office.to_accountability(office.opened())
    office.take("officer", case, "order_recovery", amount=Decimal("1000.00"), data={"month": "2026-12"})
    with pytest.raises(InvalidInput, match="more_than_ruled"):
        office.take("officer", case, "order_recovery", amount=Decimal("200.01"), data={"month": "2026-12"})


def test_a_recovery_that_was_paid_back_is_not_deducted(office):
    from yigongti.systems.supervision.public import mark_deducted, recoveries_due

    case = office.to_accountability(office.opened())
    office.take("officer", case, "order_recovery", amount=Decimal("1200.00"), data={"month": "2026-12"})
    office.take("officer", case, "record_payment", "回单 0001")
    assert recoveries_due("2026-12") == []
    with pytest.raises(Conflict, match="settled"):
        mark_deducted(f"case/{case.pk}/1", month="2026-12", reference="clearing/2026-12", at=office.at)


def test_two_who_rule_at_once_make_one_ruling(office):
    from yigongti.kernel.matters.public import Matter, act

    case = office.to_ruling(office.opened())
    office.take("panel", case, "propose", "责令退回", amount=Decimal("1200.00"), articles=(ARTICLE,))
    matter = office.current(case)

    def confirm(number):
        who = office.people[f"panel{number + 2}"]
        with scope(who):
            return act(who, matter.pk, "confirm", at=office.at, version=matter.version)

    answers = at_once(2, confirm)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Matter"]
    with scope(office.people["officer"]):
        assert Matter.objects.filter(kind="supervision.accountability").count() == 1


def test_the_case_is_not_closed_while_a_part_is_left(office):
    case = office.to_accountability(office.opened())
    with pytest.raises(Conflict, match="parts_left"):
        office.take("officer", case, "close")


def test_a_part_that_is_done_does_not_put_the_deadline_off(office):
    case = office.to_accountability(office.opened())
    before = office.current(case).due_on
    from datetime import timedelta

    office.at += timedelta(days=10)
    office.take("officer", case, "mark_institution", data={"rule": "institution/fraud"})
    assert office.current(case).due_on == before
