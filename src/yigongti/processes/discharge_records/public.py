"""The door of discharge records."""

from yigongti.processes.discharge_records.collecting import Collected, collect_discharges
from yigongti.processes.discharge_records.month import collect_month

__all__ = ["Collected", "collect_discharges", "collect_month"]
