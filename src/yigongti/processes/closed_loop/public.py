"""The door of the closed loop: upheld bills become cases of supervision."""

from yigongti.processes.closed_loop.actions.hand_over import HandedOver, hand_over

__all__ = ["HandedOver", "hand_over"]
