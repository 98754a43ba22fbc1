"""What supervision keeps: cases with their findings and steps, what followed from rulings, campaigns of inspection."""

from yigongti.systems.supervision.models.cases import Case, CaseStep, Finding

__all__ = ["Case", "CaseStep", "Finding"]
