"""How long to wait before it is tried again: longer each time, and never all clients at once."""

from __future__ import annotations

import random
from typing import Optional


class Backoff:
    """Doubles from `first_s` up to `most_s`, of which each wait is between a half and all. Not thread-safe."""

    def __init__(self, first_s: float = 0.1, most_s: float = 10.0, chance: Optional[random.Random] = None) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._chance = chance or random.Random()
        self._next_s = first_s

    def reset(self) -> None:
        self._next_s = self._first_s

    def wait_s(self, asked_s: Optional[float] = None) -> float:
        """The next wait; at least what the other side asked for."""
        wait_s = self._next_s * self._chance.uniform(0.5, 1.0)
        self._next_s = min(self._most_s, self._next_s * 2)
        return max(wait_s, asked_s or 0.0)
