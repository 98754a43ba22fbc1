"""What a dry run answered, in the shape that tests compare."""

from __future__ import annotations

from typing import Any

from yigongti.facts.public import DryRun


def rows_of(answer: DryRun) -> list[dict[str, Any]]:
    """The accepted rows with what is filled in."""
    return [row for batch in answer.accepted_batches() for row in batch.to_pylist()]


def problems_of(answer: DryRun) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.column, finding.code) for finding in answer.findings]
