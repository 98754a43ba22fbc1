"""Rows of front pages in PostgreSQL: what was submitted, and what pages show of a month's quality.

The facts themselves are in the lake; every table about institutions has row security by institution.
"""

from yigongti.systems.front_pages.models.codes import CodeDecision, CodeQuestion
from yigongti.systems.front_pages.models.published import JudgedMonth
from yigongti.systems.front_pages.models.quality import Defect, FrontPage, QualitySummary
from yigongti.systems.front_pages.models.submissions import MappingProfile, Submission

__all__ = [
    "CodeDecision",
    "CodeQuestion",
    "Defect",
    "FrontPage",
    "JudgedMonth",
    "MappingProfile",
    "QualitySummary",
    "Submission",
]
