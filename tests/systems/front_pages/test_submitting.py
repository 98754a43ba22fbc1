"""From an uploaded file to its receipt, and what stands in the way."""

import io
from decimal import Decimal
from types import SimpleNamespace

import pytest
from submitted_files import a_row, as_csv

from yigongti.facts.public import Lake
from yigongti.foundation.period import Month

MONTH = Month(2026, 10)


def in_force(house):
    return Lake(house.folder / "lake").in_force("discharges", "H1", MONTH)


def test_a_good_file_is_checked_committed_and_receipted(house, signed_in, upload, submissions):
    clerk = signed_in("record_room_clerk", "H1")
    answer = upload(clerk, [a_row(1), a_row(2, total_cost="1234.56", fee_western_medicine="1234.56")])
    page = clerk.get(answer["Location"]).content.decode()
    assert "可以提交：共 2 行，合计 7,234.56 元" in page
    assert in_force(house) is None, "a check writes nothing"
    receipt = clerk.post(answer["Location"] + "/commit", follow=True).content.decode()
    (row,) = submissions()
    assert row.state == "committed" and row.amount == Decimal("7234.56")
    assert row.receipt_number in receipt and row.digest in receipt and "7,234.56" in receipt
    assert in_force(house).rows == 2


def test_a_wrong_file_leaves_the_good_version_in_force(house, signed_in, upload, committed, submissions):
    clerk = signed_in("record_room_clerk", "H1")
    committed(clerk, [a_row(1)])
    good = in_force(house)
    answer = upload(clerk, [a_row(1), a_row(2, total_cost="一千")])
    page = clerk.get(answer["Location"]).content.decode()
    assert "2 行中有 1 行共 1 处错误" in page and "应为数字" in page
    assert clerk.post(answer["Location"] + "/commit").status_code == 409
    assert in_force(house) == good
    assert [row.state for row in submissions()] == ["committed", "wrong"]


def test_a_second_file_replaces_the_first_and_both_stay_readable(house, signed_in, upload, committed, submissions):
    clerk = signed_in("record_room_clerk", "H1")
    committed(clerk, [a_row(1)])
    answer = upload(clerk, [a_row(1), a_row(7)])
    page = clerk.get(answer["Location"]).content.decode()
    assert "data-confirm" in page and "提交并替换" in page, "replacing says its consequence and asks once"
    clerk.post(answer["Location"] + "/commit")
    first, second = submissions()
    assert (first.state, second.state) == ("replaced", "committed")
    assert second.replaced_version == first.version
    rows = b"".join(clerk.get(f"/front_pages/files/{first.pk}/rows.csv").streaming_content).decode()
    assert "C001" in rows and "C007" not in rows
    assert second.receipt_number in clerk.get(f"/front_pages/files/{first.pk}/receipt").content.decode()


def test_the_error_workbook_holds_the_wrong_row_with_what_to_do(house, signed_in, upload):
    from python_calamine import CalamineWorkbook

    clerk = signed_in("record_room_clerk", "H1")
    place = upload(clerk, [a_row(1), a_row(2, discharged_at="2026-13-45")])["Location"]
    content = b"".join(clerk.get(place + "/errors.xlsx").streaming_content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert "C002" in cells and "C001" not in cells
    assert any("日期不存在" in cell for cell in cells)


def test_another_hospitals_clerk_sees_nothing_of_it(house, signed_in, committed, submissions):
    committed(signed_in("record_room_clerk", "H1"), [a_row(1)])
    (row,) = submissions()
    stranger = signed_in("record_room_clerk", "H2")
    assert "首页-2026-10.csv" not in stranger.get("/front_pages/files/?months=all").content.decode()
    for place in ("", "/receipt", "/errors.xlsx", "/rows.csv"):
        assert stranger.get(f"/front_pages/files/{row.pk}{place}").status_code == 404
    for verb in ("commit", "withdraw", "check"):
        assert stranger.post(f"/front_pages/files/{row.pk}/{verb}").status_code == 404


def test_a_clerk_cannot_submit_for_another_hospital(house, signed_in, upload, submissions):
    answer = upload(signed_in("record_room_clerk", "H2"), [a_row(1)], institution="H1")
    assert answer.status_code == 400 and "请选择上报机构" in answer.content.decode()
    assert submissions() == []


def test_who_only_sees_cannot_submit_nor_commit(house, signed_in, upload, submissions):
    place = upload(signed_in("record_room_clerk", "H1"), [a_row(1)])["Location"]
    director = signed_in("county_director", "C")
    assert director.get(place).status_code == 200
    assert director.post(place + "/commit").status_code == 403
    assert upload(director, [a_row(1)]).status_code == 403
    assert [row.state for row in submissions()] == ["ready"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("首页.pdf", b"%PDF-1.4", "只接受 CSV、XLSX 或 Parquet"),
        ("首页.xls", b"\xd0\xcf\x11\xe0", "另存为 .xlsx"),
    ],
)
def test_a_file_of_another_type_is_refused_in_words(house, signed_in, upload, submissions, name, content, said):
    answer = upload(signed_in("record_room_clerk", "H1"), content, name=name)
    assert answer.status_code == 400 and said in answer.content.decode()
    assert submissions() == [] and not list(house.folder.glob("uploads/*"))


@pytest.mark.parametrize(
    ("name", "content"),
    [("空.csv", b" "), ("别的.csv", b"a,b\n1,2\n"), ("坏.xlsx", b"PK\x03\x04broken"), ("坏.parquet", b"PAR1 nothing")],
)
def test_an_unreadable_file_says_why_and_can_be_withdrawn(house, signed_in, upload, submissions, name, content):
    clerk = signed_in("record_room_clerk", "H1")
    place = upload(clerk, content, name=name)["Location"]
    (row,) = submissions()
    assert row.state == "unreadable" and row.said_zh in clerk.get(place).content.decode()
    clerk.post(place + "/withdraw")
    assert submissions()[0].state == "withdrawn"
    assert clerk.post(place + "/commit").status_code == 409


def test_a_file_over_the_limit_is_refused_before_it_is_read(house, signed_in, upload, submissions, monkeypatch):
    from yigongti.systems.front_pages.pages import submissions as pages

    monkeypatch.setattr(pages, "most_bytes", lambda: 100)
    monkeypatch.setattr(pages, "_FORM_BYTES", 0)
    answer = upload(signed_in("record_room_clerk", "H1"), [a_row(n) for n in range(50)])
    assert answer.status_code == 400 and "超过上限" in answer.content.decode()
    assert submissions() == []


def test_a_large_file_is_checked_in_the_background(house, signed_in, upload, submissions, monkeypatch):
    from yigongti.kernel.jobs.models import Job
    from yigongti.kernel.jobs.public import run
    from yigongti.systems.front_pages.pages import submissions as pages

    monkeypatch.setattr(pages, "policy", lambda: SimpleNamespace(value=lambda *a, **k: Decimal(0)))
    clerk = signed_in("record_room_clerk", "H1")
    place = upload(clerk, [a_row(1)])["Location"]
    assert submissions()[0].state == "checking"
    assert "检查上报文件" in clerk.get(place).content.decode()
    run(Job.objects.using("bulk").get().pk)
    assert submissions()[0].state == "ready"
    assert Job.objects.using("bulk").get().steps[0]["said"]["zh"] == "1 行，0 处错误"


def test_the_same_file_again_is_recognised(house, signed_in, committed, submissions):
    clerk = signed_in("record_room_clerk", "H1")
    committed(clerk, [a_row(1)])
    page = committed(clerk, [a_row(1)]).content.decode()
    assert "同一文件已经生效，数据没有变化" in page
    assert [row.state for row in submissions()] == ["replaced", "committed"]


def test_a_file_in_the_national_encoding_is_read_as_well(house, signed_in, upload, submissions):
    upload(signed_in("record_room_clerk", "H1"), as_csv([a_row(1)], "gb18030"))
    assert submissions()[0].state == "ready"


def test_of_two_checked_files_the_second_must_look_again(house, signed_in, upload, submissions):
    clerk = signed_in("record_room_clerk", "H1")
    first, second = (upload(clerk, [a_row(n)])["Location"] for n in (1, 2))
    clerk.post(first + "/commit")
    answer = clerk.post(second + "/commit")
    assert answer.status_code == 409 and "请重新试运行" in answer.content.decode()
    assert [row.state for row in submissions()] == ["committed", "ready"]
    clerk.post(second + "/check")
    clerk.post(second + "/commit")
    assert [row.state for row in submissions()] == ["replaced", "committed"]


def test_a_commit_that_broke_after_the_lake_is_recorded_by_committing_again(
    house, signed_in, upload, submissions, monkeypatch
):
    from yigongti.systems.front_pages.actions import commit_submission as action

    clerk = signed_in("record_room_clerk", "H1")
    place = upload(clerk, [a_row(1)])["Location"]

    def broken(*arguments, **given):
        raise OSError("the machine stopped here")

    with monkeypatch.context() as stopped:
        stopped.setattr(action, "record", broken)
        with pytest.raises(OSError, match="stopped here"):
            clerk.post(place + "/commit")
    landed = in_force(house)
    assert landed.rows == 1 and [row.state for row in submissions()] == ["ready"]
    clerk.post(place + "/commit")
    assert [row.state for row in submissions()] == ["committed"]
    assert in_force(house).version == landed.version, "the rows are not written a second time"


def test_the_rows_of_a_version_leave_the_house_only_with_a_trail(house, signed_in, committed, submissions):
    from yigongti.kernel.trail.models import TrailEntry

    clerk = signed_in("record_room_clerk", "H1")
    committed(clerk, [a_row(1)])
    (row,) = submissions()
    b"".join(clerk.get(f"/front_pages/files/{row.pk}/rows.csv").streaming_content)
    assert row.receipt_number in TrailEntry.objects.using("bulk").get(verb="front_pages.rows_taken").subject


def submitted_from_the_command_line(house, account, rows, **changes):
    from yigongti.interfaces.cli.submit import _submit

    file = house.folder / "出院.csv"
    file.write_bytes(as_csv(rows))
    given = {
        "file": file, "kind": "discharges", "institution_code": "H1", "month": MONTH, "dry_run": False,
        "profile": "", "clinical": False, "errors": None, "account": account.username,
    }  # fmt: skip
    return _submit(**{**given, **changes})


def test_the_command_line_submits_as_the_page_does(house, account, submissions, capsys):
    clerk = account("record_room_clerk", "H1")
    assert submitted_from_the_command_line(house, clerk, [a_row(1)], dry_run=True)
    assert in_force(house) is None
    assert submitted_from_the_command_line(house, clerk, [a_row(1)])
    assert in_force(house).rows == 1
    assert submissions()[-1].receipt_number in capsys.readouterr().out


def test_the_command_line_commits_nothing_wrong_and_writes_the_workbook(house, account, submissions, capsys):
    clerk, errors = account("record_room_clerk", "H1"), house.folder / "errors.xlsx"
    wrong = [a_row(1), a_row(2, total_cost="一千")]
    assert not submitted_from_the_command_line(house, clerk, wrong, errors=errors)
    assert in_force(house) is None and errors.read_bytes()[:2] == b"PK"
    assert "应为数字" in capsys.readouterr().out


def test_the_command_line_asks_for_the_permission_too(house, account, submissions):
    from yigongti.foundation.errors import NotPermitted

    with pytest.raises(NotPermitted):
        submitted_from_the_command_line(house, account("record_room_clerk", "H2", username="elsewhere"), [a_row(1)])
    assert submissions() == []


def test_every_act_leaves_its_trail(house, signed_in, committed):
    from yigongti.kernel.trail.models import TrailEntry

    committed(signed_in("record_room_clerk", "H1"), [a_row(1)])
    verbs = list(TrailEntry.objects.using("bulk").order_by("id").values_list("verb", flat=True))
    assert [verb for verb in verbs if verb.startswith("front_pages.")] == [
        "front_pages.checked",
        "front_pages.submitted",
    ]
