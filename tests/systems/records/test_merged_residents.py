"""A merge gives the record to the survivor, with its index rows and versions; taken back, it returns."""

from datetime import date

from django.utils import timezone
from test_storing import PATIENT, observation

from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.merge import merge
from yigongti.kernel.people.actions.unmerge import unmerge
from yigongti.kernel.records.public import of_resident, publish, search


def test_a_merged_record_is_found_under_the_survivor_and_goes_back(resident, actor, county):
    one, two = resident("V1", "演示甲", born=date(1950, 1, 2)), resident("H2", "演示甲", born=date(1950, 1, 2), sex="2")
    now = timezone.now()
    sent = [{**PATIENT, "id": "p"}, {**observation("Patient/p"), "id": "o"}]
    for _ in range(2):  # the second time a version is superseded
        publish(sent, institution_id=county["H2"].pk, at=now, residents={"Patient/p": two.pk})
        sent[1] = {**sent[1], "status": "amended"}
    doctor, clerk = actor("village_doctor", "V1"), actor("master_index_clerk", "C")

    def seen():
        with scope(doctor):
            return search("Observation", [("code", "2339-0")], doctor, base="")["total"], len(of_resident(one.pk))

    assert seen() == (0, 0)
    made = merge(clerk, one.public_id, two.public_id, reason="同一人", at=now)
    assert seen() == (1, 2)
    unmerge(clerk, made.pk, reason="误并", at=now)
    assert seen() == (0, 0)
