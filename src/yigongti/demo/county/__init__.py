"""The demo county: an invented county of the size and shape of a real one, with a story and planted faults.

`public.py` is the door. Everything here is drawn from a seed; nobody in it exists.
"""
