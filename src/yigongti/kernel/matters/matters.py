"""The kinds of matter of the mechanism itself: complaints about the platform."""

from yigongti.kernel.matters.complaints import COMPLAINT

KINDS = (COMPLAINT,)
