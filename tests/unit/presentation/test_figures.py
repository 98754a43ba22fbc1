"""How figures are written, and which direction of a change is good."""

from decimal import Decimal

import pytest

from yigongti.kernel.presentation import figures


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (Decimal("123456.78"), "12.35万", "123.46k"),
        (Decimal("120000000"), "1.20亿", "120.00M"),
        (Decimal("-124000"), "-12.40万", "-124.00k"),
        (Decimal("999"), "999", "999"),
        (Decimal("0.5"), "0.50", "0.50"),
    ],
)
def test_overviews_write_in_units_of_the_language(value, chinese, english):
    assert (figures.short_amount(value), figures.short_amount(value, "en")) == (chinese, english)


def test_halves_go_up_and_not_to_the_even_neighbour():
    assert figures.money(Decimal("0.125")) == "0.13"
    assert figures.percent(Decimal("0.12345"), 2) == "12.35%"


def test_nothing_is_written_as_nothing():
    assert (figures.money(None), figures.percent(None), figures.short_amount(None)) == ("", "", "")


@pytest.mark.parametrize(
    ("now", "before", "better", "direction", "tone"),
    [
        (2, 1, "higher", "up", "better"),
        (2, 1, "lower", "up", "worse"),
        (1, 2, "lower", "down", "better"),
        (1, 1, "higher", "same", "neutral"),
        (2, 1, "", "up", "neutral"),
    ],
)
def test_the_tone_of_a_change_follows_what_is_better(now, before, better, direction, tone):
    found = figures.change(now, before, better)
    assert (found.direction, found.tone) == (direction, tone)


def test_a_change_from_nothing_has_no_percent():
    assert figures.change(5, 0).ratio is None
    assert figures.change(5, None) is None
