"""A file is kept once by its digest, belongs to a subject, and is opened by whom the subject's part lets in."""

import io

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, NotFound
from yigongti.kernel.access.scope import scope
from yigongti.kernel.attachments import public
from yigongti.kernel.attachments.public import PICTURES, Attachment, attachments_of, open_attachment, store
from yigongti.kernel.trail.models import TrailEntry

SUBJECT = "trials.Trial/1"


@pytest.fixture
def clerk(actor):
    return actor("township_clerk", "T1")


@pytest.fixture
def keep(county):
    def kept(who, data, name="照片.jpg", place="T1", **more):
        with scope(who):
            return store(
                who, data, name=name, subject=SUBJECT, institution_id=county[place].pk, at=timezone.now(), **more
            )

    return kept


@pytest.fixture
def let_in(monkeypatch):
    """Says that whoever sees the row may open what is attached to the subject."""
    monkeypatch.setitem(public._readers, "trials.", lambda actor, attachment: True)


def test_the_bytes_lie_below_their_digest_and_come_back_the_same(clerk, keep, files, own_folder):
    made = keep(clerk, files.jpeg(40, 30))
    assert (made.kind, made.width, made.height, made.name) == ("jpeg", 40, 30, "照片.jpg")
    assert (own_folder / made.digest[:2] / made.digest).read_bytes() == files.jpeg(40, 30)
    with scope(clerk):
        assert open_attachment(clerk, made.pk).path.read_bytes() == files.jpeg(40, 30)


def test_the_same_bytes_twice_are_two_attachments_and_one_file(clerk, keep, files, own_folder):
    first, second = keep(clerk, files.png()), keep(clerk, io.BytesIO(files.png()), name="b.png")
    assert (first.pk != second.pk, first.digest) == (True, second.digest)
    assert len([place for place in own_folder.rglob("*") if place.is_file()]) == 1


def test_what_is_refused_leaves_no_row_and_no_file(clerk, keep, own_folder):
    with pytest.raises(InvalidInput) as refused:
        keep(clerk, b"MZ\x90\x00" + b"\x00" * 99)
    assert refused.value.code == "attachments.program"
    assert [place for place in own_folder.rglob("*") if place.is_file()] == []
    with scope(clerk):
        assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/照片.jpg", "照片.jpg"),
        ("C:\\My Documents\\a.JPG", "a.JPG"),
        ("photo", "photo.jpg"),
        ("x.png", "x.png"),
        ("2026.11.24 检查", "2026.11.24 检查.jpg"),
        ("", "file.jpg"),
        ("a\u202egpj.exe\n.jpg", "agpj.exe.jpg"),
        ("长" * 300 + ".jpg", "长" * 140 + ".jpg"),
    ],
)
def test_a_name_is_shown_without_folders_and_tricks(clerk, keep, files, name, kept):
    assert keep(clerk, files.jpeg(), name=name).name == kept


@pytest.mark.parametrize("name", ["a.exe", "a.svg", "a.pdf", "a.html", "a.js"])
def test_a_name_that_says_something_else_than_the_bytes_is_refused(clerk, keep, files, name):
    with pytest.raises(InvalidInput) as refused:
        keep(clerk, files.jpeg(), name=name)
    assert refused.value.code == "attachments.name_says_otherwise"


def test_a_place_that_takes_pictures_takes_no_document(clerk, keep, files):
    with pytest.raises(InvalidInput) as refused:
        keep(clerk, files.pdf(), name="a.pdf", kinds=PICTURES)
    assert refused.value.code == "attachments.kind_not_taken"


def test_a_file_beyond_the_office_s_limit_is_refused_while_it_arrives(clerk, keep, own_folder):
    def endless():
        while True:
            yield b"\xff" * 1024**2

    class Arriving:
        chunks = staticmethod(endless)

    with pytest.raises(InvalidInput) as refused:
        keep(clerk, Arriving())
    assert refused.value.code == "attachments.too_large"
    assert [place for place in own_folder.rglob("*") if place.is_file()] == []


def test_another_hospital_sees_nothing_and_the_other_side_sees_it(clerk, keep, files, actor, let_in, county):
    made = keep(clerk, files.jpeg(), other_institution_id=county["H2"].pk)
    alone = keep(clerk, files.png(), name="b.png")
    other = actor("coder", "H2")
    with scope(other):
        assert open_attachment(other, made.pk).attachment == made
        with pytest.raises(NotFound):
            open_attachment(other, alone.pk)
        assert attachments_of(SUBJECT) == [made]


def test_without_a_word_of_its_part_only_whoever_brought_it_opens_it(clerk, keep, files, actor):
    made, colleague = keep(clerk, files.jpeg()), actor("township_clerk", "T1", username="colleague")
    with scope(colleague), pytest.raises(NotFound):
        open_attachment(colleague, made.pk)
    with scope(clerk):
        assert open_attachment(clerk, made.pk).attachment == made


def test_an_attachment_is_neither_changed_nor_removed_nor_brought_in_another_s_name(clerk, keep, files, county):
    made = keep(clerk, files.jpeg())
    with scope(clerk):
        for attempt in (
            lambda: Attachment.objects.filter(pk=made.pk).update(name="x"),
            lambda: Attachment.objects.filter(pk=made.pk).delete(),
            lambda: Attachment.objects.create(
                digest="0" * 64, size=1, kind="jpeg", name="x", subject="y", institution_id=county["T1"].pk,
                uploaded_by=clerk.account_id + 1, uploaded_at=timezone.now(),
            ),
        ):  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()


def test_the_trail_keeps_who_attached_what(clerk, keep, files):
    made = keep(clerk, files.jpeg())
    (line,) = TrailEntry.objects.using("bulk").filter(verb="attachments.stored")
    assert (line.account_id, line.detail["digest"], line.detail["to"]) == (clerk.account_id, made.digest, SUBJECT)


def test_a_file_that_has_gone_is_told_in_words(clerk, keep, files, own_folder):
    made = keep(clerk, files.jpeg())
    (own_folder / made.digest[:2] / made.digest).unlink()
    with scope(clerk), pytest.raises(InvalidInput) as told:
        open_attachment(clerk, made.pk)
    assert told.value.code == "attachments.file_missing"


@pytest.mark.parametrize(("kind", "name", "shown"), [("png", "图.png", "inline"), ("pdf", "函.pdf", "attachment")])
def test_a_browser_is_given_pictures_to_show_and_everything_else_to_save(
    signed_in, county, files, kind, name, shown, actor
):
    browser = signed_in("township_clerk", "T1")
    from yigongti.kernel.access.queries import actor_by_username

    who = actor_by_username("township_clerk-T1", timezone.localdate())
    data = getattr(files, kind)()
    with scope(who):
        made = store(who, data, name=name, subject=SUBJECT, institution_id=county["T1"].pk, at=timezone.now())
    answer = browser.get(f"/attachments/{made.pk}")
    assert b"".join(answer.streaming_content) == data
    assert answer.headers["Content-Disposition"].startswith(shown)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert signed_in("coder", "H2").get(f"/attachments/{made.pk}").status_code == 404
