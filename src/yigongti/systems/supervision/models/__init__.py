"""What supervision keeps: cases with their findings and steps, what followed from rulings, campaigns of inspection."""

from yigongti.systems.supervision.models.accountability import EthicsEntry, Points, Publication, Recovery
from yigongti.systems.supervision.models.campaigns import Campaign, Inspection
from yigongti.systems.supervision.models.cases import Case, CaseStep, Finding

__all__ = [
    "Campaign", "Case", "CaseStep", "EthicsEntry", "Finding", "Inspection", "Points", "Publication", "Recovery",
]  # fmt: skip
