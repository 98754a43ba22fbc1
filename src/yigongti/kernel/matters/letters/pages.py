"""The page that says what a paper letter must say, for whoever holds it; its files, for those who read its matter."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.access.middleware import visitor_address
from yigongti.kernel.matters.letters.finding import by_code, of_reader
from yigongti.kernel.matters.letters.storing import opened
from yigongti.kernel.matters.models import Letter
from yigongti.kernel.trail.public import record

_KINDS = {
    "docx": ("document_digest", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": ("print_digest", "application/pdf"),
}


@require_safe
def letter(request: HttpRequest, letter_code: str) -> HttpResponse:
    """Number, office, addressee, title, day and digests; nothing of what the letter says about anybody."""
    now = timezone.now()
    found = by_code(letter_code.upper(), visitor_address(request), now)
    if found is None:
        return render(request, "matters/letter.html", {"letter": None}, status=404)
    english = (get_language() or "").startswith("en")
    said = {name: found.values[name]["en" if english else "zh"] for name in ("office", "addressee", "title", "date")}
    shown = {"letter": found, "said": said, "files": _files(request, found)}
    return render(request, "matters/letter.html", shown)


def _files(request: HttpRequest, found: Letter) -> list[str]:
    """The kinds of files that the visitor may fetch."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        of_reader(actor, found.code, timezone.localdate())
    except NotFound:
        return []
    return [kind for kind, (digest, _type) in _KINDS.items() if getattr(found, digest)]


@require_safe
@signed_in
def file(request: HttpRequest, letter_code: str, file_kind: str) -> HttpResponse:
    """The letter as it was made; that it was fetched is kept."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    if file_kind not in _KINDS:
        raise Http404
    found = of_reader(actor, letter_code.upper(), timezone.localdate(now))
    column, media_type = _KINDS[file_kind]
    digest = getattr(found, column)
    if not digest:
        raise NotFound(
            "matters.letter_not_made", zh="文书正在生成，请稍后再试", en="the letter is being made; try again soon"
        )
    answer = HttpResponse(opened(digest), content_type=media_type)
    name = quote(f"{found.number}.{file_kind}")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"letter.{file_kind}\"; filename*=UTF-8''{name}"
    record(actor, "matters.letter_fetched", subject=found.number, at=now, institution_id=found.office_id,
           detail={"letter": found.pk, "kind": file_kind, "digest": digest})  # fmt: skip
    return answer


urlpatterns = [
    path("<str:letter_code>", letter, name="letter"),
    path("<str:letter_code>/<str:file_kind>", file, name="file"),
]
