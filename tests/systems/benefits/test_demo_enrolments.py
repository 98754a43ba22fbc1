"""The demo county's residents are enrolled once, the poor as people on the minimum living allowance."""

from datetime import date

from invented_bills import AT
from yigongti.demo.benefits import enrol_county


def test_whoever_has_a_number_is_enrolled_once(resident, county):
    from yigongti.kernel.people.models import ResidentGroup
    from yigongti.systems.benefits.models import Enrolment

    poor = resident("V1", "演示·甲", insurance_type="390", insured_number="B1")
    resident("V1", "演示·乙", insurance_type="310", insured_number="B2")
    resident("V1", "演示·丙")
    ResidentGroup.objects.using("bulk").create(resident_id=poor.pk, group="poor", valid_from=date(2026, 1, 1))
    days = (date(2026, 1, 1), date(2026, 12, 31))
    assert [enrol_county(*days, at=AT), enrol_county(*days, at=AT)] == [2, 2]
    told = {row.insured_number: row.groups for row in Enrolment.objects.using("bulk").all()}
    assert told == {"B1": ["low_income"], "B2": []}
