"""The blocking client: each call is a request, or a few of them."""

from __future__ import annotations

import os
import ssl
import time
from typing import List, Optional, Sequence, Tuple

from . import wire
from .answers import Settled
from .errors import Published, Refused, Unreachable
from .event import Event
from .publishing import Publishing
from .transport import Reply, Request, Transport
from .watch import Watch
from .wire import Lease


class Client:
    """Of one daemon.
    Threads:  any.
    Lifetime: until `close`, or the end of `with`; connections are kept and used again.
    Failure:  SluiceError: Unreachable, Refused by kind, PartlyRefused.
    Limits:   `connections` requests at once, more wait; `timeout_s` for each, beside the wait it asks for."""

    def __init__(self, url: str = "http://127.0.0.1:8480", *, token: Optional[str] = None, timeout_s: float = 30.0,
                 connections: int = 16, tls: Optional[ssl.SSLContext] = None) -> None:
        """`token`: left out, the environment's SLUICE_TOKEN."""
        self._transport = Transport(url, token or os.environ.get("SLUICE_TOKEN"), timeout_s, connections, tls)

    def publish(self, *events: Event, domain: Optional[str] = None, idempotency_key: Optional[str] = None,
                patience_s: float = 30.0) -> List[Published]:
        """All of them are on disk when it returns. "Not now" and an answer that never came are tried again, as long as
        `patience_s` allows and as late as Retry-After says; each event is taken once, by its source and id. What is
        refused for good is a PartlyRefused, that names each. `domain`: where types do not tell it."""
        work = Publishing(events, domain, idempotency_key, patience_s, time.monotonic())
        while True:
            try:
                wait_s = work.answered(self._transport.send(work.request()), time.monotonic())
            except Unreachable as error:
                wait_s = work.failed(error, time.monotonic())
            if wait_s is None:
                return work.result()
            time.sleep(wait_s)

    def pull(self, subscription: str, *, domain: Optional[str] = None, events_max: int = 100, wait_s: float = 20.0,
             lease_s: float = 30.0) -> List[Lease]:
        """Leases, or none when nothing came in `wait_s`. `Consumer` does this, and what follows, for you."""
        return wire.read_leases(self.send(wire.pull(subscription, domain, events_max, wait_s, lease_s)))

    def ack(self, subscription: str, lease: str, answers: Sequence[Tuple[int, Settled]], *,
            domain: Optional[str] = None) -> List[Optional[Refused]]:
        """Of each (position, answer): None if it counts, else why not; a lease that is over is no exception."""
        return wire.read_acked(self.send(wire.ack(subscription, domain, lease, answers)))

    def extend(self, subscription: str, lease: str, lease_s: float, *, domain: Optional[str] = None) -> float:
        """More time, from now. Conflict: the lease is over."""
        return wire.read_extended(self.send(wire.extend(subscription, domain, lease, lease_s)))

    def watch(self, domain: str, *, subject: Optional[str] = None) -> Watch:
        """What comes into the domain's ordered topic from now on, on a connection of its own: for watching."""
        return Watch(self._transport, domain, subject)

    def send(self, request: Request) -> Reply:
        """Any request of `sluice.wire`; whatever the answer is."""
        return self._transport.send(request)

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
