"""The demo county's campaign reproduces the printed figures: 252 clinics inspected, 172 orders issued."""

from datetime import date

import pytest

from yigongti.foundation.period import Month

pytestmark = pytest.mark.slow


@pytest.fixture
def told(database):
    """A county of 256 village clinics in which the demo's story of supervision was told."""
    from django.utils import timezone

    from yigongti.demo.supervision import set_up_supervision
    from yigongti.kernel.organisations.models import Institution, StaffMember

    made = Institution.objects.using("bulk")

    def place(code, kind, parent):
        return made.create(code=code, name=f"演示{code}", kind=kind, parent=parent, valid_from=date(2020, 1, 1))

    county = place("C", "county", None)
    first, second = place("H1", "county_hospital", county), place("H2", "tcm_hospital", county)
    for hospital in (first, second):
        StaffMember.objects.using("bulk").create(institution=hospital, code="D01", name="演示某医师")
    townships = [place(f"T{n:02d}", "township_hospital", (first, second)[n % 2]) for n in range(12)]
    made.bulk_create(
        Institution(
            code=f"V{n:03d}", name=f"演示卫生室{n}", kind="village_clinic", parent=townships[n % 12],
            valid_from=date(2020, 1, 1),
        )
        for n in range(256)
    )  # fmt: skip
    return lambda: set_up_supervision(Month(2026, 10), seed=1, at=timezone.now())


def test_of_256_clinics_252_are_inspected_and_172_ordered_to_correct(told):
    import time

    from django.utils import timezone

    from yigongti.systems.supervision import campaign_figures as figures
    from yigongti.systems.supervision.models import Campaign, Case, Points, Publication, Recovery

    began = time.process_time()
    cases = told()
    print(f"told in {time.process_time() - began:.1f} s of this process")
    campaign = Campaign.objects.using("bulk").get(form="village_clinic_inspection")
    rows = list(campaign.inspections.filter(round=1).select_related("institution", "case"))
    found = figures.progress_of(rows, timezone.localdate())
    assert (found.total, found.done, found.ordered, found.not_reached) == (256, 252, 172, 4)
    assert 0 < found.corrected < found.ordered
    assert {case.state for case in Case.objects.using("bulk")} == set(Case.State.values)
    assert Recovery.objects.using("bulk").count() >= 3
    assert Points.objects.using("bulk").count() >= 3
    assert Publication.objects.using("bulk").count() >= 1
    assert told() == cases, "told again, nothing is added"
