"""What a query asks: parameters, modifiers, prefixes, chains, includes, and what is refused."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.records.definitions.public import (
    Chain,
    Clause,
    DateValue,
    Has,
    Include,
    MissingValue,
    QuantityValue,
    ReferenceValue,
    Sort,
    StringValue,
    TokenValue,
    UriValue,
    parse_search,
)


def one(type_name: str, name: str, text: str):
    (clause,) = parse_search(type_name, [(name, text)]).clauses
    return clause


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8480-6", TokenValue(None, "8480-6")),
        ("http://loinc.org|8480-6", TokenValue("http://loinc.org", "8480-6")),
        ("|8480-6", TokenValue("", "8480-6")),
        ("http://loinc.org|", TokenValue("http://loinc.org", None)),
        (r"a\|b\,c", TokenValue(None, "a|b,c")),
    ],
)
def test_a_token_is_a_code_with_or_without_its_system(text, value):
    assert one("Observation", "code", text) == Clause("code", "token", "", (value,))


def test_a_comma_means_or():
    assert one("Patient", "gender", "male,female").values == (TokenValue(None, "male"), TokenValue(None, "female"))


def test_two_parameters_of_one_name_mean_and():
    assert len(parse_search("Patient", [("given", "a"), ("given", "b")]).clauses) == 2


def test_a_text_is_normalised_and_kept_as_written():
    assert one("Patient", "name:exact", "Müller") == Clause(
        "name", "string", "exact", (StringValue("muller", "Müller"),)
    )


def test_a_date_with_a_prefix_is_a_stretch():
    low, high = datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert one("Observation", "date", "ge2026-10").values == (DateValue("ge", low, high),)
    assert one("Patient", "_lastUpdated", "2026-10").values == (DateValue("eq", low, high),)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5.4", QuantityValue("eq", Decimal("5.4"), Decimal("5.35"), Decimal("5.45"), None, None)),
        ("gt100|http://u|mg", QuantityValue("gt", Decimal(100), Decimal("99.5"), Decimal("100.5"), "http://u", "mg")),
        ("5||mg", QuantityValue("eq", Decimal(5), Decimal("4.5"), Decimal("5.5"), "", "mg")),
        ("ap100", QuantityValue("ap", Decimal(100), Decimal(90), Decimal(110), None, None)),
    ],
)
def test_a_quantity_has_a_number_and_perhaps_a_unit(text, value):
    assert one("Observation", "value-quantity", text).values == (value,)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("subject", "Patient/1", ReferenceValue("Patient", "1", "")),
        ("subject", "1", ReferenceValue("", "1", "")),
        ("subject:Patient", "1", ReferenceValue("Patient", "1", "")),
        ("patient", "1", ReferenceValue("Patient", "1", "")),
        ("subject", "https://own/fhir/Patient/1", ReferenceValue("Patient", "1", "")),
        ("subject", "https://other/fhir/Patient/1", ReferenceValue("", "", "https://other/fhir/Patient/1")),
    ],
)
def test_a_reference_is_relative_an_id_or_a_url(name, text, value):
    search = parse_search("Observation", [(name, text)], base="https://own/fhir")
    assert search.clauses == (Clause(name.partition(":")[0], "reference", "", (value,)),)


def test_the_identifier_of_a_reference_is_a_token():
    assert one("Observation", "subject:identifier", "urn:x|1") == Clause(
        "subject:identifier", "token", "", (TokenValue("urn:x", "1"),)
    )


def test_missing_asks_for_no_value():
    assert one("Observation", "encounter:missing", "true") == Clause(
        "encounter", "reference", "missing", (MissingValue(True),)
    )


def test_a_uri_may_be_asked_from_its_beginning():
    assert one("Patient", "_profile:below", "https://example.org/") == Clause(
        "_profile", "uri", "below", (UriValue("https://example.org/"),)
    )


def test_a_chain_asks_of_the_resource_that_is_referred_to():
    name = Clause("name", "string", "", (StringValue("张", "张"),))
    assert one("Observation", "subject:Patient.name", "张") == Chain("subject", (("Patient", name),))
    assert one("Observation", "patient.name", "张") == Chain("patient", (("Patient", name),))


def test_a_chain_without_a_type_asks_each_type_that_has_the_parameter():
    chain = one("Patient", "general-practitioner.name", "张")
    assert [target for target, _ in chain.alternatives] == ["Organization", "Practitioner"]


def test_chains_follow_each_other():
    chain = one("Observation", "encounter.service-provider.identifier", "urn:x|1")
    ((kind, inner),) = chain.alternatives
    assert (kind, inner.parameter) == ("Encounter", "service-provider")


def test_has_asks_of_the_resources_that_refer_here():
    code = Clause("code", "token", "", (TokenValue(None, "1"),))
    assert one("Patient", "_has:Observation:patient:code", "1") == Has("Observation", "patient", code)


def test_includes_name_what_comes_along():
    search = parse_search(
        "Observation",
        [
            ("_include", "Observation:subject:Patient"),
            ("_include:iterate", "Patient:organization"),
            ("_include", "Observation:*"),
            ("_revinclude", "Provenance:target"),
        ],
    )
    assert search.includes == (
        Include("Observation", "subject", "Patient", False),
        Include("Patient", "organization", "", True),
        Include("Observation", "*", "", False),
    )
    assert search.revincludes == (Include("Provenance", "target", "", False),)


def test_the_answer_is_sorted_counted_and_cut_as_asked():
    search = parse_search(
        "Observation",
        [("_sort", "-date,_id"), ("_count", "20"), ("_summary", "true"), ("_elements", "id,code"), ("_total", "none")],
    )
    assert search.sort == (Sort("date", "date", True), Sort("_id", "token", False))
    assert (search.count, search.summary, search.total) == (20, "true", "none")
    assert search.elements == ("id", "code")


def test_a_page_has_a_largest_size():
    assert parse_search("Patient", [("_count", "999999999999999999")]).count == 1000


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("colour", "red", "records.unknown_search_parameter"),
        ("name", "", "records.unknown_search_parameter"),
        ("subject.name", "x", "records.unknown_search_parameter"),
        ("_has:Observation:code:code", "x", "records.unknown_search_parameter"),
        ("_has:Nothing:patient:code", "x", "records.unknown_search_parameter"),
        ("_filter", "x", "records.unknown_search_parameter"),
        ("name:text", "x", "records.unknown_search_modifier"),
        ("gender:exact", "male", "records.unknown_search_modifier"),
        ("organization:Practitioner", "1", "records.unknown_search_modifier"),
        ("_id:missing", "true", "records.unknown_search_modifier"),
        ("birthdate", "05.10.2026", "records.bad_search_value"),
        ("birthdate", "2026-02-30", "records.bad_search_value"),
        ("birthdate", "xx2026", "records.bad_search_value"),
        ("name:missing", "perhaps", "records.bad_search_value"),
        ("identifier", "a|b|c", "records.bad_search_value"),
        ("identifier", "|", "records.bad_search_value"),
        ("gender", ",", "records.bad_search_value"),
        ("general-practitioner", "not a reference", "records.bad_search_value"),
        ("_count", "-1", "records.bad_search_value"),
        ("_count", "٣", "records.bad_search_value"),
        ("_summary", "yes", "records.bad_search_value"),
        ("_sort", "colour", "records.bad_search_value"),
        ("_include", "Observation:subject", "records.bad_search_value"),
        ("_include", "Patient:name", "records.bad_search_value"),
        ("_revinclude", "Patient:name", "records.bad_search_value"),
        ("_revinclude", "Encounter:location", "records.bad_search_value"),
        ("given", ",".join(["x"] * 301), "records.bad_search_value"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_reason(name, text, code):
    with pytest.raises(InvalidInput) as refused:
        parse_search("Patient", [(name, text)])
    assert refused.value.code == code


def test_a_chain_has_an_end():
    with pytest.raises(InvalidInput) as refused:
        parse_search("Patient", [("link." * 30 + "name", "x")])
    assert refused.value.code == "records.bad_search_value"


def test_a_search_has_at_most_fifty_conditions():
    with pytest.raises(InvalidInput) as refused:
        parse_search("Patient", [("name", "x")] * 51)
    assert refused.value.code == "records.search_too_long"


def test_under_lenient_handling_unknown_parameters_are_listed_and_the_rest_holds():
    search = parse_search("Patient", [("colour", "red"), ("name", "张")], strict=False)
    assert search.ignored == ("colour",)
    assert len(search.clauses) == 1


def test_a_wrong_value_is_refused_even_under_lenient_handling():
    with pytest.raises(InvalidInput):
        parse_search("Patient", [("birthdate", "x")], strict=False)


def test_the_callers_own_parameters_are_left_to_the_caller():
    assert parse_search("Patient", [("_format", "json"), ("_page", "x")], besides={"_page"}).clauses == ()


NAMES = st.sampled_from(
    ["name", "birthdate", "identifier", "link", "organization.name", "_has:Observation:patient:value-quantity", "_id"]
) | st.text(max_size=20)


@given(st.lists(st.tuples(NAMES, st.text(max_size=30)), max_size=5))
def test_whatever_is_asked_is_understood_or_refused(query):
    try:
        parse_search("Patient", query)
    except InvalidInput as refused:
        assert refused.code.startswith("records.")
