"""Opening the Django project from the command line: settings, the database server, the applications."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def set_up() -> None:
    """Load the settings and the applications; the database need not run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigongti.config.settings.product")
    import django

    django.setup()


@contextmanager
def opened() -> Iterator[None]:
    """The project with its database up; the embedded server stops afterwards, unless another process still uses it."""
    set_up()
    from django.conf import settings
    from django.db import connections
    from django.utils.module_loading import import_string

    with import_string(settings.DATABASE_SERVER)():
        try:
            yield
        finally:
            connections.close_all()
