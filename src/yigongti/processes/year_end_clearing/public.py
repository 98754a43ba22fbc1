"""The door of the year-end clearing.

clear_year(inputs, policy)                      the sums alone (sums.py), for rehearsing and looking ahead
gather(year, community, given, policy)          the inputs of a year, in the actor's scope
compute_clearing(actor, inputs, policy, at)     the draft that stands; then confirm_clearing, post_clearing
"""

from __future__ import annotations

from yigongti.processes.year_end_clearing.inputs import CasesInput, ClearingInputs, InstitutionInput
from yigongti.processes.year_end_clearing.sums import Cleared, Due, clear_year

__all__ = ["CasesInput", "Cleared", "ClearingInputs", "Due", "InstitutionInput", "clear_year"]

# what touches the database is imported from its own file: this door may be opened before the applications are loaded
