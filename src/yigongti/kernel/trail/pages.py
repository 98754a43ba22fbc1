"""The trail's pages: acts, who looked at whose record, what changed in which row, and how the log is kept."""

from __future__ import annotations

urlpatterns: list = []
