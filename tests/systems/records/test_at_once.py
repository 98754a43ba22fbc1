"""Writers at the same moment: one version has one successor, one condition has one resource."""

import threading

import pytest
from django.db import connections
from django.utils import timezone
from test_storing import PATIENT, posted

from yigongti.kernel.access.scope import scope
from yigongti.kernel.records.models import Resource, Version
from yigongti.kernel.records.public import Refused, Work, create, transact, update


@pytest.fixture
def at_once(actor, county):
    """Runs the same act in several threads, each in its own scope: at_once(4, act) → what came of each"""
    who = actor("exchange_system", "H1")
    started = threading.Barrier(4)

    def run(act):
        came = []

        def one():
            try:
                with scope(who):
                    work = Work(who, county["H1"].pk, timezone.now(), "", "default")
                    started.wait(20)
                    came.append(act(work))
            except Refused as refused:
                came.append(refused)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return came

    run.actor = who
    return run


def test_of_several_updates_of_one_version_one_wins_and_the_others_are_told(at_once, county):
    with scope(at_once.actor):
        made = create(PATIENT, Work(at_once.actor, county["H1"].pk, timezone.now(), "", "default"), type_name="Patient")
    changed = {**PATIENT, "id": made.fhir_id, "gender": "male"}
    came = at_once(lambda work: update(changed, work, type_name="Patient", fhir_id=made.fhir_id, if_match=1))
    refused = [one for one in came if isinstance(one, Refused)]
    assert [one.status for one in refused] == [412, 412, 412]
    assert Resource.objects.using("bulk").get(fhir_id=made.fhir_id).version == 2
    assert Version.objects.using("bulk").filter(fhir_id=made.fhir_id).count() == 1


def test_the_same_condition_at_once_makes_one_resource(at_once):
    condition = "identifier=urn:test:record|A-1"
    came = at_once(lambda work: create(dict(PATIENT), work, type_name="Patient", if_none_exist=condition))
    assert sorted(one.created for one in came) == [False, False, False, True]
    assert len({one.fhir_id for one in came}) == 1


def test_the_same_bundle_at_once_is_stored_once(at_once, county):
    bundle = posted(PATIENT, {"resourceType": "Organization", "name": "演示科", "identifier": [{"value": "O-1"}]})
    bundle["entry"][0]["request"]["ifNoneExist"] = "identifier=urn:test:record|A-1"
    bundle["entry"][1]["request"]["ifNoneExist"] = "identifier=O-1"
    came = at_once(lambda work: transact(bundle, work.actor, institution_id=county["H1"].pk, at=work.at))
    assert len(came) == 4
    assert Resource.objects.using("bulk").count() == 2
