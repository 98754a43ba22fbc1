"""An invented person with a record, in the care of the village clinic and the county hospital."""

from types import SimpleNamespace

import pytest

from invented_person import invented_record


@pytest.fixture
def person(resident, county):
    """王某 (演示): registered at the clinic, once admitted to H1; .resident, .records(…) publishes more."""
    from django.utils import timezone

    from yigongti.kernel.people.models import FOREVER, Care
    from yigongti.kernel.records.public import publish

    born = timezone.localdate().replace(year=timezone.localdate().year - 67, day=1)
    row = resident("V1", "演示王", born=born, phone="19900001234", address="示范县城关镇东村 1 组")
    now = timezone.now()
    Care.objects.using("bulk").create(
        resident=row, institution_id=county["H1"].pk, kind=Care.Kind.ENCOUNTER, valid_from=timezone.localdate(),
        valid_to=FOREVER, source="Encounter/demo", made_at=now,
    )  # fmt: skip

    def records(resources, institution="H1"):
        publish(
            resources, institution_id=county[institution].pk, at=timezone.now(), residents={"Patient/demo-1": row.pk}
        )

    everything = invented_record(timezone.localdate())
    records(everything[: len(everything) // 2], "V1")
    records(everything[len(everything) // 2 :], "H1")
    return SimpleNamespace(resident=row, records=records, address=f"/health_records/people/{row.public_id}")
