"""What a handler says of an event. No word, or `DONE`, means done; `Retry` and `Dead` may be returned or raised."""

from __future__ import annotations

import dataclasses
from typing import Optional, Union

REASON_BYTES_MAX = 500  # of what operators see
AFTER_S_MAX = 7 * 24 * 3600.0  # Sluice takes no longer wait


class Done:
    """Written: the subject's next event may come."""


DONE = Done()


class Retry(Exception):
    """Not now: the event comes again by the subscription's `retry`, or in `after_s`."""

    def __init__(self, reason: str = "", after_s: Optional[float] = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_s = after_s


class Dead(Exception):
    """Never: the subject is parked with the reason, and operators see it; all other subjects go on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Answer = Union[None, Done, Retry, Dead]


@dataclasses.dataclass(frozen=True)
class Settled:
    """An answer as Sluice takes it: `word` is done, retry, dead or return."""

    word: str
    reason: str = ""
    after_s: Optional[float] = None


RETURNED = Settled("return")  # not begun: it is no attempt, and somebody else may have it at once


def settled(answer: object) -> Settled:
    """Of what a handler has returned or raised. An exception that is none of ours is a retry: its cause may pass, and
    the subscription's `attempts` end it."""
    if answer is None or isinstance(answer, Done):
        return Settled("done")
    if isinstance(answer, Retry):
        after_s = None if answer.after_s is None else min(AFTER_S_MAX, max(0.0, answer.after_s))
        return Settled("retry", _clipped(answer.reason), after_s)
    if isinstance(answer, Dead):
        return Settled("dead", _clipped(answer.reason))
    if isinstance(answer, Exception):
        return Settled("retry", _clipped(f"{type(answer).__name__}: {answer}"))
    return Settled("dead", _clipped(f"the handler answered {answer!r}: None, DONE, Retry or Dead are answers"))


def _clipped(reason: str) -> str:
    return reason.encode("utf-8", "replace")[:REASON_BYTES_MAX].decode("utf-8", "ignore")
