"""Handing an attachment to a browser: as what it is, never as something that runs."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.urls import path
from django.views.decorators.http import require_safe

from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.attachments.public import open_attachment

CONTENT_SECURITY_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""A document that were opened in the browser all the same could load nothing, run nothing and send nothing."""


@require_safe
@signed_in
def one(request: HttpRequest, attachment_id: int) -> FileResponse:
    """The bytes: pictures are shown in the page, everything else is saved as a file."""
    opened = open_attachment(request.actor, attachment_id)  # type: ignore[attr-defined]
    found = opened.attachment
    response = FileResponse(
        opened.path.open("rb"), as_attachment=not found.is_picture, filename=found.name, content_type=found.media_type
    )
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


urlpatterns = [path("<int:attachment_id>", one, name="one")]
