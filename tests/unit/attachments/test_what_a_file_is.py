"""A file is what its bytes are: every kind that is taken, and everything that is refused with its own reason."""

import io
import zipfile

import pytest
from attached_files import XLSX, jpeg, office, pdf, png, webp
from hypothesis import given
from hypothesis import strategies as st

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.attachments.content import Found, recognised

MOST = {"most_pixels": 1_000_000, "most_unpacked": 1_000_000}


def why(data, **most):
    with pytest.raises(InvalidInput) as refused:
        recognised(data, **(MOST | most))
    assert refused.value.text.zh and refused.value.text.en
    return refused.value.code.removeprefix("attachments.")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (jpeg(8, 6), Found("jpeg", 8, 6)),
        (jpeg(8, 6) + jpeg(2, 2), Found("jpeg", 8, 6)),
        (jpeg(8, 6) + b"\x00" * 40, Found("jpeg", 8, 6)),
        (png(3, 2), Found("png", 3, 2)),
        (webp(5, 4), Found("webp", 5, 4)),
        (pdf(), Found("pdf")),
        (pdf(packed=b"1 0 << /Type /Page >>"), Found("pdf")),
        (office(), Found("docx")),
        (office(XLSX), Found("xlsx")),
        ("机构,金额\n县医院,12.50\n".encode(), Found("text")),
        ("﻿机构,金额\n".encode(), Found("text")),
        ("机构,金额\n".encode("gb18030"), Found("text_gb18030")),
    ],
)
def test_a_good_file_is_told_from_its_bytes(data, found):
    assert recognised(data, **MOST) == found


REMOTE = (
    '<Relationships><Relationship Id="a" Type="http://x/relationships/attachedTemplate"'
    ' Target="http://elsewhere.example/t.dotm" TargetMode="External"/></Relationships>'
)
HIDDEN_ZIP = io.BytesIO()
with zipfile.ZipFile(HIDDEN_ZIP, "w") as package:
    package.writestr("run.js", "alert(1)")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + b"\x00" * 200, "program"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (b"#!/bin/sh\nrm -rf /\n", "script"),
        (b"@echo off\r\ndel *.*\r\n", "script"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "web_page"),
        (b"<?xml version='1.0'?>\n<svg/>", "web_page"),
        (b"<!DOCTYPE html><p>", "web_page"),
        (b"a,b\n1,<script>alert(1)</script>\n", "web_page"),
        (b"<?php echo 1;", "web_page"),
        (HIDDEN_ZIP.getvalue(), "archive"),
        (b"Rar!\x1a\x07\x00", "archive"),
        (b"\x1f\x8b\x08\x00", "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_office"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "heic"),
        (b"\x00\x01\x02\x03" * 50, "unknown"),
        (b"a,b\x00\n", "unknown"),
        (jpeg()[:-2], "damaged"),
        (jpeg()[:30], "damaged"),
        (b"\xff\xd8\xff" + b"MZ" * 30, "damaged"),
        (jpeg() + b"MZ\x90 a program behind the picture", "something_more"),
        (jpeg() + HIDDEN_ZIP.getvalue(), "something_more"),
        (jpeg(comment=HIDDEN_ZIP.getvalue()[:-2] + b"\x60\x00") + b"\x00" * 10, "something_more"),
        (jpeg(comment=b"%PDF-1.4 also a document"), "something_more"),
        (jpeg(comment=b"<html><script>alert(1)</script>"), "something_more"),
        (png()[:-4], "damaged"),
        (png().replace(b"\x49\x48\x44\x52\x00\x00\x00\x03", b"\x49\x48\x44\x52\x00\x00\x00\x04"), "damaged"),
        (png() + b"#!/bin/sh", "something_more"),
        (webp()[:-3], "damaged"),
        (webp() + b"<html>", "something_more"),
        (jpeg(0, 6), "damaged"),
        (pdf(b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"), "active_pdf"),
        (pdf(b"<< /OpenAction << /S /J#61vaScript >> >>"), "active_pdf"),
        (pdf(packed=b"1 0 << /S /Launch /F (cmd.exe) >>"), "active_pdf"),
        (pdf(b"<< /Names << /EmbeddedFiles 3 0 R >> >>"), "active_pdf"),
        (pdf(b"<< /Encrypt 7 0 R >>"), "encrypted"),
        (pdf()[:40], "damaged"),
        (pdf() + b"PK\x03\x04 more", "something_more"),
        (office(more=[("word/vbaProject.bin", b"x")]), "macros"),
        (office(more=[("word/embeddings/oleObject1.bin", b"x")]), "macros"),
        (office(more=[("payload.exe", b"MZ")]), "macros"),
        (office("application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        (office(more=[("../../etc/passwd", b"x")]), "something_more"),
        (b"MZ" + office(), "program"),
        (office()[:-30], "damaged"),
        (office(more=[("word/_rels/settings.xml.rels", REMOTE)]), "remote"),
        (office(types="<!DOCTYPE x>"), "something_more"),
    ],
)
def test_what_is_refused_says_why(data, reason):
    assert why(data) == reason


def test_a_picture_of_too_many_pixels_is_refused_before_anybody_draws_it():
    assert why(png(2000, 1), most_pixels=1999) == "too_many_pixels"


def test_a_document_that_unfolds_to_more_than_it_says_is_refused():
    bomb = office(more=[("x/zeros.xml", b"\x00" * 500_000)])
    assert len(bomb) < 5_000
    assert why(bomb, most_unpacked=100_000) == "unpacks_too_large"


def test_an_encrypted_package_is_refused():
    data = bytearray(office())
    for place in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[place] |= 1
    assert why(bytes(data)) == "encrypted"


@given(st.sampled_from([jpeg(), png(), webp(), pdf(packed=b"1 0 <<>>"), office()]), st.data())
def test_a_file_cut_off_or_changed_anywhere_is_told_or_refused_but_never_breaks(whole, data):
    changed = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 3))):
        if changed:
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert recognised(bytes(changed), **MOST).kind
    except InvalidInput as refused:
        assert refused.code.startswith("attachments.")


@given(st.sampled_from([jpeg(), png(), webp(), office()]), st.data())
def test_a_file_that_is_cut_off_is_never_taken_for_whole(whole, data):
    part = whole[: data.draw(st.integers(12, len(whole) - 1))]
    with pytest.raises(InvalidInput):
        recognised(part, **MOST)
