"""How a batch comes to be on disk, without any I/O: what is sent next, and what of it is final."""

from __future__ import annotations

import random
import uuid
from typing import Dict, List, Optional, Sequence, Union

from . import wire
from .backoff import Backoff
from .errors import Conflict, NotNow, PartlyRefused, Published, Refused, SluiceError, Unreachable
from .event import Event
from .transport import Reply, Request


class Publishing:
    """Some events on their way. A shell sends `request()` and gives what came of it to `answered` or `failed`; those say
    how long to wait before `request()` is sent again, or None when `result()` is there. "Not now" (429, 503), a
    request of ours that is still under way (409) and no answer at all are tried again, for `patience_s` in all: an event
    that was taken meanwhile is recognised. Under one key goes always the same request; what was refused in part goes
    under a new one."""

    def __init__(self, events: Sequence[Event], domain: Optional[str], key: Optional[str], patience_s: float,
                 now_s: float, chance: Optional[random.Random] = None) -> None:
        if not events:
            raise ValueError("no event to publish")
        self._events = list(events)
        self._domain = domain
        self._key = key or str(uuid.uuid4())
        self._until_s = now_s + patience_s
        self._left = list(range(len(events)))
        self._results: Dict[int, Union[Published, Refused]] = {}
        self._backoff = Backoff(chance=chance)

    def request(self) -> Request:
        return wire.publish([self._events[at] for at in self._left], self._domain, self._key)

    def answered(self, reply: Reply, now_s: float) -> Optional[float]:
        try:
            results = wire.read_published(reply, len(self._left))
        except (NotNow, Conflict, Unreachable) as error:
            if isinstance(error, Conflict) and error.status != 409:
                raise
            return self.failed(error, now_s)
        self._results.update(zip(self._left, results))
        later = [at for at, one in zip(self._left, results) if isinstance(one, NotNow)]
        wait_s = self._wait_s(reply.retry_after_s, now_s) if later else None
        if wait_s is not None:
            self._left, self._key = later, str(uuid.uuid4())
        return wait_s

    def failed(self, error: SluiceError, now_s: float) -> float:
        """Raises it when patience is over, or when it does not pass."""
        if not isinstance(error, (NotNow, Conflict, Unreachable)):
            raise error
        wait_s = self._wait_s(getattr(error, "retry_after_s", None), now_s)
        if wait_s is None:
            raise error
        return wait_s

    def result(self) -> List[Published]:
        results = [self._results[at] for at in range(len(self._events))]
        taken = [one for one in results if isinstance(one, Published)]
        if len(taken) < len(results):
            raise PartlyRefused(results)
        return taken

    def _wait_s(self, asked_s: Optional[float], now_s: float) -> Optional[float]:
        wait_s = self._backoff.wait_s(asked_s)
        return wait_s if now_s + wait_s <= self._until_s else None


