"""A small book of invented measures: every kind of formula, count and filter once, over two facts and a return."""

from datetime import date
from decimal import Decimal

from yigongti.engines.measures.book import Book
from yigongti.engines.measures.conditions import Codes
from yigongti.engines.measures.definitions import (
    Amount,
    Better,
    Condition,
    Count,
    Filter,
    Formula,
    Graded,
    Grain,
    Growth,
    Measure,
    Over,
    PeriodKind,
    ProbabilityOverAges,
    Quotient,
    Ratio,
    Spread,
    Standardised,
    Terms,
    Version,
    Where,
)
from yigongti.foundation.errors import Text

AGES = ("30-34", "35-39")
ALL_GRAINS = (Grain.INSTITUTION, Grain.COMMUNITY, Grain.COUNTY)


def text(words: str) -> Text:
    return Text(words, words)


def only(column: str, test: str, *values, codeset: str = "") -> Where:
    return Where((Condition(column, test, values, codeset),))


def filter_of(name: str, where: Where, fact: str = "discharges") -> Filter:
    return Filter(name, fact, text(name), where)


def count_of(name: str, over: Over = Over.ROWS, *, fact: str = "discharges", unit: str = "case", **more) -> Count:
    return Count(name, fact, text(name), unit, over, **more)


def measure_of(name: str, formula: Formula, *, start=date(2020, 1, 1), zero="not_applicable", minimum=0, **more):
    version = Version(start, formula, "invented", zero, minimum)
    fields = {"better": Better.HIGHER, "unit": "percent", "grain": ALL_GRAINS, "periods": tuple(PeriodKind)} | more
    return Measure(name, text(name), text("invented"), versions=(version,), **fields)


def ratio(above, below, times=100, share=False) -> Ratio:
    def terms(names):
        return names if isinstance(names, Terms) else Terms((names,) if isinstance(names, str) else tuple(names))

    return Ratio(terms(above), terms(below), Decimal(times), share)


NOT_TRANSFERRED = Where(none_of=(only("disposition", "in", "2", "3"), only("days", "at_most", Decimal(0))))
FILTERS = [
    filter_of("operated", only("procedures", "any_in", codeset="operations")),
    filter_of("of_chapter", only("procedures", "any_in", codeset="chapter")),
    filter_of("unmaintained", only("procedures", "any_in", codeset="nobody_keeps_it")),
    filter_of("died", only("disposition", "is", "5")),
    filter_of("home", only("disposition", "not_in", "5", "4")),
    filter_of("costly", only("cost", "at_least", Decimal(1000))),
    filter_of("cheap", only("cost", "below", Decimal("99.5"))),
    filter_of("long", Where(any_of=(only("days", "above", Decimal(7)), only("cost", "above", Decimal(5000))))),
    filter_of("not_transferred", NOT_TRANSFERRED),
    filter_of("named", only("person", "filled")),
    filter_of("respiratory", only("diagnosis", "starts_with", "J", "R0")),
    filter_of("without_operation", only("procedures", "none_in", codeset="operations")),
    filter_of("in_the_second_half", only("discharged_at", "at_least", date(2026, 2, 15))),
    filter_of("emergency", only("kind", "is", "E"), "visits"),
    filter_of("of_hospitals", only("institution_code", "starts_with", "H"), "returns"),
]
COUNTS = [
    count_of("discharges"),
    *(count_of(each.name, filters=(each.name,)) for each in FILTERS if each.fact == "discharges"),
    count_of("operated_dead", filters=("operated", "died")),
    count_of("bed_days", Over.SUM, unit="day", column="days"),
    count_of("cost", Over.SUM, unit="yuan", column="cost"),
    count_of("persons", Over.DISTINCT, unit="person", column="person"),
    count_of("operated_persons", Over.DISTINCT, unit="person", column="person", filters=("operated",)),
    count_of("middle_cost", Over.MEDIAN, unit="yuan", column="cost"),
    count_of("deaths_by_age", filters=("died",), unit="death", by="age"),
    count_of("persons_by_age", Over.DISTINCT, unit="person", column="person", by="age"),
    count_of("visits", fact="visits", unit="visit"),
    count_of("emergencies", fact="visits", unit="visit", filters=("emergency",)),
    count_of("physicians", Over.LAST, fact="returns", unit="person", item="physicians"),
    count_of("mean_physicians", Over.MEAN, fact="returns", unit="person", item="physicians"),
    count_of("income", Over.SUM, fact="returns", unit="yuan", item="income"),
    *(
        count_of(f"{over}_of_hospitals", over, fact="returns", unit="yuan", item="income", filters=("of_hospitals",))
        for over in (Over.SUM, Over.LAST, Over.MEAN)
    ),
    count_of("people", Over.LAST, fact="returns", unit="person", item="people"),
    count_of("people_by_age", Over.LAST, fact="returns", unit="person", item="people", by="breakdown"),
    count_of("mean_people_by_age", Over.MEAN, fact="returns", unit="person", item="people", by="breakdown"),
]
_SHARES = [each.name for each in FILTERS if each.fact == "discharges" and each.name != "unmaintained"]
MEASURES = [
    *(measure_of(f"share_{name}", ratio(name, "discharges", share=True)) for name in _SHARES),
    measure_of("share_unmaintained", ratio("unmaintained", "discharges", share=True)),
    measure_of("died_of_operated", ratio("operated_dead", "operated", share=True), minimum=3, better=Better.LOWER),
    measure_of("mean_cost", ratio("cost", "discharges", 1), unit="yuan", zero="no_data"),
    measure_of("mean_stay", ratio("bed_days", "discharges", 1), unit="day"),
    measure_of("visits_and_stays", Amount(Terms(("visits", "discharges"), ("emergencies",)))),
    measure_of("visits_per_discharge", ratio(Terms(("visits",), ("emergencies",)), "discharges", 1)),
    measure_of("visits_per_physician", ratio("visits", "mean_physicians", 1)),
    measure_of("income_per_physician", ratio("income", "physicians", 1), unit="yuan"),
    measure_of("persons_operated", ratio("operated_persons", "persons", share=True)),
    *(measure_of(f"part_{over}", ratio(f"{over}_of_hospitals", "income")) for over in ("sum", "last", "mean")),
    measure_of("growth_of_income", Growth(Amount(Terms(("income",))))),
    measure_of("growth_of_mean_cost", Growth(ratio("cost", "discharges", 1)), minimum=2),
    measure_of(
        "costly_of_operated_against_all",
        Quotient(ratio("costly", "operated", 1), ratio("costly", "discharges", 1)),
        minimum=2,
    ),
    measure_of("middle_cost_of_a_stay", Spread("middle_cost"), unit="yuan"),
    measure_of("standardised_deaths", Standardised("deaths_by_age", "people_by_age", "invented")),
    measure_of("standardised_persons", Standardised("persons_by_age", "mean_people_by_age", "invented", Decimal(1000))),
    measure_of("standardised_by_nobody", Standardised("deaths_by_age", "people_by_age", "nobody_keeps_it")),
    measure_of("early_deaths", ProbabilityOverAges("deaths_by_age", "people_by_age", AGES)),
    measure_of("record_level", Graded("record_level"), unit="level"),
    measure_of("of_the_county", ratio("discharges", "people", 10_000), grain=(Grain.COUNTY,)),
    measure_of("of_hospitals", ratio("died", "discharges", share=True), levels=("county",)),
    measure_of("from_march", ratio("died", "discharges", share=True), start=date(2026, 3, 1)),
]
BOOK = Book(
    measures={each.id: each for each in MEASURES},
    counts={each.name: each for each in COUNTS},
    filters={(each.fact, each.name): each for each in FILTERS},
    codesets={
        "operations": Codes(frozenset({"00.1", "51.2"})),
        "chapter": Codes(frozenset({"51", "0"}), by_prefix=True),
    },
    standards={"invented": {"30-34": Decimal("0.55"), "35-39": Decimal("0.45")}},
)
