"""The door of the monthly close."""

from yigongti.processes.monthly_close.models import CloseRun, CloseStep
from yigongti.processes.monthly_close.running import CloseRequest, close_month
from yigongti.processes.monthly_close.steps import STEPS, label_of

__all__ = ["STEPS", "CloseRequest", "CloseRun", "CloseStep", "close_month", "label_of"]
