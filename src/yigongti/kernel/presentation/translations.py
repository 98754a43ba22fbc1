"""Compiling translations with Babel, so that no gettext installation is needed."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(package: Path) -> list[Path]:
    """Write django.mo beside every django.po below the package whose .po is newer; the files written."""
    written = []
    for source in sorted(package.glob("**/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name)
        draft = target.with_name(f".django.mo.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalog, use_fuzzy=False)
        draft.replace(target)
        written.append(target)
    return written
