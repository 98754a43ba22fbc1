"""What is done for a whole batch at once agrees with what a person would do row by row."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from yigongti.facts.codes.conversion import CodeConversion
from yigongti.facts.codes.crosswalks import Crosswalk, Crosswalks
from yigongti.facts.submissions.lists import align
from yigongti.facts.submissions.values import Unreadable, clean, parse, read_decimal, read_instant, read_integer
from yigongti.foundation.codes import normalise_code
from yigongti.foundation.schemas import Kind

NUMBERS = st.one_of(
    st.decimals(-(10**13), 10**13, places=2).map(str),
    st.decimals(-(10**6), 10**6, places=4).map(str),
    st.sampled_from(
        ["1,234.5", "￥12", "12.", ".5", "１２.５", "1e3", "007", "1E+400", "NaN", "Infinity", "--5", "5-", "0x1"]
    ),
)
MOMENTS = st.one_of(
    st.datetimes(dt.datetime(1849, 1, 1), dt.datetime(2201, 1, 1)).map(lambda t: t.isoformat(" ", "seconds")),  # noqa: DTZ001
    st.sampled_from(
        [
            "2026-02-30",
            "2026/1/2",
            "20260102",
            "2026年1月2日3时4分",
            "46300.5",
            "2026-01-02T03:04:05Z",
            "2026-01-02 03:04:05.678",
            "2026-01-02 24:00",
            "1/2/2026",
            "2026-1-2 3:4",
        ]
    ),
)


def one_by_one(texts, read):
    answers = []
    for text in texts:
        try:
            answers.append((read(text), ""))
        except Unreadable as unreadable:
            answers.append((None, unreadable.args[0]))
    return answers


@given(st.lists(NUMBERS, max_size=8))
def test_amounts_read_together_are_those_read_alone(texts):
    typed, problems = parse(Kind.MONEY, pa.array(texts, pa.string()))
    alone = one_by_one(texts, lambda text: read_decimal(text, 2, 12))
    assert list(zip(typed.to_pylist(), problems.tolist(), strict=True)) == alone


@given(st.lists(st.one_of(NUMBERS, st.integers(-5, 10**19).map(str)), max_size=8))
def test_whole_numbers_read_together_are_those_read_alone(texts):
    typed, problems = parse(Kind.INTEGER, pa.array(texts, pa.string()))
    assert list(zip(typed.to_pylist(), problems.tolist(), strict=True)) == one_by_one(texts, read_integer)


@given(st.lists(MOMENTS, max_size=8))
def test_instants_read_together_are_those_read_alone(texts):
    typed, problems = parse(Kind.INSTANT, pa.array(texts, pa.string()))
    assert list(zip(typed.to_pylist(), problems.tolist(), strict=True)) == one_by_one(texts, read_instant)


@given(st.decimals(-(10**11), 10**11, places=2))
def test_an_amount_survives_its_writing(amount):
    assert read_decimal(str(amount), 2, 12) == amount
    assert read_decimal(f"{amount:,}", 2, 12) == Decimal(amount)


PLACES = st.lists(st.sampled_from(["", "-", "A", "B"]), min_size=4, max_size=4)


@given(st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=6))
def test_a_family_of_lists_is_put_together_as_a_clerk_would(rows):
    def grid(which):
        return [clean(pa.array([row[which][place] for row in rows])) for place in range(4)]

    built = align({"leader": grid(0), "follower": grid(1)}, len(rows))
    for which, name in enumerate(("leader", "follower")):
        expected = []
        for row in rows:
            plain = [[cell if cell.isalpha() else "" for cell in cells] for cells in row]
            kept = [i for i in range(4) if plain[0][i] or plain[1][i]]
            if kept and kept[0] != 0:
                kept = [0, *kept]
            expected.append([plain[which][i] for i in kept])
        assert built[name].as_list(built[name].flat).to_pylist() == expected


CODES = st.sampled_from(["A00.000", "a00.000", "A01.000", "A02.000", "A09.000", "Z99.999", ""])


@given(st.lists(st.one_of(st.none(), st.lists(CODES, max_size=4)), max_size=6))
def test_lists_of_codes_are_converted_code_by_code(lists):
    crosswalk = Crosswalk(
        "diagnosis",
        {"A00.000": ("B00.000",), "A01.000": ("B01.100", "B01.200"), "A02.000": ("B02.000",)},
        frozenset({"A09.000", "B01.200"}),
    )
    conversion = CodeConversion(Crosswalks({"diagnosis": crosswalk}), {("diagnosis", "A02.000"): "B01.200"})

    def alone(code):
        return {"A00.000": "B00.000", "A02.000": "B01.200"}.get(normalise_code(code), code)

    converted = conversion.convert_column(pa.array(lists, pa.list_(pa.string())), "diagnosis").to_pylist()
    assert converted == [None if codes is None else [alone(code) for code in codes] for codes in lists]
    every = [code for codes in lists for code in codes or []]
    assert sum(pending.occurrences for pending in conversion.pending) == every.count("A01.000")
    assert sum(unknown.occurrences for unknown in conversion.unknown) == every.count("Z99.999")
