"""A lease while a client has it, without any I/O: what of it is still to be done, said, or asked for."""

from __future__ import annotations

from typing import List, Optional, Tuple

from .answers import RETURNED, Settled
from .event import Event
from .wire import Lease

ANSWER_WITHIN_S = 1.0  # what is done is said at the latest so much later, so that little is repeated after a crash


class LeaseWork:
    """The shell handles `next_event`, gives what came of it to `settle`, and sends what `due` and `extension_due` say.
    Threads:  one at a time; consumers hold their lock.
    Limits:   an event has `handle_max_s`: after that the lease is not extended any more, and somebody else gets it."""

    def __init__(self, lease: Lease, now_s: float, lease_s: float, handle_max_s: float) -> None:
        self.lease = lease
        self._lease_s = lease_s
        self._handle_max_s = handle_max_s
        self._at = 0
        self._unsaid: List[Tuple[int, Settled]] = []
        self._said_s = now_s
        self._begun_s: Optional[float] = None  # of the event under way
        self._over = False
        self._lost = False
        self._until_s = now_s + lease.lease_s
        self._extend_at_s = now_s + lease.lease_s / 3

    @property
    def left(self) -> int:
        """Events that are not handled yet."""
        return 0 if self._over else len(self.lease.events) - self._at

    def next_event(self, now_s: float) -> Optional[Event]:
        """The event to handle now; None when all are, one was not done, or the lease is over."""
        if now_s >= self._until_s:
            self._over = True
        if self.left == 0:
            return None
        self._begun_s = now_s
        return self.lease.events[self._at]

    def settle(self, answer: Settled) -> None:
        if not self._lost:
            self._unsaid.append((self.lease.events[self._at].position, answer))
        self._begun_s = None
        self._at += 1
        if answer.word != "done":
            self._over = True  # those that follow come again, after it

    def give_back(self) -> None:
        """The client stops: what is not begun is another's."""
        if self.left > 0 and self._begun_s is None:
            self.settle(RETURNED)

    def due(self, now_s: float) -> List[Tuple[int, Settled]]:
        """Answers to send now, if any: the last ones at once, others when a second has passed. They are the caller's."""
        if self.left > 0 and now_s < self._said_s + ANSWER_WITHIN_S:
            return []
        self._said_s = now_s
        unsaid, self._unsaid = self._unsaid, []
        return unsaid

    def extension_due(self, now_s: float) -> bool:
        """Whether to ask for more time: as long as events wait, are handled, or their answers are on the way. Asked again
        only a third of a lease later."""
        held = self._begun_s is None or now_s < self._begun_s + self._handle_max_s
        if self._lost or not held or now_s < self._extend_at_s:
            return False
        self._extend_at_s = now_s + self._lease_s / 3
        return True

    def extended(self, sent_s: float, lease_s: float) -> None:
        self._until_s = max(self._until_s, sent_s + lease_s)

    def lost(self) -> None:
        """Sluice says so: what is not begun is not begun any more."""
        self._over = self._lost = True
        self._unsaid = []
