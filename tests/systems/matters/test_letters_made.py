"""Letters: a number with the step, the words of the policy, files made once, and a page that tells what is genuine."""

import io
import threading
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from systems.matters.conftest import AT, LOOP
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.letters import making
from yigongti.kernel.matters.letters.making import make_letter, make_letters
from yigongti.kernel.matters.letters.storing import opened as opened_file
from yigongti.kernel.matters.letters.wording import read_letters
from yigongti.kernel.matters.models import Letter, LetterSerial, Matter
from yigongti.kernel.matters.public import MATTERS, Given, act
from yigongti.kernel.presentation import printing


def the_letter() -> Letter:
    return Letter.objects.using("bulk").get()


def document_text(letter: Letter) -> str:
    with zipfile.ZipFile(io.BytesIO(opened_file(letter.document_digest))) as packed:
        return packed.read("word/document.xml").decode()


def test_a_step_that_prints_gives_its_letter_a_number_at_once(asked):
    asked()
    found = the_letter()
    assert (found.number, found.made_at, found.document_digest) == ("医监〔2026〕1号", None, "")
    assert found.values["deadline"]["zh"].startswith("请于2026年10月16日前")


def test_the_worker_makes_the_document_and_the_page_once(asked):
    asked()
    assert make_letters(AT) == 1
    found = the_letter()
    assert opened_file(found.print_digest).startswith(b"%PDF-")
    text = document_text(found)
    assert all(
        words in text for words in ("医监〔2026〕1号", "示范县人民医院", "请说明", "性别不符", "盖章处", found.code)
    )
    assert make_letters(AT + timedelta(hours=1)) == 0
    assert the_letter().made_at == AT


def test_the_same_letter_is_the_same_bytes(asked):
    asked()
    make_letters(AT)
    first = the_letter()
    Letter.objects.using("bulk").update(made_at=None, document_digest="", print_digest="")
    make_letters(AT + timedelta(days=1))
    again = the_letter()
    assert (again.document_digest, again.print_digest) == (first.document_digest, first.print_digest)


def test_two_workers_make_a_letter_once(asked):
    asked()
    number, made, begin = the_letter().pk, [], threading.Barrier(2)

    def run():
        from django.db import connections

        begin.wait()
        made.append(make_letter(number, AT))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, True]


def test_without_the_printing_library_the_document_is_made_and_the_page_follows(asked, monkeypatch):
    asked()
    with monkeypatch.context() as without:

        def absent():
            raise printing.NoPrinting("cannot load library 'libpango-1.0-0'")

        without.setattr(printing, "weasyprint", absent)
        assert make_letters(AT) == 0
        waiting = the_letter()
        assert (waiting.made_at, waiting.print_digest, waiting.fault) == (None, "", "matters.no_printing")
        assert "请说明" in document_text(waiting)
    assert make_letters(AT) == 1
    assert the_letter().document_digest == waiting.document_digest


def test_a_letter_that_cannot_be_drawn_says_so_and_holds_up_no_other(asked, monkeypatch):
    asked("2026-09/C001")
    asked("2026-09/C002")
    first = Letter.objects.using("bulk").order_by("id").first()
    real = making.as_document
    monkeypatch.setattr(making, "as_document", lambda says, at: 1 / 0 if says["code"] == first.code else real(says, at))
    assert make_letters(AT) == 1
    first.refresh_from_db(using="bulk")
    assert (first.fault, first.made_at) == ("ZeroDivisionError", None)
    monkeypatch.setattr(making, "as_document", real)
    assert (make_letters(AT, again=False), make_letters(AT)) == (0, 1)


def test_an_altered_file_is_not_handed_out(asked):
    from yigongti.kernel.matters.letters.storing import folder

    asked()
    make_letters(AT)
    digest = the_letter().document_digest
    (folder() / digest[:2] / digest).write_bytes(b"something else")
    with pytest.raises(InvalidInput, match="gone or altered"):
        opened_file(digest)


def test_words_that_look_like_a_template_or_a_tag_stay_words(people, opened):
    with scope(people["bureau"]):
        made = opened(people["bureau"], kind="tried.loop")
        act(people["bureau"], made.pk, "ask", at=AT, given=Given(words="<b>{{ 7*7 }}</b>\x0b{matter}"))
    make_letters(AT)
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;{matter}" in document_text(the_letter())


def test_sixteen_steps_at_once_get_the_numbers_one_to_sixteen(people, opened):
    with scope(people["bureau"]):
        made = [opened(people["bureau"], f"2026-09/C{n:03d}", kind="tried.loop").pk for n in range(16)]
    begin, failed = threading.Barrier(16), []

    def run(number):
        from django.db import connections

        begin.wait()
        try:
            with scope(people["bureau"]):
                act(people["bureau"], number, "ask", at=AT, given=Given(words="请说明"))
        except Exception as error:
            failed.append(error)
        connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(Letter.objects.using("bulk").values_list("serial", flat=True)) == list(range(1, 17))


def test_a_step_that_is_rolled_back_leaves_no_gap(people, opened, asked):
    asked("2026-09/C001")
    with pytest.raises(RuntimeError), scope(people["bureau"]):
        made = opened(people["bureau"], "2026-09/C002", kind="tried.loop")
        act(people["bureau"], made.pk, "ask", at=AT, given=Given(words="请说明"))
        raise RuntimeError
    asked("2026-09/C003")
    assert list(Letter.objects.using("bulk").order_by("serial").values_list("serial", flat=True)) == [1, 2]
    assert LetterSerial.objects.using("bulk").get().last == 2


def test_a_new_year_begins_with_one(people, opened, asked):
    from datetime import UTC, datetime

    asked("2026-09/C001")
    asked("2026-12/C001", at=datetime(2026, 12, 31, 16, 30, tzinfo=UTC))  # half past midnight in the county
    assert list(Letter.objects.using("bulk").order_by("id").values_list("number", flat=True)) == [
        "医监〔2026〕1号", "医监〔2027〕1号",
    ]  # fmt: skip


def test_a_letter_that_the_policy_lacks_stops_the_step(people, opened, monkeypatch):
    from dataclasses import replace

    from yigongti.kernel.matters import registry

    unknown = tuple(replace(each, letter="nonsense") if each.letter else each for each in LOOP.transitions)
    monkeypatch.setitem(registry.kinds(), LOOP.id, replace(LOOP, transitions=unknown))
    with scope(people["bureau"]):
        made = opened(people["bureau"], kind="tried.loop")
        with pytest.raises(PolicyError, match="no file"):
            act(people["bureau"], made.pk, "ask", at=AT, given=Given(words="请说明"))
        assert (Matter.objects.get().state, made.steps.count()) == ("found", 1)


def test_a_value_that_nobody_tells_stops_the_step(people, opened, monkeypatch):
    from yigongti.kernel.matters.letters import composing

    monkeypatch.setattr(composing, "names_in", lambda texts: {"penalty"})
    with scope(people["bureau"]):
        made = opened(people["bureau"], kind="tried.loop")
        with pytest.raises(PolicyError, match="penalty"):
            act(people["bureau"], made.pk, "ask", at=AT, given=Given(words="请说明"))
        assert made.steps.count() == 1


# ---- the page of a letter


@pytest.fixture
def made(asked):
    asked()
    make_letters(AT)
    return the_letter()


def test_whoever_holds_a_letter_reads_what_it_must_say_and_nothing_more(made):
    answer = Client().get(f"/letters/{made.code}")
    page = answer.content.decode()
    assert answer.status_code == 200
    for said in (made.number, "示范县人民医院", "关于说明费用疑点的通知", "2026年9月28日", made.print_digest):
        assert said in page
    assert "请说明" not in page and "性别不符" not in page and "/pdf" not in page


def test_the_page_speaks_english_too(made):
    page = Client(headers={"accept-language": "en"}).get(f"/letters/{made.code}").content.decode()
    assert "Request to explain a doubtful bill" in page or "关于说明费用疑点的通知" in page


@pytest.mark.parametrize("code", ["0000000000000000", "x", "%00", "' OR 1=1", "ABCDEF012345678"])
def test_a_wrong_code_is_no_letter(made, code):
    assert Client().get(f"/letters/{code}").status_code == 404


def test_too_many_wrong_codes_close_the_page_to_that_address_alone(made):
    client = Client()
    for _ in range(30):
        assert client.get("/letters/0000000000000000").status_code == 404
    assert client.get(f"/letters/{made.code}").status_code == 403
    assert Client(REMOTE_ADDR="10.0.0.9").get(f"/letters/{made.code}").status_code == 200


def test_a_letter_whose_step_was_taken_back_is_void(asked, people):
    from yigongti.kernel.matters.public import undo

    matter = asked()
    with scope(people["bureau"]):
        undo(people["bureau"], matter.pk, at=AT)
    assert make_letters(AT) == 0
    assert "本文书已作废" in Client().get(f"/letters/{the_letter().code}").content.decode()


def test_those_who_read_the_matter_fetch_its_files(made, signed_in):
    for role, place in (("record_room_clerk", "H1"), ("health_bureau_clerk", "C")):
        client = signed_in(role, place, username=f"reader-{place}")
        assert client.get(f"/letters/{made.code}/pdf").content.startswith(b"%PDF-")
        assert client.get(f"/letters/{made.code}/docx").content.startswith(b"PK")
        assert f"/letters/{made.code}/pdf" in client.get(f"/letters/{made.code}").content.decode()


def test_nobody_else_fetches_them(made, signed_in):
    stranger = signed_in("record_room_clerk", "H2", username="stranger")
    assert stranger.get(f"/letters/{made.code}/pdf").status_code == 404
    other_work = signed_in("registration_desk", "H1", username="desk")  # of the hospital, but sees no such matters
    assert other_work.get(f"/letters/{made.code}/pdf").status_code == 404
    assert Client().get(f"/letters/{made.code}/pdf").status_code == 302


def test_a_letter_that_is_not_made_yet_is_told(asked, signed_in):
    asked()
    client = signed_in("health_bureau_clerk", "C", username="reader")
    assert client.get(f"/letters/{the_letter().code}/pdf").status_code == 404
    assert "文件正在生成" in client.get(f"/letters/{the_letter().code}").content.decode()


# ---- the words, checked whole


GOOD = """id: order
label: {zh: 责令改正, en: Order to correct}
word: 医监改
values: [place]
versions:
  - from: 2026-01-01
    source: notice
    title: {zh: 责令改正通知书, en: Order to correct}
    paragraphs:
      - {zh: "{addressee}的{place}存在问题。", en: "{place} of {addressee} is at fault."}
    deadline: {zh: "请于{due_on}前改正。", en: "Correct it by {due_on}."}
    articles: ["notice#第三条"]
    seal: {zh: 盖章处, en: Seal}
"""


def letters(root, text):
    (root / "sources").mkdir(exist_ok=True)
    (root / "sources" / "notice.yaml").write_text("id: notice\ntitle: {zh: 通知, en: Notice}\nchecked: no\n", "utf-8")
    (root / "letters").mkdir(exist_ok=True)
    (root / "letters" / "order.yaml").write_text(text, "utf-8")
    return read_letters(Policy.load(root))


def test_a_letter_of_the_policy_is_read_whole(tmp_path):
    found = letters(tmp_path, GOOD)["order"]
    assert (found.word, found.values, found.versions[0].articles) == ("医监改", {"place"}, ("notice#第三条",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: order", "id: other", "file's name"),
        ("word: 医监改", "word: 医监2026", "word"),
        ("values: [place]", "values: [place, penalty]", "not used"),
        ("values: [place]", "values: []", "not declared"),
        ("values: [place]", "values: [place, due_on]", "known to every letter"),
        ("label: {zh: 责令改正, en: Order to correct}", "label: {zh: 责令改正}", "label"),
        ("from: 2026-01-01", "from: soon", "not a date"),
        ("source: notice", "source: rumour", "unknown"),
        ("notice#第三条", "rumour#第三条", "unknown"),
        ("{addressee}的{place}", "{place}", "other values"),
        ("    seal: {zh: 盖章处, en: Seal}\n", "", "seal"),
        ("values:", "valuse:", "unknown key"),
    ],
)
def test_a_letter_that_is_wrong_is_refused_with_what_is_wrong(tmp_path, old, new, said):
    with pytest.raises(PolicyError, match=said):
        letters(tmp_path, GOOD.replace(old, new))


def test_every_letter_of_the_product_can_be_read(policy_root):
    assert "claim_query" in read_letters(Policy.load(policy_root))


def test_money_and_days_are_written_out():
    from datetime import date

    from yigongti.kernel.matters.letters.composing import said

    assert said(Decimal("1234.5")).zh == "1,234.50"
    assert (said(date(2026, 3, 4)).zh, said(date(2026, 3, 4)).en) == ("2026年3月4日", "4 March 2026")


def test_the_product_itself_sees_letters_that_no_page_shows(made):
    with scope(NOBODY):
        assert Letter.objects.count() == 0
    with scope(NOBODY, purpose=MATTERS):
        assert Letter.objects.count() == 1
