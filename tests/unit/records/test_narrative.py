"""A narrative formats text; it never runs anything in the reader's browser."""

import pytest

from yigongti.kernel.records.definitions.narrative import is_narrative

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'


@pytest.mark.parametrize(
    "inside",
    [
        "张三",
        "<p>血压 <b>142</b>&nbsp;mmHg &lt;high&gt;</p>",
        '<a href="https://example.org/x">x</a>',
        '<a href="#part">x</a><a name="part"/>',
        '<img src="data:image/png;base64,AAAA" alt="x"/>',
        '<table style="color: red"><tr><td colspan="2">1</td></tr></table>',
    ],
)
def test_text_and_its_format_are_accepted(inside):
    assert is_narrative(f"<div {XHTML}>{inside}</div>")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="java&#9;script:alert(1)">x</a>',
        '<a href=" &#1;JaVaScRiPt:alert(1)">x</a>',
        '<a href="vbscript:x">x</a>',
        '<a href="data:text/html;base64,AAAA">x</a>',
        '<img src="data:image/svg+xml;base64,AAAA"/>',
        "<iframe>x</iframe>",
        "<svg><text>x</text></svg>",
        '<form><input type="text"/>x</form>',
        '<p style="behavior: url(x)">x</p>',
        "<object>x</object>",
        "<p>x",
        "",
        "  ",
        "<p></p>",
        "&unknown;",
    ],
)
def test_what_runs_or_says_nothing_is_refused(inside):
    assert not is_narrative(f"<div {XHTML}>{inside}</div>")


@pytest.mark.parametrize(
    "text",
    [
        "张三",
        "<p>x</p>",
        f"<div {XHTML}>x</div><div>y</div>",
        f'<!DOCTYPE div [<!ENTITY a "aaaa">]><div {XHTML}>&a;</div>',
        f'<?xml version="1.0"?><div {XHTML}>x</div>',
        None,
        1,
    ],
)
def test_only_one_plain_div_is_a_narrative(text):
    assert not is_narrative(text)
