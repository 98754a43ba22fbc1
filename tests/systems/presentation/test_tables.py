"""Tables: paging by key, sorting, filters, sums, export of everything."""

import io
from datetime import date
from itertools import chain

import pytest
from django.db.models import F
from django.test import RequestFactory
from django.utils.translation import override

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.export import as_csv, as_workbook, defused

COLUMNS = [Column("code", "Code"), Column("name", "Name"), Column("size", "Size", kind="count", total=True)]


@pytest.fixture
def rows(database):
    """121 institutions; their size is the last two digits of the code, so that many are equal."""
    Institution.objects.using("bulk").bulk_create(
        Institution(code=f"{n:04d}", name=f"机构{n % 7}", kind="other", valid_from=date(2026, 1, 1)) for n in range(121)
    )
    return Institution.objects.annotate(size=F("id") % 10)


def walk(table, rows, **query):
    """All codes, page after page forwards, then back again to the first page."""
    pages, after = [], ""
    while True:
        shown = table.shown(RequestFactory().get("/", {**query, "after": after}), rows)
        pages.append([cells[0].text for _link, cells in shown.rows])
        if not shown.after:
            break
        after = shown.after
    back = []
    while shown.before:
        shown = table.shown(RequestFactory().get("/", {**query, "before": shown.before}), rows)
        back.append([cells[0].text for _link, cells in shown.rows])
    return pages, back


@pytest.mark.parametrize("sort", ["code", "-code", "size", "-size", "name", "-name"])
def test_pages_by_key_show_every_row_once_forwards_and_backwards(rows, sort):
    table = Table("t", COLUMNS, order="code")
    pages, back = walk(table, rows, sort=sort)
    assert sorted(chain(*pages)) == [f"{n:04d}" for n in range(121)]
    assert list(reversed(back)) == pages[:-1]


def test_a_list_pages_like_a_query(rows):
    as_list = [{"id": r.pk, "code": r.code, "name": r.name, "size": r.pk % 10} for r in rows]
    pages, back = walk(Table("t", COLUMNS, order="code"), as_list, sort="-code")
    assert list(chain(*pages)) == [f"{n:04d}" for n in reversed(range(121))]
    assert list(reversed(back)) == pages[:-1]


def test_the_count_and_the_total_are_of_all_rows_and_not_of_the_page(rows):
    shown = Table("t", COLUMNS, order="code").shown(RequestFactory().get("/"), rows)
    assert shown.count == 121
    assert len(shown.rows) == 50
    assert shown.totals[2] == str(sum(r.pk % 10 for r in rows))


@pytest.mark.parametrize(("text", "expected"), [("3", {3}), (">7", {8, 9}), ("<=1", {0, 1}), ("4-5", {4, 5})])
def test_numbers_are_filtered_as_one_writes_them(rows, text, expected):
    shown = Table("t", COLUMNS, order="code", size=200).shown(RequestFactory().get("/", {"where_size": text}), rows)
    assert {int(cells[2].text) for _link, cells in shown.rows} == expected


def test_a_filter_that_is_no_number_is_told(rows):
    with pytest.raises(InvalidInput, match="cannot filter"):
        Table("t", COLUMNS, order="code").shown(RequestFactory().get("/", {"where_size": "many"}), rows)


def test_an_address_that_was_tampered_with_is_told(rows):
    with pytest.raises(InvalidInput):
        Table("t", COLUMNS, order="code").shown(RequestFactory().get("/", {"after": "!!"}), rows)


def test_a_text_that_looks_like_a_formula_stays_a_text():
    assert defused("=1+1") == "'=1+1"
    assert defused("骨科") == "骨科"


def test_csv_holds_every_row_and_no_formula():
    rows = [{"code": "=cmd()", "name": "甲", "size": n} for n in range(300)]
    text = b"".join(as_csv("t", COLUMNS, rows)).decode("utf-8-sig")
    assert text.count("\n") == 301
    assert "'=cmd()" in text


def test_a_workbook_holds_every_row_with_numbers_as_numbers():
    from python_calamine import CalamineWorkbook

    rows = [{"code": "=cmd()", "name": "甲", "size": n} for n in range(300)]
    content = b"".join(as_workbook("t", COLUMNS, rows, 300).streaming_content)
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(read) == 301
    assert read[300] == ["=cmd()", "甲", 299.0]


def test_more_rows_than_a_sheet_holds_are_refused_and_not_cut():
    with pytest.raises(InvalidInput, match="export CSV"):
        as_workbook("t", COLUMNS, [], 1_048_576)


def test_the_heading_of_a_sorted_column_offers_the_other_direction(rows):
    with override("en"):
        shown = Table("t", COLUMNS, order="code").shown(RequestFactory().get("/", {"sort": "-size"}), rows)
    assert [(h.sorted, h.next_sort) for h in shown.headings] == [("", "code"), ("", "name"), ("descending", "size")]


def test_a_cell_escapes_what_it_shows_where_it_leads_and_how_it_is_marked():
    column = Column(
        "name",
        "Name",
        link=lambda row: '/?a=1&b="x"',
        mark=lambda row: "due",
        beside="detail",
    )
    table = Table("names", [column], key="name", order="name", row_link=lambda row: "/<row>")
    body = table.shown(RequestFactory().get("/"), [{"name": "<b>&amp;"}]).body
    assert body == (
        '<tr tabindex="0" data-href="/&lt;row&gt;"><td><span class="mark mark-due">'
        '<a href="/?a=1&amp;b=&quot;x&quot;" hx-get="/?a=1&amp;b=&quot;x&quot;" hx-target="#detail" '
        'hx-select="#detail" hx-swap="outerHTML" hx-push-url="true">&lt;b&gt;&amp;amp;</a></span></td></tr>'
    )


def test_a_negative_number_is_told_by_its_class_too():
    table = Table("sums", [Column("sum", "Sum", kind="money")], key="sum", order="sum")
    body = table.shown(RequestFactory().get("/"), [{"sum": -1}, {"sum": 2}]).body
    assert body == (
        '<tr tabindex="0"><td class="number negative">-1.00</td></tr>'
        '<tr tabindex="-1"><td class="number">2.00</td></tr>'
    )


@pytest.mark.parametrize("size", [1, 3])
def test_rows_are_completed_in_batches_on_the_page_and_in_the_file(rows, size, monkeypatch):
    from yigongti.kernel.presentation.tables import table as tables

    monkeypatch.setattr(tables, "BATCH", size)
    asked = []

    def complete(batch):
        asked.append(len(batch))
        return [{**row, "name": row["name"] + "!"} for row in batch]

    table = Table("t", COLUMNS, order="code", prepare=complete)
    shown = table.shown(RequestFactory().get("/"), rows)
    assert {cells[1].text[-1] for _link, cells in shown.rows} == {"!"}
    assert asked == [50]
    answer = table.respond(RequestFactory().get("/", {"export": "csv"}), rows, "", {})
    lines = b"".join(answer.streaming_content).decode().strip().splitlines()[1:]
    assert len(lines) == 121 and all("!" in line for line in lines)
    assert set(asked[1:]) == {size, 121 % size} - {0}
