"""The limits of a consumer."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Options:
    workers: int = 8  # subjects at once
    events_max: int = 100  # with this client, handled or waiting for a worker; up to 1000
    lease_s: float = 30.0  # asked for, and again by each extension; a client that dies keeps its subjects so long
    wait_s: float = 5.0  # of a pull, for the first event; a stop waits for a pull under way
    handle_max_s: float = 600.0  # of one event: after that its lease is left to end
    grace_s: float = 25.0  # of a stop
    away_max_s: float = 10.0  # between two tries while Sluice is away

    def __post_init__(self) -> None:
        _within("workers", self.workers, 1, 1000)
        _within("events_max", self.events_max, 1, 1000)
        _within("lease_s", self.lease_s, 0.1, 12 * 3600)
        _within("wait_s", self.wait_s, 0, 60)
        _within("handle_max_s", self.handle_max_s, 0.1, 7 * 24 * 3600)
        _within("grace_s", self.grace_s, 0, 3600)
        _within("away_max_s", self.away_max_s, 0.1, 600)


def _within(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ValueError(f"{name}: {value} is not from {least} to {most}")
