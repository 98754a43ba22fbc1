"""A person's page put together: one value that the template draws, out of a record and a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yigongti.foundation.period import Month
from yigongti.kernel.records.reading import care, conditions, courses, medicines, results
from yigongti.kernel.records.reading.care import Visit
from yigongti.kernel.records.reading.conditions import Allergies, Problem
from yigongti.kernel.records.reading.courses import Course
from yigongti.kernel.records.reading.facts import Fact, Record
from yigongti.kernel.records.reading.medicines import Medicine
from yigongti.kernel.records.reading.results import Result
from yigongti.systems.health_records.person import timeline
from yigongti.systems.health_records.person.sentence import Targets, sentence
from yigongti.systems.health_records.person.timeline import Event

COURSE_MONTHS = 13
LATEST_RESULTS, TIMELINE_EVENTS, SMALL_CHARTS = 14, 60, 5
"""How much stands on the page itself; each list says how many there are in all and leads to them."""

DOCUMENT_TYPES = ("DiagnosticReport", "DocumentReference", "Composition")
TYPES = (
    *dict.fromkeys(
        (*timeline.TYPES, "Observation", "AllergyIntolerance", *medicines.TYPES, *DOCUMENT_TYPES, "FamilyMemberHistory")
    ),
)
"""The types that a person's page reads, all in one query."""


@dataclass(frozen=True)
class Summary:
    """What the page shows of a record. Lists are whole as far as they were read; the template takes their beginning."""

    record: Record
    sentence: str
    allergies: Allergies
    problems: list[Problem]
    past_problems: list[Problem]
    medicines: list[Medicine]
    results: list[Result]
    latest: list[Result]
    courses: list[Course]
    visits: list[Visit]
    admissions: list[Visit]
    events: list[Event]
    immunisations: list[Fact]
    followups: list[Fact]
    documents: list[Fact]
    families: list[Fact]

    @property
    def has_medicine_in_use(self) -> bool:
        return any(medicine.is_in_use for medicine in self.medicines)

    @property
    def pressure(self) -> Course | None:
        """The course of blood pressure, if it was measured twice."""
        return next((course for course in self.courses if course.key == results.PRESSURE_KEY), None)

    @property
    def small_courses(self) -> list[Course]:
        """The other courses that stand on the page."""
        return [course for course in self.courses if course.key != results.PRESSURE_KEY][:SMALL_CHARTS]


def summarise(record: Record, *, name: str, sex: str, age: str, targets: Targets, today: date) -> Summary:
    """The page of somebody called so; sex and age in words, as the first line says them."""
    problems = conditions.problems_of(record.each("Condition"))
    found = results.singly(results.results_of(record.each("Observation")))
    visits = care.visits_of(record.each("Encounter"), record.each("Condition"))
    first_month = Month.of(today).plus(1 - COURSE_MONTHS)
    return Summary(
        record=record,
        sentence=sentence(
            name, sex, age, problems=problems, visits=visits, results=found, targets=targets, today=today
        ),
        allergies=conditions.allergies_of(record.each("AllergyIntolerance")),
        problems=[problem for problem in problems if problem.is_current],
        past_problems=[problem for problem in problems if not problem.is_current],
        medicines=medicines.medicines_of(record.each(*medicines.TYPES), today),
        results=found,
        latest=courses.latest(found),
        courses=courses.measured_twice(found, first_month.first_day),
        visits=visits,
        admissions=[visit for visit in visits if visit.is_admission],
        events=timeline.events_of(record),
        immunisations=list(record.each("Immunization")),
        followups=list(record.each("QuestionnaireResponse")),
        documents=sorted(record.each(*DOCUMENT_TYPES), key=lambda fact: fact.when, reverse=True),
        families=list(record.each("FamilyMemberHistory")),
    )
