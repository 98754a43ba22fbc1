"""Random streams by name: each part of the county draws from its own, so that a change in one moves no other."""

from __future__ import annotations

import hashlib
import random

import numpy as np


def _digest(seed: int, name: tuple[object, ...]) -> bytes:
    return hashlib.sha256("/".join(str(part) for part in (seed, *name)).encode()).digest()


def array_stream(seed: int, *name: object) -> np.random.Generator:
    """A stream for drawing arrays. The bit generator is named, since NumPy may change its default one."""
    return np.random.Generator(np.random.PCG64(int.from_bytes(_digest(seed, name)[:16], "big")))


def case_stream(seed: int, *name: object) -> random.Random:
    """A stream for single draws, quicker than an array stream for one value at a time."""
    return random.Random(_digest(seed, name))
