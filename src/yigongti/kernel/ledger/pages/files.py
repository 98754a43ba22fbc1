"""The books of the choice as a file: ?format=xlsx or beancount."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpRequest, HttpResponse

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.ledger.exporting import beancount, write_workbook
from yigongti.kernel.ledger.pages.chosen import SEE, chosen, language
from yigongti.kernel.organisations.models import Institution


@permitted(SEE)
def export(request: HttpRequest) -> HttpResponse:
    """Written whole in the reader's scope before the first byte is sent: a file that breaks off half-way is none."""
    which = chosen(request)
    books = list(Institution.objects.filter(pk__in=which.books))
    name = f"ledger-{which.institution.code}-{which.first}-{which.last}"
    file = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it, which removes it
    if request.GET.get("format") == "beancount":
        for piece in beancount(books, which.first, which.last, language()):
            file.write(piece.encode())
        file.seek(0)
        return FileResponse(
            file, as_attachment=True, filename=f"{name}.beancount", content_type="text/plain; charset=utf-8"
        )
    write_workbook(file, books, which.first, which.last, language())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
